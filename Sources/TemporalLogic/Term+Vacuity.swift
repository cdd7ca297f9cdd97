extension Term {
    /// The formula with the consequents of its positive implications made false, or nothing when
    /// it has none: if this stronger formula holds too, the formula held vacuously.
    ///
    /// Source: Beer, Ben-David, Eisner, Rodeh, "Efficient Detection of Vacuity in Temporal Model
    /// Checking" (2001): a subformula that may be replaced without effect was not tested.
    var strengthened: Term? {
        let (term, changed) = strengthening(isPositive: true)
        return changed ? term : nil
    }

    private func strengthening(isPositive: Bool) -> (Term, Bool) {
        switch self {
        case .constant, .atom, .equivalent: return (self, false)
        case .not(let a):
            let (inner, changed) = a.strengthening(isPositive: !isPositive)
            return (.not(inner), changed)
        case .and(let terms):
            let parts = terms.map { $0.strengthening(isPositive: isPositive) }
            return (.and(parts.map { $0.0 }), parts.contains { $0.1 })
        case .or(let terms):
            let parts = terms.map { $0.strengthening(isPositive: isPositive) }
            return (.or(parts.map { $0.0 }), parts.contains { $0.1 })
        case .implies(let a, let b):
            if case .constant = b { return (self, false) }
            if isPositive { return (.not(a), true) }
            let left = a.strengthening(isPositive: true)
            let right = b.strengthening(isPositive: false)
            return (.implies(left.0, right.0), left.1 || right.1)
        case .unary(let symbol, let bound, let a):
            let (inner, changed) = a.strengthening(isPositive: isPositive)
            return (.unary(symbol, bound, inner), changed)
        case .binary(let symbol, let bound, let a, let b):
            let left = a.strengthening(isPositive: isPositive)
            let right = b.strengthening(isPositive: isPositive)
            return (.binary(symbol, bound, left.0, right.0), left.1 || right.1)
        }
    }

    /// The events that its bounds span when unfolded, or nothing when a bound is in time.
    var unfoldedEvents: Int64? {
        switch self {
        case .constant, .atom: return 0
        case .not(let a): return a.unfoldedEvents
        case .and(let terms), .or(let terms):
            var sum: Int64 = 0
            for term in terms {
                guard let part = term.unfoldedEvents else { return nil }
                sum += part
            }
            return sum
        case .implies(let a, let b), .equivalent(let a, let b):
            return Term.and([a, b]).unfoldedEvents
        case .unary(_, let bound, let a):
            guard let inner = a.unfoldedEvents, let own = Self.span(bound) else { return nil }
            return inner + own
        case .binary(_, let bound, let a, let b):
            guard let inner = Term.and([a, b]).unfoldedEvents, let own = Self.span(bound) else {
                return nil
            }
            return inner + own
        }
    }

    private static func span(_ bound: Interval?) -> Int64? {
        guard let bound else { return 0 }
        guard bound.unit == .events else { return nil }
        return min(bound.upper ?? bound.lower, 1 << 32)
    }
}
