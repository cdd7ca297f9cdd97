package import Engine
package import TemporalLogic

/// What was found of one property.
package struct VerifyOutcome {
    package var name: String
    package var pack: String
    package var formula: String
    package var verdict = Verdict.presumablyTrue
    /// Whether it holds on the finite trace that ended here.
    package var ltlf = true
    package var decidedAt: UInt64?
    package var witness: [UInt64] = []
    package var witnessKind = WitnessKind.monitor
    /// The first of them, at most `mostViolations`.
    package var violations: [UInt64] = []
    package var violationCount = 0
    package var explanation = ""
    package var isVacuous = false
    package var isExact = true
    package var memoryBound = ""
    /// Why it could not be judged.
    package var skipped: String?
    package var prefixes: [Verdict]?
    package var positions: Positions?
    /// At every position, for formulas with comparisons of numbers.
    package var robustness: [Double]?
    package var proofSize: Int?
    package var proof: Proof?
    /// Whether the search for a proof was given up.
    package var isProofTooLong = false
    /// What the proof's positions are called.
    package var numbers: [UInt64] = []

    /// A larger proof is counted, not shown.
    static let largestProof = 20_000
    /// More violations are counted, not listed.
    static let mostViolations = 10_000

    /// What the events of a witness are.
    package enum WitnessKind: String {
        /// All events that the smallest proof of a final verdict reads, and no other.
        case proof
        /// All events up to the one that decided: no proof was found.
        case prefix
        /// The verdict is open: the events that the monitor remembers.
        case monitor
    }

    /// The answers of a formula at each position of the trace.
    package struct Positions {
        /// While the trace may go on; nil where that is not settled.
        package var streamed: [Bool?]
        /// The event with which each was settled.
        package var settledAt: [UInt64?]
        /// As the end settles them.
        package var atEnd: [Bool]

        package init(streamed: [Bool?], settledAt: [UInt64?], atEnd: [Bool]) {
            self.streamed = streamed
            self.settledAt = settledAt
            self.atEnd = atEnd
        }
    }

    package init(_ definition: PropertyDefinition) {
        name = definition.name
        pack = definition.pack
        formula = definition.formula.description
    }

    /// Whether it holds at the end, or could not be judged.
    package var holds: Bool { skipped != nil || ltlf }
}
