/// A monitor of one formula, fed one state at a time.
package struct Monitor: Sendable {
    package let formula: Formula
    private var states: [UInt64] = []
    private var times: [Int64] = []
    package private(set) var verdict: Verdict
    /// The position at which the verdict became `true` or `false` for ever.
    package private(set) var decidedAt: Int?

    package init(_ formula: Formula) {
        self.formula = formula
        verdict = .presumablyFalse
    }

    /// Takes the next state: bit `i` says that proposition `i` holds; time never runs backwards.
    @discardableResult
    package mutating func observe(_ holds: UInt64, at milliseconds: Double) -> Verdict {
        if verdict.isFinal { return verdict }
        states.append(holds)
        times.append(Int64((milliseconds * 1_000_000).rounded()))
        let value = TraceEvaluation(states: states, times: times).values(of: formula.root)[0]
        verdict = Verdict(holds: value.holds, isFinal: value.isFinal)
        if verdict.isFinal { decidedAt = states.count - 1 }
        return verdict
    }

    /// Whether the formula holds on the trace as if it ended here (LTLf).
    package var verdictAtEnd: Bool { verdict.holds }

    /// Positions of events that show the verdict.
    package var witness: [Int] { decidedAt.map { [$0] } ?? [] }

    /// The verdict and its reason in one sentence.
    package var explanation: String {
        decidedAt.map { "settled by event \($0)" } ?? "not settled yet"
    }

    /// Whether the formula holds only because nothing happened that it speaks of.
    package var isVacuous: Bool {
        verdict.holds && states.allSatisfy { $0 == 0 }
    }
}
