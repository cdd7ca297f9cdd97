import Testing

@testable import TemporalLogic

struct `The metric network` {
    /// The values of every position on the prefix of `count` states, from the definitions.
    private func twin(
        _ term: Term, _ trace: (states: [UInt64], times: [Int64]), _ count: Int
    ) -> [TraceEvaluation.Value] {
        TraceEvaluation(
            states: Array(trace.states[..<count]), times: Array(trace.times[..<count])
        ).values(of: term)
    }

    @Test(arguments: [1, 2, 3])
    func `settles every position as early as the definitions`(depth: Int) throws {
        for seed in 0..<500 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed + depth * 10_000)), bounds: .mixed,
                hasPast: true)
            let formula = source.formula(depth: depth)
            let trace = source.trace(length: 14)
            var network = MetricNetwork()
            let root = network.node(for: formula.root)
            _ = network.addOutput(root, from: 0)
            for (index, state) in trace.states.enumerated() {
                network.observe(state, at: trace.times[index])
                let expected = twin(formula.root, trace, index + 1)
                for (position, value) in expected.enumerated() {
                    let found = network.value(root, at: position)
                    #expect(
                        found.holds == value.holds && found.isFinal == value.isFinal,
                        "seed \(seed): \(formula) at \(position) after \(index + 1)")
                    if found.holds != value.holds || found.isFinal != value.isFinal { return }
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3])
    func `decides the first position as early as the definitions`(depth: Int) throws {
        for seed in 0..<500 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed + depth * 20_000)), bounds: .mixed,
                hasPast: true)
            let formula = source.formula(depth: depth)
            let trace = source.trace(length: 14)
            var monitor = OriginMonitor(terms: [formula.root])
            for (index, state) in trace.states.enumerated() {
                monitor.observe(state, at: trace.times[index])
                let value = twin(formula.root, trace, index + 1)[0]
                let found = monitor.value(0)
                #expect(
                    found.holds == value.holds && found.isFinal == value.isFinal,
                    "seed \(seed): \(formula) after \(index + 1)")
                if found.isFinal { break }
            }
        }
    }

    @Test func `forgets nothing that it still needs on long traces`() {
        for seed in 0..<60 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .mixed, hasPast: true)
            let formula = source.formula(depth: 2 + seed % 2)
            let trace = source.trace(length: 300)
            let expected = twin(formula.root, trace, 300)
            var monitor = PointwiseMonitor(formula)
            var settled = [Bool?](repeating: nil, count: 300)
            for (index, state) in trace.states.enumerated() {
                for answer in monitor.observe(state, at: Double(trace.times[index]) / 1e6) {
                    #expect(settled[answer.position] == nil)
                    settled[answer.position] = answer.holds
                }
            }
            #expect(
                settled == expected.map { $0.isFinal ? $0.holds : nil }, "seed \(seed): \(formula)")
            for answer in monitor.answersAtEnd { settled[answer.position] = answer.holds }
            #expect(settled == expected.map { $0.holds }, "seed \(seed): \(formula)")
            var origin = OriginMonitor(terms: [formula.root])
            for (index, state) in trace.states.enumerated() {
                origin.observe(state, at: trace.times[index])
            }
            let value = origin.value(0)
            #expect(value.holds == expected[0].holds && value.isFinal == expected[0].isFinal)
        }
    }

    @Test func `keeps no more than its windows need`() throws {
        let formula = try Formula(parsing: "G(p -> F[0,50ms] (q & O[<=20ms] r) | X[<=9ms] p)")
        var monitor = OriginMonitor(terms: [formula.root])
        var random = TestRandom(seed: 5)
        var most = 0
        for step in 0..<20_000 {
            monitor.observe(UInt64(random.below(8)) | 2 | 4, at: Int64(step) * 1_000_000)
            most = max(most, monitor.storedCount)
            #expect(!monitor.value(0).isFinal)
        }
        #expect(most < 2000)
    }

    @Test(.enabled(if: ReferenceValues.isPresent, "the reference values are absent"))
    func `gives the past's verdict with every event`() throws {
        let file = "mtl_past_discrete.json"
        for item in try ReferenceValues.cases(file, of: ReferenceValues.PastDiscrete.self) {
            let formula = try Formula(parsing: item.formula)
            var monitor = PointwiseMonitor(formula)
            var found = ""
            for (index, names) in item.trace.enumerated() {
                let state = formula.propositions.state(names)
                for answer in monitor.observe(state, at: Double(index)) {
                    #expect(answer.position == index)
                    found += answer.holds ? "1" : "0"
                }
            }
            #expect(found == item.verdict, "case \(item.id): \(item.formula)")
        }
    }

    @Test(.enabled(if: ReferenceValues.isPresent, "the reference values are absent"))
    func `gives the earliest verdicts of timed traces and those at their end`() throws {
        let file = "mtl_timestamped.json"
        for item in try ReferenceValues.cases(file, of: ReferenceValues.Timestamped.self) {
            let formula = try Formula(parsing: item.formula, boundsIn: .milliseconds)
            var monitor = PointwiseMonitor(formula)
            var found = [Character](repeating: "?", count: item.trace.count)
            for state in item.trace {
                let letter = formula.propositions.state(state.names)
                for answer in monitor.observe(letter, at: state.time) {
                    found[answer.position] = answer.holds ? "1" : "0"
                }
            }
            #expect(String(found) == item.own3, "case \(item.id): \(item.formula)")
            for answer in monitor.answersAtEnd { found[answer.position] = answer.holds ? "1" : "0" }
            for (verdict, expected) in zip(found, item.verdict_closed) where expected != "?" {
                #expect(verdict == expected, "case \(item.id): \(item.formula)")
            }
        }
    }
}
