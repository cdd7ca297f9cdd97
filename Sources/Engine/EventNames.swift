/// The event names of one session, each stored once and known by a small number.
///
/// Beta names are kept under the GA name, so that patterns and properties need one spelling.
struct EventNames: Sendable {
    typealias ID = Int

    /// More different names than this share the name "…".
    static let limit = 512

    private var ids: [String: ID] = [:]
    private(set) var texts: [String] = []
    private(set) var bytes: [[UInt8]] = []
    private var lastName = ""
    private var lastID: ID = -1

    subscript(id: ID) -> String { texts[id] }

    /// The number of a wire name; the last one asked for is found without hashing.
    mutating func id(of name: String) -> ID {
        if lastID >= 0, name == lastName { return lastID }
        lastName = name
        lastID = lookUp(name)
        return lastID
    }

    private mutating func lookUp(_ name: String) -> ID {
        if let known = ids[name] { return known }
        let text = Self.generallyAvailable[name] ?? name
        let id: ID
        if let known = ids[text] {
            id = known
        } else if texts.count >= Self.limit {
            return lookUpOverflow()
        } else {
            id = texts.count
            texts.append(text)
            bytes.append(Array(text.utf8))
            ids[text] = id
        }
        if ids.count < 2 * Self.limit { ids[name] = id }
        return id
    }

    private mutating func lookUpOverflow() -> ID {
        if texts.count == Self.limit {
            texts.append("…")
            bytes.append(Array("…".utf8))
        }
        return Self.limit
    }

    private static let generallyAvailable: [String: String] = [
        "response.text.delta": "response.output_text.delta",
        "response.text.done": "response.output_text.done",
        "response.audio.delta": "response.output_audio.delta",
        "response.audio.done": "response.output_audio.done",
        "response.audio_transcript.delta": "response.output_audio_transcript.delta",
        "response.audio_transcript.done": "response.output_audio_transcript.done",
    ]
}
