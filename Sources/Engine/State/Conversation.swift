package import Timeline

/// What was said and done, in the order in which it began.
package struct Conversation: Sendable {
    /// The last entries, oldest first; entry n of the session has the id n.
    package internal(set) var entries: Window<Entry>
    /// UTF-8 bytes of all kept texts.
    package internal(set) var textBytes = 0

    /// Entries that left the window.
    package var droppedCount: Int { entries.droppedCount }

    /// Texts beyond this many bytes push out the oldest entries.
    package static let textBudget = 2 << 20

    package init(limit: Int = 4096) { entries = Window(limit: limit) }

    /// The entry with this id while it is kept.
    package subscript(id id: Int) -> Entry? {
        entries.position(ofNumber: id).map { entries[$0] }
    }
}

/// Who an entry of the conversation comes from.
package enum Speaker: String, Sendable, CaseIterable {
    case user, assistant, system, tool
}

/// One thing said or done in a conversation.
package struct Entry: Identifiable, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case message
        case toolCall(String)
        case toolOutput
        case interruption
        case failure
        case notice
        /// What the provider heard the user say.
        case transcription
    }

    /// Its number in the session, from 0, never reused.
    package var id: Int
    package var speaker: Speaker
    package var kind: Kind
    package var itemID: String?
    package var responseID: String?
    package var text: String
    /// The final text has come (or the thing was never streamed).
    package var isComplete: Bool
    /// The final text was not what the deltas add up to; `text` is the final one.
    package var differsFromFinal: Bool
    package var startedAt: Instant
    package var updatedAt: Instant
    /// The event that began it and the last that changed it.
    package var sequence: UInt64
    package var lastSequence: UInt64
    package var deltas: Int
    package var audioMilliseconds: Double
    /// What the simulated playback let the user hear; nil without audio or without a clock.
    package var heardMilliseconds: Double?
    /// Grows whenever `text` changes other than by appending.
    package var revision: Int

    package init(
        id: Int, speaker: Speaker, kind: Kind, itemID: String? = nil, responseID: String? = nil,
        text: String = "", isComplete: Bool = false, differsFromFinal: Bool = false,
        startedAt: Instant, updatedAt: Instant? = nil, sequence: UInt64,
        lastSequence: UInt64? = nil, deltas: Int = 0, audioMilliseconds: Double = 0,
        heardMilliseconds: Double? = nil, revision: Int = 0
    ) {
        self.id = id
        self.speaker = speaker
        self.kind = kind
        self.itemID = itemID
        self.responseID = responseID
        self.text = text
        self.isComplete = isComplete
        self.differsFromFinal = differsFromFinal
        self.startedAt = startedAt
        self.updatedAt = updatedAt ?? startedAt
        self.sequence = sequence
        self.lastSequence = lastSequence ?? sequence
        self.deltas = deltas
        self.audioMilliseconds = audioMilliseconds
        self.heardMilliseconds = heardMilliseconds
        self.revision = revision
    }
}
