/// The four-valued verdict of a running monitor (RV-LTL).
///
/// `true` and `false` hold for every continuation of what was seen; the other two say what the
/// finite trace semantics would answer if the trace ended here. Source: Bauer, Leucker,
/// Schallhart, "Comparing LTL Semantics for Runtime Verification" (2010).
package enum Verdict: String, Sendable, Hashable {
    case `true`
    case `false`
    case presumablyTrue
    case presumablyFalse

    /// Whether no continuation can change the verdict.
    package var isFinal: Bool { self == .true || self == .false }

    /// Whether the formula holds on the trace as it is.
    package var holds: Bool { self == .true || self == .presumablyTrue }

    /// Whether it is a negative verdict.
    var isFailure: Bool { !holds }

    /// The verdict of a conjunction.
    func and(_ other: Verdict) -> Verdict {
        if self == .false || other == .false { return .false }
        return Verdict(holds: holds && other.holds, isFinal: isFinal && other.isFinal)
    }

    /// The verdict whose finality and truth are given.
    init(holds: Bool, isFinal: Bool) {
        self =
            isFinal ? (holds ? .true : .false) : (holds ? .presumablyTrue : .presumablyFalse)
    }
}
