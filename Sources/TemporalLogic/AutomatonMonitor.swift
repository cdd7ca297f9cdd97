/// An automaton with its one run.
struct AutomatonMonitor: Sendable {
    private var automaton: Automaton
    private var run = AutomatonRun()
    private let mask: UInt64

    /// Absent when the terms are too intricate as Boolean functions.
    init?(terms: [Term], atomCount: Int, stateLimit: Int = Automaton.maximumStates) {
        guard
            let automaton = Automaton(
                terms: terms, atomCount: atomCount, stateLimit: stateLimit, forgetsByItself: true)
        else { return nil }
        self.automaton = automaton
        mask = atomCount == 64 ? .max : (1 << UInt64(atomCount)) - 1
    }

    var position: Int { run.position }
    var verdict: Verdict { run.verdict(in: automaton) }
    var holdsAtEnd: Bool { run.entry.holds }
    /// Whether the strengthening, or the formula when there is none, holds too.
    var isVacuousAtEnd: Bool {
        automaton.hasStrengthening ? run.entry.isVacuous : run.entry.holds
    }
    /// Whether it holds and vacuously, in place; nil before the first state.
    mutating func checkVacuity() -> Bool? {
        guard run.position > 0 else { return nil }
        let entry = run.entry
        return entry.verdict.holds && (automaton.hasStrengthening ? entry.isVacuous : entry.holds)
    }
    /// What the last step yielded.
    var entry: Automaton.Entry { run.entry }
    var isExact: Bool { automaton.isExact }
    var stateCount: Int { automaton.stateCount }
    var decidedAt: Int? { run.decision(in: automaton) }
    var witness: [WitnessStep] { run.witness(in: automaton) }

    @inline(__always)
    mutating func observe(_ holds: UInt64) -> Verdict {
        run.observe(holds & mask, in: &automaton)
    }
}
