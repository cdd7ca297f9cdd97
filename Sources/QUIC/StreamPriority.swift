/// How urgent a stream is (RFC 9218, section 4): 0 first, 7 last.
package struct StreamPriority: Hashable, Sendable {
    package private(set) var urgency: Int
    /// Whether parts are useful on their own; such streams of one urgency share.
    package private(set) var isIncremental: Bool

    package static let levels = 8
    /// Urgency 3, one after another (RFC 9218, section 4).
    package static let standard = StreamPriority(urgency: 3)

    package init(urgency: Int, isIncremental: Bool = false) {
        precondition((0..<Self.levels).contains(urgency), "an urgency is 0 to 7")
        (self.urgency, self.isIncremental) = (urgency, isIncremental)
    }
}
