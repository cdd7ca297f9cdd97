import JSONText
import Timeline

/// An event on its way to the client.
struct ServerMessage: Sendable {
    var type: String
    var members: [JSON.Member]

    var isDelta: Bool { type.hasSuffix(".delta") }

    /// The frame.
    var bytes: [UInt8] {
        var output: [UInt8] = []
        output.append(contentsOf: "{\"type\":".utf8)
        JSON.write(string: type, to: &output)
        for member in members {
            output.append(UInt8(ascii: ","))
            JSON.write(string: member.key, to: &output)
            output.append(UInt8(ascii: ":"))
            member.value.write(to: &output)
        }
        output.append(UInt8(ascii: "}"))
        return output
    }
}

/// Damages frames on their way out, as the chosen scripts say, at moments the seed decides.
struct Mischief: Sendable {
    private let scripts: Set<EmulatorScript>
    private var random: SeededRandom
    /// Occasions left until a script strikes.
    private var countdowns: [EmulatorScript: Int] = [:]
    /// A delta that the next one may overtake.
    private var held: ServerMessage?

    init(_ scripts: [EmulatorScript], seed: UInt64) {
        self.scripts = Set(scripts)
        random = SeededRandom(seed: seed ^ 0x6D69_7363_6869_6566)
    }

    func has(_ script: EmulatorScript) -> Bool { scripts.contains(script) }

    /// Whether `script` strikes on this occasion; it does so every `range` occasions.
    mutating func strikes(_ script: EmulatorScript, every range: ClosedRange<Int>) -> Bool {
        guard scripts.contains(script) else { return false }
        let left = countdowns[script] ?? draw(range)
        countdowns[script] = left > 1 ? left - 1 : draw(range)
        return left <= 1
    }

    mutating func draw(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next() % UInt64(range.count))
    }

    mutating func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * random.unit()
    }

    /// What really goes out for `message`.
    mutating func acts(for message: ServerMessage) -> [EmulatorOutput.Act] {
        if scripts.isEmpty { return [.text(message.bytes)] }
        var message = message
        var acts: [EmulatorOutput.Act] = []
        if strikes(.unknownEvent, every: 4...12) {
            acts.append(
                .text(
                    ServerMessage(
                        type: "response.mood.updated",
                        members: [
                            .init(key: "event_id", value: .string("event_mood\(draw(1...999))")),
                            .init(key: "mood", value: "tolerable"),
                        ]
                    ).bytes))
        }
        if strikes(.binaryFrame, every: 6...16) {
            acts.append(
                .binary((0..<draw(4...64)).map { _ in UInt8(truncatingIfNeeded: random.next()) }))
        }
        if strikes(.unknownField, every: 3...8) {
            message.members.append(.init(key: "weather_on_mars", value: ["kelvin": 210]))
        }
        if has(.betaNames) { message.type = Self.beta[message.type] ?? message.type }
        return acts + messages(for: message).map { frame($0) }
    }

    /// Duplicates, drops and swaps deltas.
    private mutating func messages(for message: ServerMessage) -> [ServerMessage] {
        guard message.isDelta else {
            defer { held = nil }
            return (held.map { [$0] } ?? []) + [message]
        }
        if strikes(.missingDelta, every: 5...15) { return [] }
        if let before = held {
            held = nil
            return [message, before]
        }
        if strikes(.reorderedDelta, every: 5...15) {
            held = message
            return []
        }
        return strikes(.duplicateDelta, every: 5...15) ? [message, message] : [message]
    }

    private mutating func frame(_ message: ServerMessage) -> EmulatorOutput.Act {
        let bytes = message.bytes
        if strikes(.malformedJSON, every: 5...20) {
            return .text(Array(bytes.prefix(draw(1...max(1, bytes.count - 1)))))
        }
        if strikes(.truncatedText, every: 5...20) {
            // Two of the three bytes of a character.
            return .text(Array(bytes.dropLast(2)) + [0xE2, 0x82])
        }
        if has(.fragmented), bytes.count > 3 {
            var cuts = [0, bytes.count]
            for _ in 0..<draw(1...4) { cuts.append(draw(1...(bytes.count - 1))) }
            cuts.sort()
            return .fragments(
                zip(cuts, cuts.dropFirst()).compactMap { $0 < $1 ? Array(bytes[$0..<$1]) : nil })
        }
        return .text(bytes)
    }

    private static let beta = [
        "response.output_text.delta": "response.text.delta",
        "response.output_text.done": "response.text.done",
        "response.output_audio.delta": "response.audio.delta",
        "response.output_audio.done": "response.audio.done",
        "response.output_audio_transcript.delta": "response.audio_transcript.delta",
        "response.output_audio_transcript.done": "response.audio_transcript.done",
    ]
}
