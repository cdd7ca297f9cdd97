import JSONText
import TemporalLogic
import Timeline

/// Monitors and explanations, per event.
struct LogicBenchmark {
    private let watch: Stopwatch
    private let count = 20_000

    init(_ effort: Benchmark.Effort) { watch = Stopwatch(isQuick: effort.isQuick) }

    func run(into report: inout BenchmarkReport) throws {
        try untimed(into: &report)
        for bound in [10, 100, 1000] { try responses(within: bound, into: &report) }
        for bound in [10, 100, 1000] { try explanations(within: bound, into: &report) }
        try manyProperties(into: &report)
    }

    /// Automata in their steady state: all transitions were seen. As in a session, an event has one
    /// name, so at most one proposition holds, mostly none; and then any of them at random.
    private func untimed(into report: inout BenchmarkReport) throws {
        var random = SeededRandom(seed: 1)
        let formulas = [
            "G !a", "G (a -> F b)", "G ((a | b | c | d | e | f) -> F (g & h | i & j | k & l))",
            "G (a -> F b) & G (c -> F d) & G (e -> F f) & G (g -> F h) & G (i -> F j) & G (k -> F l)",
        ]
        for (text, shape) in zip(formulas, ["", "", "", " in six conjuncts"]) {
            let formula = try Formula(parsing: text)
            let atoms = UInt64(formula.propositions.count)
            let named = (0..<count).map { _ in
                random.next() % 5 == 0 ? UInt64(1) << (random.next() % atoms) : 0
            }
            let any = named.map { _ in random.next() & ((1 << atoms) - 1) }
            for (what, states) in [("named events", named), ("any states", any)] {
                report.add(
                    "LTL, \(atoms) atoms\(shape), \(what)",
                    run(formula, states, steps: 0).nanoseconds,
                    "ns an event", .atMost(5))
            }
        }
    }

    /// Every request is answered within `bound` events or milliseconds; no violation.
    private func responses(within bound: Int, into report: inout BenchmarkReport) throws {
        let states = Self.requests(count, bound)
        for (unit, name) in [("", "events"), ("ms", "ms")] {
            let formula = try Formula(
                parsing: "G (request -> F[<=\(bound)\(unit)] response)")
            let (cost, verdict) = run(formula, states, steps: 1)
            report.add(
                "response within \(bound) \(name)", cost, "ns an event", .atMost(40),
                id: unit.isEmpty ? "response-\(bound)" : nil)
            if unit.isEmpty {
                report.file(
                    "response-\(bound)", input: .array(states.map { JSON($0) }),
                    answer: .bool(verdict.holds))
            }
        }
        let past = try Formula(parsing: "O[<=\(bound)] request | !response")
        let measured = watch.measure {
            var monitor = PointwiseMonitor(past)
            var held = 0
            for (place, state) in states.enumerated() {
                for answer in monitor.observe(state, at: Double(place)) where answer.holds {
                    held += 1
                }
            }
            return held
        }
        report.add(
            "past, at each event, within \(bound) events",
            measured.nanoseconds / Double(count), "ns an event", id: "past-\(bound)")
        report.file(
            "past-\(bound)", input: .array(states.map { JSON($0) }), answer: JSON(measured.result))
    }

    private func run(
        _ formula: Formula, _ states: [UInt64], steps: Double
    ) -> (nanoseconds: Double, verdict: Verdict) {
        var monitor = Monitor(formula)
        var time = 0.0
        let measured = watch.measure {
            var verdict = Verdict.presumablyTrue
            for state in states {
                verdict = monitor.observe(state, at: time)
                time += steps
            }
            return verdict
        }
        return (measured.nanoseconds / Double(states.count), measured.result)
    }

    /// Smallest proofs at every position where all is well, and of the violations where for half of
    /// the time nobody answers.
    private func explanations(within bound: Int, into report: inout BenchmarkReport) throws {
        let formula = try Formula(parsing: "request -> F[<=\(bound)] response")
        let well = Self.requests(count, bound)
        report.add(
            "smallest proofs at all positions, bound \(bound)",
            proofs(formula, well, well.indices), "µs an event", .atMost(1))
        let silent = Self.silences(count, bound)
        let violations = Self.positions(formula, silent).filter { !$0.holds }.map { $0.position }
        report.add(
            "smallest proofs of \(violations.count) violations, bound \(bound)",
            proofs(formula, silent, violations), "µs an event", .atMost(1))
        let whole = try Formula(parsing: "G (request -> F[<=\(bound)] response)")
        let told = watch.measure {
            var monitor = Monitor(whole)
            for (place, state) in well.enumerated() { monitor.observe(state, at: Double(place)) }
            return monitor.explanation.utf8.count + monitor.witness.count
        }
        report.add(
            "verdict, witness and sentence, bound \(bound)",
            told.nanoseconds / Double(count) / 1000, "µs an event", .atMost(1))
    }

    /// Microseconds per event for proofs at the given positions.
    private func proofs(
        _ formula: Formula, _ states: [UInt64], _ positions: some Sequence<Int>
    ) -> Double {
        let times = states.indices.map { Double($0) }
        let measured = watch.measure {
            var prover = Prover(formula, states: states, milliseconds: times, isComplete: false)
            return positions.reduce(0) { $0 + (prover.proof(at: $1)?.parts.count ?? 0) }
        }
        return measured.nanoseconds / Double(states.count) / 1000
    }

    private static func positions(
        _ formula: Formula, _ states: [UInt64]
    ) -> [PointwiseMonitor.Answer] {
        var monitor = PointwiseMonitor(formula)
        return states.enumerated().flatMap { monitor.observe($1, at: Double($0)) }
    }

    /// A thousand properties over one stream that share propositions and shapes.
    private func manyProperties(into report: inout BenchmarkReport) throws {
        var random = SeededRandom(seed: 3)
        var formulas: [Formula] = []
        for index in 0..<1000 {
            let (a, b) = ("p\(index % 40)", "p\((index * 7 + index / 40) % 40)")
            formulas.append(
                try Formula(
                    parsing: index.isMultiple(of: 2) ? "G (\(a) -> F \(b))" : "!\(a) W \(b)"))
        }
        var set = PropertySet(formulas)
        let width = (set.propositions.count + 63) / 64
        // One proposition holds at a time, as of events with a type each.
        let states = (0..<2000).map { _ in
            var state = [UInt64](repeating: 0, count: width)
            let place = Int(random.next() % UInt64(set.propositions.count))
            state[place / 64] = 1 << UInt64(place % 64)
            return state
        }
        let measured = watch.measure {
            states.reduce(0) { $0 + set.observe($1, at: 0).count }
        }
        report.add(
            "1000 properties over one stream", measured.nanoseconds / Double(states.count) / 1000,
            "µs an event")
    }

    /// 5 % requests (bit 0), each answered (bit 1) within the bound.
    private static func requests(_ count: Int, _ bound: Int) -> [UInt64] {
        var random = SeededRandom(seed: UInt64(bound))
        var states = [UInt64](repeating: 0, count: count)
        for place in 0..<count - bound where random.unit() < 0.05 {
            states[place] |= 1
            states[place + 1 + Int(random.next() % UInt64(bound))] |= 2
        }
        return states
    }

    /// The same, but of every three bounds' length one and a half begin with a request and pass in
    /// silence.
    private static func silences(_ count: Int, _ bound: Int) -> [UInt64] {
        var states = requests(count, bound)
        for start in stride(from: 0, to: count, by: 3 * bound) {
            for place in start..<min(count, start + 3 * bound / 2) { states[place] = 0 }
            states[start] = 1
        }
        return states
    }
}
