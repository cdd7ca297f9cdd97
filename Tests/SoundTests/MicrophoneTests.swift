import Testing
import Timeline

@testable import Sound

struct MicrophoneTests {
    private func microphone(
        _ device: String, _ clock: TestClock, _ reports: Reports<Microphone.Report>
    ) throws -> Microphone {
        var configuration = Microphone.Configuration()
        configuration.device = device
        configuration.retryInterval = .milliseconds(1)
        configuration.silenceLimit = nil
        return try Microphone(configuration, clock: { clock.now }, receive: reports.send)
    }

    private func opened(_ report: Microphone.Report) throws -> String? {
        switch report {
        case .opened(let detail): return detail
        case .failed(let error, _): throw error
        default: return nil
        }
    }

    private func chunk(_ report: Microphone.Report) throws -> CapturedChunk? {
        switch report {
        case .chunk(let chunk): return chunk
        case .failed(let error, _): throw error
        default: return nil
        }
    }

    private func closed(_ reports: Reports<Microphone.Report>) async throws {
        _ = try await reports.first { $0 == .closed ? true : nil }
    }

    @Test func `captured bytes are the device's, each period stamped`() async throws {
        let source = noise(100 * 960)
        let device = try StandIn(source: source)
        let clock = TestClock()
        let reports = Reports<Microphone.Report>()
        let microphone = try microphone(device.name, clock, reports)
        #expect(try await reports.first(opened).contains("24 kHz mono"))
        var captured: [UInt8] = []
        for index in 0..<100 {
            clock.now = .milliseconds(Double(index) * 20)
            device.advance(480)
            let chunk = try await reports.first(chunk)
            #expect(chunk.index == UInt64(index))
            #expect(chunk.frames == 480)
            #expect(chunk.arrivedAt == clock.now)
            #expect(chunk.capturedAt == clock.now)
            captured += chunk.bytes
        }
        #expect(captured == source)
        microphone.stop()
        try await closed(reports)
    }

    @Test func `time that the sound spent in the device is counted`() async throws {
        let device = try StandIn(source: noise(960), latency: 240)
        let clock = TestClock()
        clock.now = .milliseconds(500)
        let reports = Reports<Microphone.Report>()
        let microphone = try microphone(device.name, clock, reports)
        device.advance(480 + 120)
        let chunk = try await reports.first(chunk)
        #expect(chunk.arrivedAt == .milliseconds(500))
        // 120 frames came after it, 240 are the device's own delay: 15 ms.
        #expect(chunk.capturedAt == .milliseconds(485))
        microphone.stop()
    }

    @Test func `a stall is an overrun, counted, and the sound goes on`() async throws {
        let source = noise(40 * 960)
        let device = try StandIn(source: source)
        let clock = TestClock()
        let reports = Reports<Microphone.Report>()
        let microphone = try microphone(device.name, clock, reports)
        device.advance(480)
        #expect(try await reports.first(chunk).bytes == Array(source[..<960]))
        clock.now = .milliseconds(300)
        // More than the buffer of 4800 frames.
        device.stall(7200)
        let (count, lost) = try await reports.first { report -> (Int, Interval)? in
            if case .overrun(let count, let lost) = report { (count, lost) } else { nil }
        }
        #expect(count == 1)
        #expect(lost == .milliseconds(300))
        device.advance(480)
        let next = try await reports.first(chunk)
        #expect(next.index == 1)
        #expect(next.bytes == Array(source[960 * 16..<960 * 17]))
        microphone.stop()
        try await closed(reports)
    }

    @Test func `a device that is unplugged is shown and comes back`() async throws {
        let source = noise(960)
        let device = try StandIn(source: source)
        let reports = Reports<Microphone.Report>()
        let microphone = try microphone(device.name, TestClock(), reports)
        device.advance(480)
        _ = try await reports.first(chunk)
        try device.unplug()
        let (error, retries) = try await reports.first { report -> (SoundError, Bool)? in
            if case .failed(let error, let retries) = report { (error, retries) } else { nil }
        }
        #expect(error.isUnplugged && retries)
        #expect(error.description.contains("No such device; plug it in"))
        try device.plugIn()
        _ = try await reports.first(opened)
        device.advance(480)
        let chunk = try await reports.first(chunk)
        #expect(chunk.index == 1 && chunk.bytes == source)
        microphone.stop()
        try await closed(reports)
    }

    @Test func `a machine that slept goes on`() async throws {
        let source = noise(2 * 960)
        let device = try StandIn(source: source)
        let reports = Reports<Microphone.Report>()
        let microphone = try microphone(device.name, TestClock(), reports)
        device.advance(480)
        _ = try await reports.first(chunk)
        device.suspend()
        _ = try await reports.first { $0 == .suspended ? true : nil }
        _ = try await reports.first { $0 == .resumed ? true : nil }
        device.advance(480)
        #expect(try await reports.first(chunk).bytes == Array(source[960...]))
        microphone.stop()
    }

    @Test func `muted sound is silence that is still measured`() async throws {
        let device = try StandIn(source: noise(2 * 960))
        let reports = Reports<Microphone.Report>()
        let microphone = try microphone(device.name, TestClock(), reports)
        microphone.isMuted = true
        device.advance(480)
        let muted = try await reports.first(chunk)
        #expect(muted.isMuted && muted.bytes == [UInt8](repeating: 0, count: 960))
        #expect(muted.level.rms > -10)
        microphone.isMuted = false
        device.advance(480)
        #expect(try await reports.first(chunk).bytes.contains { $0 != 0 })
        microphone.stop()
    }

    @Test func `another rate goes through plug`() async throws {
        let device = try StandIn(source: tone(hertz: 440, rate: 48_000, seconds: 1), rate: 48_000)
        let reports = Reports<Microphone.Report>()
        let microphone = try microphone(device.name, TestClock(), reports)
        #expect(try await reports.first(opened).contains("through plug"))
        var chunks: [CapturedChunk] = []
        // The converter looks ahead a little: more goes in than comes out.
        for _ in 0..<20 { device.advance(960) }
        while chunks.count < 10 { chunks.append(try await reports.first(chunk)) }
        // Half of full scale is -6 dB, a sine's mean 3 dB less.
        #expect(chunks[5...].allSatisfy { abs($0.level.rms + 9) < 0.5 })
        microphone.stop()
    }

    @Test func `a device that cannot be opened says what to try`() async throws {
        let busy = try StandIn()
        try busy.occupy()
        for (name, code, advice) in [
            ("no-such-device", 2, "midstream-tui devices"), (busy.name, 16, "another program"),
        ] {
            let reports = Reports<Microphone.Report>()
            let microphone = try microphone(name, TestClock(), reports)
            let (error, retries) = try await reports.first { report -> (SoundError, Bool)? in
                if case .failed(let error, let retries) = report { (error, retries) } else { nil }
            }
            #expect(error.code == code && error.device == name && !retries)
            #expect(error.advice.contains(advice))
            try await closed(reports)
            microphone.stop()
        }
        #expect(LibraryMessages.recent.contains { $0.contains("no-such-device") })
    }
}

/// A sine at half of full scale.
func tone(hertz: Double, rate: Int = VoiceFormat.rate, seconds: Double) -> [UInt8] {
    (0..<Int(seconds * Double(rate))).flatMap { frame in
        let turn = 2 * Double.pi * hertz * Double(frame) / Double(rate)
        let sample = Int16((16384 * sine(turn)).rounded())
        return [UInt8(truncatingIfNeeded: sample), UInt8(truncatingIfNeeded: sample >> 8)]
    }
}
