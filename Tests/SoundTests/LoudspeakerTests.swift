import Testing
import Timeline

@testable import Sound

struct LoudspeakerTests {
    private let part = AudioPart(itemID: "item_1", contentIndex: 0)

    private func loudspeaker(
        _ device: String, _ reports: Reports<Loudspeaker.Report>, clock: TestClock = TestClock()
    ) throws -> Loudspeaker {
        var configuration = Loudspeaker.Configuration()
        configuration.device = device
        configuration.retryInterval = .milliseconds(1)
        configuration.stallLimit = nil
        return try Loudspeaker(configuration, clock: { clock.now }, receive: reports.send)
    }

    private func wait(
        _ reports: Reports<Loudspeaker.Report>, for wanted: Loudspeaker.Report
    ) async throws {
        _ = try await reports.first { $0 == wanted ? true : nil }
    }

    private func started(_ report: Loudspeaker.Report) throws -> Instant? {
        switch report {
        case .started(_, let time): return time
        case .failed(let error, _): throw error
        default: return nil
        }
    }

    @Test func `what is queued is what is heard, to the end`() async throws {
        let device = try StandIn()
        let reports = Reports<Loudspeaker.Report>()
        let loudspeaker = try loudspeaker(device.name, reports)
        let sound = noise(2 * 12_345)
        // Chunks of odd sizes, so that frames are split between them.
        for start in stride(from: 0, to: sound.count, by: 4001) {
            loudspeaker.play(Array(sound[start..<min(start + 4001, sound.count)]), of: part)
        }
        loudspeaker.finish(part)
        _ = try await reports.first(started)
        for _ in 0..<25 { device.advance(480) }
        // By the time this is told, the device has the rest.
        let most = Heard(part: part, frames: 25 * 480, queuedFrames: 12_345)
        try await wait(reports, for: .heard(most))
        device.stall(12_345 - 25 * 480)
        try await wait(reports, for: .drained)
        #expect(try device.played() == sound)
        #expect(loudspeaker.underruns == 0)
        #expect(loudspeaker.heard()?.frames == 12_345)
        loudspeaker.stop()
        try await wait(reports, for: .closed)
    }

    @Test(arguments: [1, 479, 480, 481, 1234, 2399])
    func `an interruption says what was heard to the frame`(frames: Int) async throws {
        let device = try StandIn()
        let reports = Reports<Loudspeaker.Report>()
        let loudspeaker = try loudspeaker(device.name, reports)
        let sound = noise(2 * 24_000)
        loudspeaker.play(sound, of: part)
        _ = try await reports.first(started)
        device.advance(frames)
        let heard = loudspeaker.interrupt()
        #expect(heard == [Heard(part: part, frames: frames, queuedFrames: 24_000)])
        #expect(heard.first?.milliseconds == frames / 24)
        #expect(try device.played() == Array(sound[..<(2 * frames)]))
        // Late sound of the same item stays silent, another item plays.
        #expect(!loudspeaker.play(noise(960), of: part))
        let next = AudioPart(itemID: "item_2", contentIndex: 0)
        let more = noise(2 * 4800, seed: 2)
        #expect(loudspeaker.play(more, of: next))
        _ = try await reports.first(started)
        device.advance(700)
        #expect(loudspeaker.heard() == Heard(part: next, frames: 700, queuedFrames: 4800))
        #expect(try device.played() == Array(sound[..<(2 * frames)] + more[..<1400]))
        loudspeaker.stop()
    }

    @Test func `the delay of the device is not heard yet`() async throws {
        let device = try StandIn(latency: 240)
        let clock = TestClock()
        clock.now = .milliseconds(100)
        let reports = Reports<Loudspeaker.Report>()
        let loudspeaker = try loudspeaker(device.name, reports, clock: clock)
        loudspeaker.play(noise(2 * 24_000), of: part)
        #expect(try await reports.first(started) == .milliseconds(110))
        device.advance(1000)
        #expect(loudspeaker.interrupt().map(\.frames) == [760])
        loudspeaker.stop()
    }

    @Test func `sound that runs out too early is an underrun`() async throws {
        let device = try StandIn()
        let reports = Reports<Loudspeaker.Report>()
        let loudspeaker = try loudspeaker(device.name, reports)
        let sound = noise(2 * 2 * 1440)
        loudspeaker.play(Array(sound[..<2880]), of: part)
        _ = try await reports.first(started)
        device.stall(1440)
        try await wait(reports, for: .underrun(count: 1, part))
        loudspeaker.play(Array(sound[2880...]), of: part)
        loudspeaker.finish(part)
        _ = try await reports.first(started)
        device.stall(1440)
        try await wait(reports, for: .drained)
        #expect(try device.played() == sound)
        #expect(loudspeaker.heard() == Heard(part: part, frames: 2880, queuedFrames: 2880))
        loudspeaker.stop()
    }

    @Test func `a short answer does not wait for the lead`() async throws {
        let device = try StandIn()
        let reports = Reports<Loudspeaker.Report>()
        let loudspeaker = try loudspeaker(device.name, reports)
        loudspeaker.play(noise(200), of: part)
        loudspeaker.finish(part)
        _ = try await reports.first(started)
        device.stall(100)
        try await wait(reports, for: .drained)
        loudspeaker.stop()
    }

    @Test func `unplugged and back, the queue goes on`() async throws {
        let device = try StandIn()
        let reports = Reports<Loudspeaker.Report>()
        let loudspeaker = try loudspeaker(device.name, reports)
        let sound = noise(2 * 9600)
        loudspeaker.play(sound, of: part)
        _ = try await reports.first(started)
        device.advance(1000)
        try device.unplug()
        _ = try await reports.first { report -> Bool? in
            if case .failed(let error, true) = report { error.isUnplugged } else { nil }
        }
        let skipped = try #require(loudspeaker.heard()).frames
        try device.plugIn()
        _ = try await reports.first(started)
        device.advance(480)
        #expect(loudspeaker.heard()?.frames == skipped + 480)
        #expect(try device.played().suffix(960) == sound[(2 * skipped)..<(2 * skipped + 960)])
        loudspeaker.stop()
        try await wait(reports, for: .closed)
    }

    @Test func `a machine that slept goes on`() async throws {
        let device = try StandIn()
        let reports = Reports<Loudspeaker.Report>()
        let loudspeaker = try loudspeaker(device.name, reports)
        loudspeaker.play(noise(2 * 24_000), of: part)
        _ = try await reports.first(started)
        device.suspend()
        try await wait(reports, for: .suspended)
        try await wait(reports, for: .resumed)
        device.advance(960)
        #expect(loudspeaker.interrupt().map(\.frames) == [960])
        loudspeaker.stop()
    }

    @Test func `volume scales and mute silences while time goes on`() async throws {
        for (volume, muted, factor) in [(0.5, false, 0.5), (1, true, 0), (1, false, 1)] {
            let device = try StandIn()
            let reports = Reports<Loudspeaker.Report>()
            let loudspeaker = try loudspeaker(device.name, reports)
            loudspeaker.volume = volume
            loudspeaker.isMuted = muted
            loudspeaker.play(samples([1000, -1000, 32767, -32768]), of: part)
            loudspeaker.finish()
            _ = try await reports.first(started)
            device.stall(4)
            try await wait(reports, for: .drained)
            let expected = [1000, -1000, 32767, -32768].map {
                Int16((Double($0) * factor).rounded())
            }
            #expect(try device.played() == samples(expected))
            loudspeaker.stop()
        }
    }

    @Test func `a device that cannot be opened takes nothing`() async throws {
        let reports = Reports<Loudspeaker.Report>()
        let loudspeaker = try loudspeaker("no-such-device", reports)
        try await wait(reports, for: .closed)
        #expect(!loudspeaker.play(noise(960), of: part))
        #expect(loudspeaker.interrupt() == [])
    }

    private func samples(_ values: [Int16]) -> [UInt8] {
        values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }
}
