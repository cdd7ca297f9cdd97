package import Timeline

/// A place on the timeline bar.
package struct TimelineMark: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case turn, failure, hit, verdict, speech, bookmark, change
    }

    package var time: Instant
    package var sequence: UInt64
    package var kind: Kind
    package var label: String

    package init(time: Instant, sequence: UInt64, kind: Kind, label: String) {
        self.time = time
        self.sequence = sequence
        self.kind = kind
        self.label = label
    }
}
