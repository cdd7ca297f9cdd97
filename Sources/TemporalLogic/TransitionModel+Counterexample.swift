extension TransitionModel {
    /// An infinite path: states, and where it goes round after the last of them.
    package struct Lasso: Sendable, Equatable {
        package var states: [Int]
        /// The place among `states` that follows the last one.
        package var loop: Int

        package init(states: [Int], loop: Int) {
            self.states = states
            self.loop = loop
        }
    }

    /// The most paths that are tried.
    static let maximumPaths = 20_000

    /// A shortest path from an initial state that violates an untimed formula, when there is one
    /// among the paths tried; each is a model of its own with one path, and checked as such.
    package func counterexample(to formula: Formula) -> Lasso? {
        var budget = Self.maximumPaths
        for length in 1...max(1, 2 * steps.count) where budget > 0 {
            for state in initial {
                var path: [(state: Int, letter: UInt64)] = []
                if let found = extend(&path, at: state, length, formula, &budget) { return found }
            }
        }
        return nil
    }

    private func extend(
        _ path: inout [(state: Int, letter: UInt64)], at state: Int, _ length: Int,
        _ formula: Formula, _ budget: inout Int
    ) -> Lasso? {
        for step in steps[state] {
            path.append((state, step.letter))
            defer { path.removeLast() }
            if path.count < length {
                let found = extend(&path, at: step.target, length, formula, &budget)
                if found != nil || budget <= 0 { return found }
                continue
            }
            for loop in path.indices where path[loop].state == step.target {
                budget -= 1
                guard budget > 0 else { return nil }
                let single = TransitionModel(
                    initial: [0],
                    steps: path.indices.map { place in
                        let next = place + 1 < path.count ? place + 1 : loop
                        return [Step(letter: path[place].letter, target: next)]
                    })
                if single.satisfies(formula) == false {
                    return Lasso(states: path.map { $0.state }, loop: loop)
                }
            }
        }
        return nil
    }
}
