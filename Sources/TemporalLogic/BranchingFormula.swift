/// A formula of computation tree logic, checked on explicit models.
///
/// Grammar: `true`, `false`, atoms, `!`, `&`, `|`, `->`, `<->`, `EX EF EG AX AF AG`,
/// `E[p U q]`, `A[p U q]` (also with parentheses).
package struct BranchingFormula: Sendable {
    /// The tree; the universal operators are written with the existential ones.
    indirect enum Term: Sendable {
        case constant(Bool)
        case atom(Int)
        case not(Term)
        case and(Term, Term)
        case next(Term)
        case until(Term, Term)
        /// On some path always.
        case globally(Term)
    }

    let root: Term
    private let atoms: [Atom]

    package init(parsing text: String) throws(FormulaError) {
        var parser = BranchingParser(text)
        root = try parser.formula()
        atoms = parser.atoms
    }

    /// What each atom says, in the order of `propositions`.
    package var atomMeanings: [Proposition] { atoms.map { $0.proposition } }

    /// The printed atoms in order of first appearance.
    package var propositions: [String] { atoms.map { String(decoding: $0.text, as: UTF8.self) } }

    /// The states of a Kripke structure in which the formula holds; bit `i` of a label is
    /// proposition `i`. Paths are infinite: a state without successors is on none, so it satisfies
    /// every "on all paths" and no "on some path".
    ///
    /// Linear in the formula times the model. Source: Clarke, Emerson, Sistla, "Automatic
    /// Verification of Finite-State Concurrent Systems Using Temporal Logic" (1986).
    package func states(labels: [UInt64], successors: [[Int]]) -> [Bool] {
        BranchingChecker(labels: labels, successors: successors).states(of: root)
    }
}

/// Labels the states of a Kripke structure with the subformulas that hold there.
private struct BranchingChecker {
    let labels: [UInt64]
    let successors: [[Int]]
    private let predecessors: [[Int]]

    init(labels: [UInt64], successors: [[Int]]) {
        precondition(labels.count == successors.count)
        self.labels = labels
        self.successors = successors
        var predecessors = [[Int]](repeating: [], count: labels.count)
        for state in successors.indices {
            for target in successors[state] { predecessors[target].append(state) }
        }
        self.predecessors = predecessors
    }

    func states(of term: BranchingFormula.Term) -> [Bool] {
        switch term {
        case .constant(let value): return labels.map { _ in value }
        case .atom(let index): return labels.map { $0 >> UInt64(index) & 1 == 1 }
        case .not(let a): return states(of: a).map { !$0 }
        case .and(let a, let b):
            let left = states(of: a)
            let right = states(of: b)
            return left.indices.map { left[$0] && right[$0] }
        case .next(let a):
            let inner = states(of: a)
            let infinite = always(labels.map { _ in true })
            return successors.map { $0.contains { inner[$0] && infinite[$0] } }
        case .until(let a, let b):
            let infinite = always(labels.map { _ in true })
            let goal = states(of: b)
            return reach(states(of: a), goal.indices.map { goal[$0] && infinite[$0] })
        case .globally(let a): return always(states(of: a))
        }
    }

    /// The states from which a path within `through` leads to `goal`.
    private func reach(_ through: [Bool], _ goal: [Bool]) -> [Bool] {
        var result = goal
        var work = goal.indices.filter { goal[$0] }
        while let state = work.popLast() {
            for before in predecessors[state] where through[before] && !result[before] {
                result[before] = true
                work.append(before)
            }
        }
        return result
    }

    /// The states with an infinite path within `inside`: those without a successor go, repeatedly.
    private func always(_ inside: [Bool]) -> [Bool] {
        var result = inside
        var left = successors.map { targets in targets.count { inside[$0] } }
        var work = result.indices.filter { result[$0] && left[$0] == 0 }
        for state in work { result[state] = false }
        while let state = work.popLast() {
            for before in predecessors[state] where result[before] {
                left[before] -= 1
                if left[before] == 0 {
                    result[before] = false
                    work.append(before)
                }
            }
        }
        return result
    }
}
