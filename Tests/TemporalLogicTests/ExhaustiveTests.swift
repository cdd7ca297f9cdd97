import Testing

@testable import TemporalLogic

/// Every small formula on every short trace, against the definitions.
struct `Every small formula` {
    private static let unary: [UnaryOperator] = [
        .next, .weakNext, .finally, .globally, .previous, .once, .historically,
    ]
    private static let binary: [BinaryOperator] = [
        .until, .release, .weakUntil, .strongRelease, .since,
    ]
    private static let leaves: [Term] = [.atom(0), .atom(1), .not(.atom(0))]

    /// One operator above the given operands.
    private static func above(_ operands: [Term], _ bound: Interval? = nil) -> [Term] {
        var terms: [Term] = operands.map { .not($0) }
        for operand in operands {
            terms += unary.map { .unary($0, bound, operand) }
        }
        for left in operands {
            for right in operands where left != right {
                terms += binary.map { .binary($0, bound, left, right) }
                terms += [.and([left, right]), .implies(left, right), .equivalent(left, right)]
            }
        }
        return terms
    }

    /// Two operators deep; the second level over one operand of the first and a leaf.
    private static let terms: [Term] = {
        let first = above(leaves)
        var second: [Term] = []
        for inner in first {
            second += unary.map { .unary($0, nil, inner) }
            second += binary.map { .binary($0, nil, inner, .atom(1)) }
            second += binary.map { .binary($0, nil, .atom(0), inner) }
            second.append(.joined([inner, .atom(1)], conjunction: true))
        }
        return leaves + first + second
    }()

    private static let atoms = ["p", "q"].map {
        Atom(text: Array($0.utf8), proposition: .name($0))
    }

    /// Every trace of two propositions with at most this many states.
    private static func traces(upTo length: Int) -> [[UInt64]] {
        var all: [[UInt64]] = []
        var last: [[UInt64]] = [[]]
        for _ in 0..<length {
            last = last.flatMap { trace in (0..<4).map { trace + [$0] } }
            all += last
        }
        return all
    }

    @Test func `is read back as it was printed`() throws {
        for term in Self.terms {
            let text = Formula(root: term, atoms: Self.atoms).description
            #expect(try Formula(parsing: text).description == text)
        }
    }

    @Test func `holds on a finite trace when the definitions say so`() {
        let traces = Self.traces(upTo: 3).filter { $0.count == 3 }
        for term in Self.terms {
            let start = Monitor(Formula(root: term, atoms: Self.atoms))
            for trace in traces {
                var monitor = start
                for state in trace { monitor.observe(state, at: 0) }
                let value = TraceEvaluation(states: trace, times: trace.map { _ in 0 })
                    .values(of: term)[0]
                if monitor.verdictAtEnd != value.holds {
                    Issue.record("\(monitor.formula) on \(trace)")
                    return
                }
            }
        }
    }

    /// A prefix is good when every endless continuation satisfies the formula, bad when none does.
    /// Continuations are lassos: a middle of at most one state, then a loop of at most two. For
    /// formulas as small as these such a lasso exists whenever any word does, which the verdicts'
    /// agreement on all of them confirms.
    @Test func `is final at the first prefix that no continuation changes, and not before`() {
        let middles: [[UInt64]] = [[]] + Self.traces(upTo: 1)
        let loops = Self.traces(upTo: 2)
        let prefixes = Self.traces(upTo: 2)
        for (index, term) in Self.terms.enumerated() where index % 11 == 0 || index < 60 {
            let formula = Formula(root: term, atoms: Self.atoms)
            for prefix in prefixes {
                var monitor = Monitor(formula)
                for state in prefix { monitor.observe(state, at: 0) }
                var canHold = false
                var canFail = false
                search: for middle in middles {
                    for loop in loops {
                        if Self.holds(term, prefix + middle, loop) {
                            canHold = true
                        } else {
                            canFail = true
                        }
                        if canHold && canFail { break search }
                    }
                }
                let expected: Bool? = canHold && canFail ? nil : canHold
                let found: Bool? =
                    monitor.verdict.isFinal ? monitor.verdict == .true : nil
                if found != expected {
                    Issue.record("\(formula) after \(prefix): \(monitor.verdict)")
                    return
                }
            }
        }
    }

    /// Whether a formula holds on an endless word, by evaluating it on enough rounds of the loop:
    /// the values at the start settle once the word is longer than the operators look.
    private static func holds(_ term: Term, _ stem: [UInt64], _ loop: [UInt64]) -> Bool {
        let length = stem.count + loop.count
        var values: [Term: [Bool]] = [:]
        _ = evaluate(term, stem + loop, length, stem.count, &values)
        return values[term]?[0] ?? false
    }

    /// Future operators as fixpoints over the lasso; past ones over its unrolling, whose values
    /// repeat after as many rounds as the formula is deep.
    private static func evaluate(
        _ term: Term, _ word: [UInt64], _ length: Int, _ loop: Int,
        _ values: inout [Term: [Bool]]
    ) -> [Bool] {
        // Unrolled so that the past has settled before the last round, which loops.
        let period = length - loop
        let rounds = 6
        let total = loop + period * rounds
        let back = total - period
        if let known = values[term] { return known }
        func letter(_ place: Int) -> UInt64 {
            place < length ? word[place] : word[loop + (place - loop) % period]
        }
        func value(_ inner: Term) -> [Bool] { evaluate(inner, word, length, loop, &values) }
        func future(_ start: Bool, _ step: (Int, Bool) -> Bool) -> [Bool] {
            var result = [Bool](repeating: start, count: total)
            for _ in 0..<2 {
                for place in stride(from: total - 1, through: 0, by: -1) {
                    result[place] = step(place, result[place + 1 < total ? place + 1 : back])
                }
            }
            return result
        }
        func past(_ start: Bool, _ step: (Int, Bool) -> Bool) -> [Bool] {
            var result: [Bool] = []
            for place in 0..<total { result.append(step(place, result.last ?? start)) }
            return result
        }
        let result: [Bool]
        switch term {
        case .constant(let constant): result = (0..<total).map { _ in constant }
        case .atom(let index): result = (0..<total).map { letter($0) >> UInt64(index) & 1 == 1 }
        case .not(let a): result = value(a).map { !$0 }
        case .and(let terms):
            let parts = terms.map(value)
            result = (0..<total).map { place in parts.allSatisfy { $0[place] } }
        case .or(let terms):
            let parts = terms.map(value)
            result = (0..<total).map { place in parts.contains { $0[place] } }
        case .implies(let a, let b): result = zip(value(a), value(b)).map { !$0 || $1 }
        case .equivalent(let a, let b): result = zip(value(a), value(b)).map { $0 == $1 }
        case .unary(let symbol, _, let a):
            let a = value(a)
            switch symbol {
            case .next, .weakNext:
                result = (0..<total).map { a[$0 + 1 < total ? $0 + 1 : back] }
            case .finally: result = future(false) { a[$0] || $1 }
            case .globally: result = future(true) { a[$0] && $1 }
            case .previous: result = (0..<total).map { $0 > 0 && a[$0 - 1] }
            case .once: result = past(false) { a[$0] || $1 }
            case .historically: result = past(true) { a[$0] && $1 }
            }
        case .binary(let symbol, _, let a, let b):
            let (a, b) = (value(a), value(b))
            switch symbol {
            case .until: result = future(false) { b[$0] || a[$0] && $1 }
            case .release: result = future(true) { b[$0] && (a[$0] || $1) }
            case .weakUntil: result = future(true) { b[$0] || a[$0] && $1 }
            case .strongRelease: result = future(false) { b[$0] && (a[$0] || $1) }
            case .since: result = past(false) { b[$0] || a[$0] && $1 }
            }
        }
        values[term] = result
        return result
    }

    @Test func `with a bound is settled as the definitions say, whatever the times`() {
        let bounds = [
            Interval(lower: 0, upper: 1, unit: .nanoseconds),
            Interval(lower: 1, upper: 2, unit: .nanoseconds),
            Interval(lower: 1, upper: nil, unit: .nanoseconds),
            Interval(lower: 1, upper: 1, unit: .events),
        ]
        // Repeated times and gaps alike.
        let clocks: [[Int64]] = [
            [0, 0, 0], [0, 0, 1], [0, 1, 1], [0, 1, 2], [0, 2, 3], [0, 0, 5],
        ]
        let traces = Self.traces(upTo: 3).filter { $0.count == 3 }
        for bound in bounds {
            for term in Self.above(Self.leaves, bound) {
                let formula = Formula(root: term, atoms: Self.atoms)
                let start = PointwiseMonitor(formula)
                for times in clocks {
                    for trace in traces {
                        var monitor = start
                        var found = [Bool?](repeating: nil, count: 3)
                        for place in 0..<3 {
                            for answer in monitor.observe(
                                trace[place], at: Double(times[place]) / 1e6)
                            {
                                found[answer.position] = answer.holds
                            }
                            let expected = TraceEvaluation(
                                states: Array(trace[...place]), times: Array(times[...place])
                            ).values(of: term)
                            for (position, value) in expected.enumerated()
                            where found[position] != (value.isFinal ? value.holds : nil) {
                                Issue.record("\(formula) on \(trace) at \(times)")
                                return
                            }
                        }
                    }
                }
            }
        }
    }

    @Test func `that is timed has a proof that the checker accepts, at every position`() {
        let bounds = [
            Interval(lower: 0, upper: 1, unit: .nanoseconds),
            Interval(lower: 1, upper: 2, unit: .nanoseconds),
        ]
        let traces = Self.traces(upTo: 3).filter { $0.count == 3 }
        for bound in bounds {
            for term in Self.above(Self.leaves, bound) {
                let formula = Formula(root: term, atoms: Self.atoms)
                for times in [[0, 0, 1], [0, 1, 3]] as [[Int64]] {
                    for trace in traces {
                        let milliseconds = times.map { Double($0) / 1e6 }
                        for isComplete in [false, true] {
                            var prover = Prover(
                                formula, states: trace, milliseconds: milliseconds,
                                isComplete: isComplete)
                            for position in 0..<3 {
                                guard let proof = prover.proof(at: position) else { continue }
                                let checker = ProofChecker(
                                    states: trace, times: times, isComplete: isComplete)
                                if !checker.accepts(proof) {
                                    Issue.record("\(formula) on \(trace): \(proof.text())")
                                    return
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
