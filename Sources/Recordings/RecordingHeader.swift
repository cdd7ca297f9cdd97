package import JSONText

/// The first line of a recording: what wrote it, when, and how far its times can be trusted.
package struct RecordingHeader: Equatable, Sendable {
    /// The newest version this program knows.
    package static let currentVersion = 1

    /// Where the times of the events come from.
    package enum Clock: String, Equatable, Sendable, CaseIterable {
        /// Stamped when each event crossed the boundary.
        case measured
        /// Some events carry a real time; the others stand between them by rule.
        case partial
        /// Only the order is real; the times follow a rule.
        case none
    }

    package var version: Int
    /// When time zero was, as RFC 3339 in UTC; nil when nobody knows.
    package var startedAt: String?
    package var clock: Clock
    /// The program, or the kind of file, that the recording comes from.
    package var origin: String
    package var sessionName: String?
    /// Members this version does not know, in their order.
    package var extra: [JSON.Member]

    package init(
        version: Int = RecordingHeader.currentVersion, startedAt: String? = nil,
        clock: Clock = .measured, origin: String, sessionName: String? = nil,
        extra: [JSON.Member] = []
    ) {
        self.version = version
        self.startedAt = startedAt
        self.clock = clock
        self.origin = origin
        self.sessionName = sessionName
        self.extra = extra
    }
}
