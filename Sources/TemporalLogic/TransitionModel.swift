/// A small explicit model: states with steps, each step reading one letter.
package struct TransitionModel: Sendable {
    /// A step that reads a letter (bit `i`: proposition `i` holds) and leads to a state.
    package struct Step: Sendable, Equatable {
        package var letter: UInt64
        package var target: Int

        package init(letter: UInt64, target: Int) {
            self.letter = letter
            self.target = target
        }
    }

    package let initial: [Int]
    package let steps: [[Step]]

    /// A model whose letters are on its steps; targets must be states.
    package init(initial: [Int], steps: [[Step]]) {
        precondition(initial.allSatisfy { steps.indices.contains($0) })
        precondition(steps.allSatisfy { $0.allSatisfy { steps.indices.contains($0.target) } })
        self.initial = initial
        self.steps = steps
    }

    /// A Kripke structure: a state's letter is read when it is left.
    package init(initial: [Int], labels: [UInt64], successors: [[Int]]) {
        precondition(labels.count == successors.count)
        self.init(
            initial: initial,
            steps: labels.indices.map { state in
                successors[state].map { Step(letter: labels[state], target: $0) }
            })
    }

    /// The most nodes of the product that a check explores.
    package static let maximumNodes = 200_000

    /// Whether every infinite path from the initial states satisfies an untimed formula whose
    /// proposition `i` is bit `i` of the letters. Absent when the formula has a bound in time or
    /// the search was given up.
    ///
    /// Source: Vardi, Wolper, "An Automata-Theoretic Approach to Automatic Program Verification"
    /// (1986), with the product built as it is searched.
    package func satisfies(_ formula: Formula) -> Bool? {
        guard formula.root.unfoldedEvents != nil else { return nil }
        var formulas = ElementaryFormulas(atomCount: formula.atoms.count)
        let negation = formulas.function(of: .not(formula.root))
        let registers = [DecisionDiagram.Function](
            repeating: DecisionDiagram.no, count: formulas.registerCount)
        var solver = Satisfiability(budget: Self.maximumNodes, model: self)
        for state in initial {
            let answer = solver.isSatisfiable(
                negation, registers: registers, from: state, in: &formulas)
            guard let answer else { return nil }
            if answer { return false }
        }
        return true
    }
}
