package import Emulator
package import JSONText
package import RealtimeProtocol
package import Timeline

/// A client and an emulated server in virtual time, and everything that crossed between them.
package struct VirtualSession {
    package enum Crossing: Equatable {
        case sent([UInt8])
        case came(EmulatorOutput.Act)
    }

    package private(set) var emulator: Emulator
    package private(set) var now = Instant.zero
    package private(set) var crossings: [(time: Instant, crossing: Crossing)] = []
    package let answer: HandshakeAnswer
    private var sentCount = 0
    private var voices = SeededRandom(seed: 7)
    /// At most so long between two calls of `advance`; nil goes from deadline to deadline.
    package var stride: Interval?
    /// Whether what crosses is kept.
    package var keeps = true
    /// How many bytes came.
    package private(set) var byteCount = 0

    package init(
        _ configuration: EmulatorConfiguration,
        target: String = "/v1/realtime?model=gpt-realtime-2.1", beta: String? = nil
    ) {
        emulator = Emulator(configuration: configuration)
        answer = emulator.open(HandshakeRequest(target: target, beta: beta), at: .zero)
    }

    // MARK: The client

    /// Sends an event now; returns its id.
    @discardableResult
    package mutating func send(_ event: ClientEvent) -> String {
        sentCount += 1
        let id = "client_\(sentCount)"
        send(text: event.encoded(eventID: id))
        return id
    }

    package mutating func send(text: [UInt8]) {
        if keeps { crossings.append((now, .sent(text))) }
        emulator.receive(.text(text), at: now)
    }

    package mutating func send(binary: [UInt8]) {
        emulator.receive(.binary(binary), at: now)
    }

    /// Types a message.
    package mutating func type(_ text: String) {
        send(
            .itemCreate(
                item: [
                    "type": "message", "role": "user",
                    "content": [["type": "input_text", "text": .string(text)]],
                ], previous: nil))
    }

    /// Sends sound in pieces of 100 ms as time passes.
    package mutating func append(_ samples: [Int16], format: AudioFormat = .pcm24k) {
        let size = format == .pcm24k ? 2400 : 800
        var start = 0
        while start < samples.count {
            let piece = samples[start..<min(start + size, samples.count)]
            run(for: .milliseconds(Double(piece.count) * 100 / Double(size)))
            send(.audioAppend(AudioChunk(encoding: Self.bytes(Array(piece), format))))
            start += size
        }
    }

    package static func bytes(_ samples: [Int16], _ format: AudioFormat) -> [UInt8] {
        switch format {
        case .pcmu: samples.map { Companding.muLaw($0) }
        case .pcma: samples.map { Companding.aLaw($0) }
        default:
            samples.flatMap {
                [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
            }
        }
    }

    package mutating func speak(_ text: String, format: AudioFormat = .pcm24k) {
        var speech = Speech(
            text, rate: format == .pcm24k ? 24_000 : 8000, pitch: 122, loudness: 0.2,
            seed: voices.next())
        append(speech.next(speech.count), format: format)
    }

    /// Lets the microphone hear a quiet room.
    package mutating func listen(milliseconds: Int, format: AudioFormat = .pcm24k) {
        let count = milliseconds * (format == .pcm24k ? 24 : 8)
        let room = (0..<count).map { _ in Int16(truncatingIfNeeded: Int(voices.next() % 33) - 16) }
        append(room, format: format)
    }

    // MARK: Time

    package mutating func run(for length: Interval) {
        let end = now + length
        while true {
            var next = end
            if let stride {
                next = min(next, now + stride)
            } else if let due = emulator.nextDeadline {
                next = min(next, max(due, now))
            }
            now = next
            for output in emulator.advance(to: next) {
                if case .text(let bytes) = output.act { byteCount += bytes.count }
                if keeps { crossings.append((output.time, .came(output.act))) }
            }
            if now >= end, emulator.nextDeadline.map({ $0 > end }) ?? true { return }
        }
    }

    /// Runs until an event of `type` came, for a minute at most; whether it did.
    @discardableResult
    package mutating func run(until type: String) -> Bool {
        var seen = crossings.count
        for _ in 0..<6000 {
            run(for: .milliseconds(10))
            while seen < crossings.count {
                if Self.type(crossings[seen].crossing) == type { return true }
                seen += 1
            }
        }
        return false
    }

    // MARK: What came

    /// The type of an event that came.
    package static func type(_ crossing: Crossing) -> String? {
        guard let bytes = text(crossing) else { return nil }
        return RealtimeDecoder.server(bytes).type
    }

    /// A text message that came, joined where it was in fragments.
    package static func text(_ crossing: Crossing) -> [UInt8]? {
        switch crossing {
        case .came(.text(let bytes)): bytes
        case .came(.fragments(let parts)): Array(parts.joined())
        default: nil
        }
    }

    /// The frames that came, in order.
    package var frames: [[UInt8]] { crossings.compactMap { Self.text($0.crossing) } }

    /// The types of all events that came, in order.
    package var types: [String] { crossings.compactMap { Self.type($0.crossing) } }

    /// The events of a type as JSON; those that are none are left out.
    package func events(_ type: String) -> [JSON] {
        frames.compactMap { try? JSON(parsing: $0) }.filter { $0["type"]?.stringValue == type }
    }

    /// What came that is no text.
    package var acts: [EmulatorOutput.Act] {
        crossings.compactMap { crossing in
            guard case .came(let act) = crossing.crossing, Self.text(crossing.crossing) == nil
            else { return nil }
            return act
        }
    }
}
