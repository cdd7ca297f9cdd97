import Emulator
import JSONText
import Recordings
import Timeline

/// A made-up session under construction: both ends of the socket, and what crossed it when.
///
/// A script calls the methods in the order of the story and moves `now`, in milliseconds since the
/// socket opened. Events may be put at any time; the recording sorts them, and events of the same
/// time keep the order in which they were put.
struct Conversation {
    var now = 0.0
    var random: SeededRandom
    private var events: [(time: Int64, payload: Payload)] = []

    let sessionID: String
    let conversationID: String
    var lastItemID: JSON = nil
    private var clientEventCount = 0

    /// What the model reads again with each response.
    var context = TokenCount(text: 96, audio: 0)
    /// What it read for the response before: the part a cache may serve.
    var cached = TokenCount()
    var remainingTokens = 40_000

    /// The state of the microphone: milliseconds of audio appended so far.
    var appendedMilliseconds = 0.0

    static let model = "gpt-realtime-2.1"
    static let audioFormat: JSON = ["type": "audio/pcmu"]
    static let voice: JSON = "marin"
    /// 2026-08-21T10:00:00Z
    static let startEpoch = 1_787_306_400

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        sessionID = "sess_" + Self.letters(21, &random)
        conversationID = "conv_" + Self.letters(21, &random)
    }

    // MARK: Events

    mutating func put(_ payload: Payload, at time: Double) {
        precondition(time >= 0)
        events.append((Instant.milliseconds(time).nanoseconds, payload))
    }

    /// A server event; its `event_id` follows the type, as on the wire.
    mutating func receive(_ type: String, _ members: [JSON.Member], at time: Double) {
        let head: [JSON.Member] = [
            .init(key: "type", value: .string(type)),
            .init(key: "event_id", value: .string("event_" + letters(21))),
        ]
        put(.received(JSON.object(head + members).bytes), at: time)
    }

    /// A client event; returns the `event_id` it was stamped with.
    @discardableResult
    mutating func send(_ type: String, _ members: [JSON.Member], at time: Double) -> String {
        clientEventCount += 1
        let id = "client_\(clientEventCount)"
        let head: [JSON.Member] = [
            .init(key: "event_id", value: .string(id)), .init(key: "type", value: .string(type)),
        ]
        put(.sent(JSON.object(head + members).bytes), at: time)
        return id
    }

    // MARK: Names and chance

    mutating func letters(_ count: Int) -> String { Self.letters(count, &random) }

    private static func letters(_ count: Int, _ random: inout SeededRandom) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<count).map { _ in alphabet[Int(random.next() % 62)] })
    }

    /// Random letters that hide a delta's length from whoever sees only the encrypted frames.
    mutating func obfuscation(_ delta: String) -> JSON {
        .string(letters(16 - delta.utf8.count % 16))
    }

    mutating func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * random.unit()
    }

    // MARK: The recording

    func recording(_ name: String) -> Recording {
        let ordered = events.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }
        let header = RecordingHeader(
            startedAt: "2026-08-21T10:00:00.000Z", clock: .measured,
            origin: "midstream-tui generate-demos", sessionName: name)
        let events = ordered.enumerated().map { sequence, entry in
            RecordedEvent(
                event: Event(
                    sequence: UInt64(sequence), time: Instant(nanoseconds: entry.element.time),
                    source: .realtime, payload: entry.element.payload))
        }
        return Recording(header: header, events: events)
    }
}

/// Members in the order written, so that an event's fields read as the wire has them.
func fields(_ members: KeyValuePairs<String, JSON>) -> [JSON.Member] {
    members.map { JSON.Member(key: $0.key, value: $0.value) }
}
