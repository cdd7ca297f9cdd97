/// Conjuncts without bounds in time that one automaton runs.
struct ConjunctGroup {
    var terms: [Term]
    /// The propositions they speak of, one bit each.
    var atoms: UInt64

    init(terms: [Term]) {
        self.terms = terms
        atoms = terms.reduce(0) { $0 | $1.atomSet }
    }

    /// The terms grouped so that different groups share no proposition.
    static func groups(_ terms: [Term]) -> [ConjunctGroup] {
        var groups: [ConjunctGroup] = []
        for term in terms {
            var merged = ConjunctGroup(terms: [term])
            var others: [ConjunctGroup] = []
            for group in groups {
                if group.atoms & merged.atoms == 0 {
                    others.append(group)
                } else {
                    merged.terms = group.terms + merged.terms
                    merged.atoms |= group.atoms
                }
            }
            groups = others + [merged]
        }
        return groups
    }

    /// The most states, as a power of two, of groups that are put together.
    private static let packedStates = 6

    /// Small groups put together as far as one table holds their product, so that an event costs
    /// few look-ups.
    static func packed(_ groups: [ConjunctGroup]) -> [ConjunctGroup] {
        var packed: [ConjunctGroup] = []
        for group in groups.sorted(by: {
            $0.atoms.trailingZeroBitCount < $1.atoms.trailingZeroBitCount
        }) {
            guard var last = packed.last else {
                packed.append(group)
                continue
            }
            last.terms += group.terms
            last.atoms |= group.atoms
            if last.atoms.nonzeroBitCount <= Automaton.tabledAtoms
                && last.stateBits <= packedStates
            {
                packed[packed.count - 1] = last
            } else {
                packed.append(group)
            }
        }
        return packed
    }

    /// About how many bits a state needs: one for each operator that can be open, or as many as its
    /// bound in events unfolds to. What is demanded of every event is so in every state.
    private var stateBits: Int {
        terms.reduce(0) { sum, term in
            var body = term
            if case .unary(.globally, nil, let inner) = term { body = inner }
            return sum + body.temporalOperatorCount + Int(term.unfoldedEvents ?? 0)
        }
    }
}

extension Term {
    /// The term, and its strengthening when there is one.
    var withStrengthening: [Term] { strengthened.map { [self, $0] } ?? [self] }

    fileprivate var temporalOperatorCount: Int {
        switch self {
        case .constant, .atom: 0
        case .not(let a): a.temporalOperatorCount
        case .and(let terms), .or(let terms):
            terms.reduce(0) { $0 + $1.temporalOperatorCount }
        case .implies(let a, let b), .equivalent(let a, let b):
            a.temporalOperatorCount + b.temporalOperatorCount
        case .unary(_, _, let a): 1 + a.temporalOperatorCount
        case .binary(_, _, let a, let b): 1 + a.temporalOperatorCount + b.temporalOperatorCount
        }
    }
}
