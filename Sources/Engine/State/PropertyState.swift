package import TemporalLogic
package import Timeline

/// A property with its verdict on the session so far.
package struct PropertyState: Sendable {
    package var name: String
    package var formula: String
    package var verdict: Verdict
    /// When the verdict became what it is.
    package var since: Instant
    package var sinceSequence: UInt64
    package var explanation: String
    /// The events that the verdict rests on, oldest first.
    package var witness: [UInt64]
    /// True only because what it speaks of never happened.
    package var isVacuous: Bool
    /// How often the verdict changed.
    package var changes: Int
    /// The pack or file it comes from; empty for one of its own.
    package var pack = ""
    /// Why it is not judged; nil when it is.
    package var pause: Pause?

    /// Why a property is not judged.
    package enum Pause: String, Sendable {
        case disabled
        /// It bounds times and the recording has none.
        case noClock

        package var sentence: String {
            switch self {
            case .disabled: "Not watched: it is switched off."
            case .noClock: "Not judged: it bounds times, and this recording has none."
            }
        }
    }

    package init(
        name: String, formula: String, verdict: Verdict, since: Instant = .zero,
        sinceSequence: UInt64 = 0, explanation: String = "", witness: [UInt64] = [],
        isVacuous: Bool = false, changes: Int = 0
    ) {
        self.name = name
        self.formula = formula
        self.verdict = verdict
        self.since = since
        self.sinceSequence = sinceSequence
        self.explanation = explanation
        self.witness = witness
        self.isVacuous = isVacuous
        self.changes = changes
    }
}
