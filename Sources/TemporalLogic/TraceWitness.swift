/// The positions of a recorded trace that a final verdict rests on: whatever happens at the others,
/// in a trace of that length with those times, the verdict is the same.
package struct TraceWitness: Sendable {
    /// In order.
    package var positions: [Int]
    /// Whether they are exactly those that the smallest proof reads. Otherwise they are all up to
    /// the one that decided: where only an automaton sees that parts contradict each other, and
    /// where the proof is too long to be looked for.
    package var isProof: Bool

    /// The witness of the verdict of a monitor that has seen these states; absent while it is open.
    package init?(_ monitor: Monitor, states: [UInt64], milliseconds: [Double]) {
        guard monitor.verdict.isFinal else { return nil }
        var prover = Prover(
            monitor.formula, states: states, milliseconds: milliseconds, isComplete: false,
            effort: Prover.usualEffort)
        if let read = prover.witness(at: 0) {
            positions = read
            isProof = true
        } else {
            positions = Array(0..<(monitor.decidedAt.map { $0 + 1 } ?? 0))
            isProof = false
        }
    }
}
