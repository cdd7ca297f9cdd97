import Testing

@testable import TemporalLogic

struct `A proof` {
    @Test(arguments: [true, false])
    func `exists for every settled verdict and convinces the checker`(isComplete: Bool) {
        for seed in 0..<600 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .mixed, hasPast: true)
            let formula = source.formula(depth: 1 + seed % 4)
            let trace = source.trace(length: 10)
            let values = TraceEvaluation(states: trace.states, times: trace.times)
                .values(of: formula.root)
            var prover = Prover(
                formula, states: trace.states, milliseconds: trace.times.map { Double($0) / 1e6 },
                isComplete: isComplete)
            let checker = ProofChecker(
                states: trace.states, times: trace.times, isComplete: isComplete)
            for (position, value) in values.enumerated() {
                let proof = prover.proof(at: position)
                #expect((proof != nil) == (value.isFinal || isComplete), "\(formula)")
                guard let proof else { continue }
                #expect(proof.holds == value.holds)
                #expect(proof.position == position)
                #expect(checker.accepts(proof), "seed \(seed): \(formula)\n\(proof.text())")
                var forged = proof
                forged.holds.toggle()
                #expect(!checker.accepts(forged))
            }
        }
    }

    private struct Case: Decodable {
        struct Minimal: Decodable {
            let tp: Int
            let text: String
        }
        let id: Int
        let formula: String
        let trace: [ReferenceValues.TimedState]
        let min_size_proof_first_violation: Minimal?
    }

    @Test(.enabled(if: ReferenceValues.isPresent, "the reference values are absent"))
    func `is no larger than the reference's smallest`() throws {
        for item in try ReferenceValues.cases("mtl_timestamped.json", of: Case.self) {
            guard let minimal = item.min_size_proof_first_violation else { continue }
            let formula = try Formula(parsing: item.formula, boundsIn: .milliseconds)
            var prover = Prover(
                formula, states: item.trace.map { formula.propositions.state($0.names) },
                milliseconds: item.trace.map(\.time), isComplete: false)
            let found = prover.proof(at: minimal.tp)
            let proof = try #require(found)
            #expect(!proof.holds)
            let size = minimal.text.filter { $0 == "{" }.count
            #expect(proof.size <= size, "case \(item.id): \(item.formula)\n\(minimal.text)")
        }
    }
}
