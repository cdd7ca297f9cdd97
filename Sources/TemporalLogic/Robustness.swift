/// How far a trace is from changing a formula's verdict: the quantitative semantics of STL.
///
/// Each proposition has a margin at each position (positive: it holds with that much to spare).
/// Conjunction is the minimum, negation the sign, a temporal operator the best or worst value in
/// its window; windows are cut at the ends of the trace, an empty one is infinitely bad for
/// "some" and infinitely good for "all". Windows of one-sided operators cost amortised constant
/// time per position (Lemire's monotone queue); until and since with a lower bound or an end are
/// linear in the window. Sources: Donzé, Maler, "Robust Satisfaction of Temporal Logic over
/// Real-Valued Signals" (2010); Lemire, "Streaming Maximum-Minimum Filter" (2006).
package struct Robustness: Sendable {
    private let formula: Formula

    package init(_ formula: Formula) { self.formula = formula }

    /// The robustness at every position. `margins[k][i]` is the margin of proposition `k` at
    /// position `i`; all series have the length of `milliseconds`, which never decreases.
    package func values(margins: [[Double]], milliseconds: [Double]) -> [Double] {
        precondition(margins.count == formula.atoms.count)
        precondition(margins.allSatisfy { $0.count == milliseconds.count })
        let times = milliseconds.map { Monitor.nanoseconds($0) }
        return RobustnessEvaluation(margins: margins, times: times).values(of: formula.root)
    }
}

extension Proposition {
    /// The margin by which a field's value meets the comparison; absent for other propositions.
    package func margin(of value: Double) -> Double? {
        guard case .comparison(_, let comparison, .number(let limit)) = self else { return nil }
        switch comparison {
        case .less, .lessOrEqual: return limit - value
        case .greater, .greaterOrEqual: return value - limit
        case .equal: return -abs(value - limit)
        case .notEqual: return abs(value - limit)
        case .contains, .lacks: return nil
        }
    }
}

/// Evaluates terms bottom up over whole series.
private struct RobustnessEvaluation {
    let margins: [[Double]]
    let times: [Int64]

    func values(of term: Term) -> [Double] {
        switch term {
        case .constant(let value):
            return times.map { _ in value ? .infinity : -.infinity }
        case .atom(let index): return margins[index]
        case .not(let a): return negated(values(of: a))
        case .and(let terms): return fold(terms) { min($0, $1) }
        case .or(let terms): return fold(terms) { max($0, $1) }
        case .implies(let a, let b):
            return combine(values(of: a), values(of: b)) { max(-$0, $1) }
        case .equivalent(let a, let b):
            return combine(values(of: a), values(of: b)) { min(max(-$0, $1), max(-$1, $0)) }
        case .unary(let symbol, let bound, let a): return unary(symbol, bound, values(of: a))
        case .binary(let symbol, let bound, let a, let b):
            return binary(symbol, bound, values(of: a), values(of: b))
        }
    }

    private func negated(_ series: [Double]) -> [Double] { series.map { -$0 } }

    private func fold(_ terms: [Term], _ body: (Double, Double) -> Double) -> [Double] {
        var result = values(of: terms[0])
        for term in terms.dropFirst() { result = combine(result, values(of: term), body) }
        return result
    }

    private func combine(
        _ a: [Double], _ b: [Double], _ body: (Double, Double) -> Double
    ) -> [Double] {
        a.indices.map { body(a[$0], b[$0]) }
    }

    private func unary(_ symbol: UnaryOperator, _ bound: Interval?, _ a: [Double]) -> [Double] {
        switch symbol {
        case .finally: return best(bound, a, isFuture: true)
        case .globally: return negated(best(bound, negated(a), isFuture: true))
        case .once: return best(bound, a, isFuture: false)
        case .historically: return negated(best(bound, negated(a), isFuture: false))
        case .previous: return shifted(a, -1, bound, outside: -.infinity)
        case .next: return shifted(a, 1, bound, outside: -.infinity)
        case .weakNext: return shifted(a, 1, bound, outside: .infinity)
        }
    }

    private func binary(
        _ symbol: BinaryOperator, _ bound: Interval?, _ a: [Double], _ b: [Double]
    ) -> [Double] {
        switch symbol {
        case .until: return reach(bound, a, b, isFuture: true)
        case .since: return reach(bound, a, b, isFuture: false)
        case .strongRelease:
            return reach(bound, b, combine(a, b) { min($0, $1) }, isFuture: true)
        case .release: return negated(reach(bound, negated(a), negated(b), isFuture: true))
        case .weakUntil:
            let neither = combine(a, b) { min(-$0, -$1) }
            return negated(reach(bound, negated(b), neither, isFuture: true))
        }
    }

    private func shifted(
        _ a: [Double], _ offset: Int, _ bound: Interval?, outside: Double
    ) -> [Double] {
        a.indices.map { index in
            let other = index + offset
            guard a.indices.contains(other) else { return outside }
            let distance = abs(reading(bound, other) - reading(bound, index))
            return bound?.contains(distance) ?? true ? a[other] : outside
        }
    }

    private func reading(_ bound: Interval?, _ index: Int) -> Int64 {
        bound?.unit == .nanoseconds ? times[index] : Int64(index)
    }

    /// The largest value within the bound, by a queue of positions with decreasing values.
    private func best(_ bound: Interval?, _ a: [Double], isFuture: Bool) -> [Double] {
        var result = [Double](repeating: -.infinity, count: a.count)
        var queue: [Int] = []
        var front = 0
        var entering = isFuture ? a.count - 1 : 0
        let lower = bound?.lower ?? 0
        for step in a.indices {
            let place = isFuture ? a.count - 1 - step : step
            let here = reading(bound, place)
            while isFuture ? entering >= place : entering <= place {
                guard abs(here - reading(bound, entering)) >= lower else { break }
                while queue.count > front, a[queue[queue.count - 1]] <= a[entering] {
                    queue.removeLast()
                }
                queue.append(entering)
                entering += isFuture ? -1 : 1
            }
            if let upper = bound?.upper {
                while front < queue.count, abs(here - reading(bound, queue[front])) > upper {
                    front += 1
                }
            }
            if front < queue.count { result[place] = a[queue[front]] }
        }
        return result
    }

    /// The best over the window of the right value there and the worst left value on the way.
    private func reach(
        _ bound: Interval?, _ left: [Double], _ right: [Double], isFuture: Bool
    ) -> [Double] {
        var result = [Double](repeating: -.infinity, count: left.count)
        let direction = isFuture ? 1 : -1
        guard let bound else {
            var before = -Double.infinity
            for step in left.indices {
                let place = isFuture ? left.count - 1 - step : step
                before = max(right[place], min(left[place], before))
                result[place] = before
            }
            return result
        }
        for place in left.indices {
            var path = Double.infinity
            var best = -Double.infinity
            var other = place
            // The path's value only falls, so it bounds all that follows.
            while left.indices.contains(other), path > best {
                let distance = abs(reading(bound, other) - reading(bound, place))
                if let upper = bound.upper, distance > upper { break }
                if distance >= bound.lower { best = max(best, min(path, right[other])) }
                path = min(path, left[other])
                other += direction
            }
            result[place] = best
        }
        return result
    }
}
