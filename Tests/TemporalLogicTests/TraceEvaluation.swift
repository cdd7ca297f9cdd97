@testable import TemporalLogic

/// Three-valued evaluation of a formula at every position of a finite trace by the definitions.
///
/// It is the plain reading of the semantics, quadratic per operator; the monitors are tested
/// against it. Each value says whether the formula holds when no event follows (LTLf) and whether
/// the events seen settle it whatever follows (Kleene's strong logic over the subformulas).
struct TraceEvaluation {
    /// A truth value and whether it is final.
    struct Value: Equatable {
        var holds: Bool
        var isFinal: Bool

        var isTrue: Bool { holds && isFinal }
        var isFalse: Bool { !holds && isFinal }
        var negated: Value { Value(holds: !holds, isFinal: isFinal) }
        static let yes = Value(holds: true, isFinal: true)
        static let no = Value(holds: false, isFinal: true)
    }

    let states: [UInt64]
    /// Nanoseconds of each state; never decreasing.
    let times: [Int64]

    func values(of term: Term) -> [Value] {
        switch term {
        case .constant(let value): return states.map { _ in value ? .yes : .no }
        case .atom(let index): return states.map { $0 >> UInt64(index) & 1 == 1 ? .yes : .no }
        case .not(let a): return values(of: a).map { $0.negated }
        case .and(let terms):
            return terms.dropFirst().reduce(values(of: terms[0])) {
                pairwise($0, values(of: $1), and)
            }
        case .or(let terms):
            return terms.dropFirst().reduce(values(of: terms[0])) {
                pairwise($0, values(of: $1), or)
            }
        case .implies(let a, let b):
            return pairwise(values(of: a), values(of: b)) { or($0.negated, $1) }
        case .equivalent(let a, let b):
            return pairwise(values(of: a), values(of: b)) { a, b in
                Value(holds: a.holds == b.holds, isFinal: a.isFinal && b.isFinal)
            }
        case .unary(let symbol, let bound, let a): return unary(symbol, bound, values(of: a))
        case .binary(let symbol, let bound, let a, let b):
            return binary(symbol, bound, values(of: a), values(of: b))
        }
    }

    private func and(_ a: Value, _ b: Value) -> Value {
        if a.isFalse || b.isFalse { return .no }
        return Value(holds: a.holds && b.holds, isFinal: a.isFinal && b.isFinal)
    }

    private func or(_ a: Value, _ b: Value) -> Value { and(a.negated, b.negated).negated }

    private func pairwise(
        _ a: [Value], _ b: [Value], _ combine: (Value, Value) -> Value
    ) -> [Value] {
        a.indices.map { combine(a[$0], b[$0]) }
    }

    private func distance(_ from: Int, _ to: Int, _ bound: Interval?) -> Int64 {
        bound?.unit == .nanoseconds ? times[to] - times[from] : Int64(to - from)
    }

    private func contains(_ bound: Interval?, _ from: Int, _ to: Int) -> Bool {
        bound?.contains(distance(from, to, bound)) ?? true
    }

    /// Whether no further event can lie within the bound after `from`.
    private func isClosed(_ bound: Interval?, after from: Int) -> Bool {
        guard let bound, let upper = bound.upper else { return false }
        let seen = distance(from, states.count - 1, bound)
        return bound.unit == .events ? seen >= upper : seen > upper
    }

    private func unary(_ symbol: UnaryOperator, _ bound: Interval?, _ a: [Value]) -> [Value] {
        let all = [Value](repeating: .yes, count: a.count)
        switch symbol {
        case .finally: return until(bound, all, a)
        case .globally: return until(bound, all, a.map { $0.negated }).map { $0.negated }
        case .once: return since(bound, all, a)
        case .historically: return since(bound, all, a.map { $0.negated }).map { $0.negated }
        case .previous:
            return a.indices.map { i in
                i > 0 && contains(bound, i - 1, i) ? a[i - 1] : .no
            }
        case .next, .weakNext:
            return a.indices.map { i in
                guard i + 1 < a.count else {
                    return Value(holds: symbol == .weakNext, isFinal: false)
                }
                let isWithin = contains(bound, i, i + 1)
                return isWithin ? a[i + 1] : symbol == .weakNext ? .yes : .no
            }
        }
    }

    private func binary(
        _ symbol: BinaryOperator, _ bound: Interval?, _ a: [Value], _ b: [Value]
    ) -> [Value] {
        switch symbol {
        case .until: until(bound, a, b)
        case .since: since(bound, a, b)
        case .strongRelease: until(bound, b, pairwise(a, b, and))
        case .release: release(bound, a, b)
        case .weakUntil: release(bound, b, pairwise(a, b, or))
        }
    }

    private func release(_ bound: Interval?, _ a: [Value], _ b: [Value]) -> [Value] {
        until(bound, a.map { $0.negated }, b.map { $0.negated }).map { $0.negated }
    }

    private func until(_ bound: Interval?, _ a: [Value], _ b: [Value]) -> [Value] {
        a.indices.map { i in
            var result = Value.no
            var path = Value.yes
            for j in i..<a.count {
                if contains(bound, i, j) { result = or(result, and(path, b[j])) }
                path = and(path, a[j])
            }
            if !isClosed(bound, after: i) {
                result = or(result, and(path, Value(holds: false, isFinal: false)))
            }
            return result
        }
    }

    private func since(_ bound: Interval?, _ a: [Value], _ b: [Value]) -> [Value] {
        a.indices.map { i in
            var result = Value.no
            var path = Value.yes
            for j in stride(from: i, through: 0, by: -1) {
                if contains(bound, j, i) { result = or(result, and(path, b[j])) }
                path = and(path, a[j])
            }
            return result
        }
    }
}
