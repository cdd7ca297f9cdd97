/// Builds a controller that keeps its guarantees whenever the environment keeps its assumptions.
///
/// At each step the environment chooses the inputs, then the controller the outputs; formulas are
/// over the names of both. Assumptions and guarantees are safety formulas (untimed LTL with past;
/// a formula that is not safety is refused), recurrences `G F p` where `p` does not look ahead,
/// or responses `G(p -> F q)`, which are read as recurrences with past. This is generalised
/// reactivity of rank one. Sources: Bloem, Jobstmann, Piterman, Pnueli, Sa'ar, "Synthesis of
/// Reactive(1) Designs" (2012); Bauer, Leucker, Schallhart (2011) for the safety monitors.
package struct Synthesis: Sendable {
    package enum Failure: Error, Sendable, Equatable {
        /// The environment can defeat every controller.
        case unrealizable
        /// A formula is outside the class, by its index among assumptions, then guarantees.
        case unsupported(formula: Int, reason: String)
        /// The game has more states than the limit.
        case tooLarge(limit: Int)
        /// The controller was found but could not be proved; no answer is better than a wrong one.
        case unverified
    }

    package static let maximumStates = 20_000
    package static let maximumVariables = 12

    let inputs: [String]
    let outputs: [String]
    let assumptions: [Formula]
    let guarantees: [Formula]

    package init(
        inputs: [String], outputs: [String], assumptions: [Formula], guarantees: [Formula]
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.assumptions = assumptions
        self.guarantees = guarantees
    }

    /// The controller, checked against the specification by `TransitionModel.satisfies`.
    package func controller() throws(Failure) -> Controller {
        var game = try game()
        guard let machine = game.strategy() else { throw .unrealizable }
        let controller = Controller(inputs: inputs, outputs: outputs, machine: machine)
            .minimized()
        guard controller.model.satisfies(try specification(inputs + outputs)) == true else {
            throw .unverified
        }
        return controller
    }

    /// The game with all states that play can reach.
    func game() throws(Failure) -> ReactiveGame {
        let variables = inputs + outputs
        guard variables.count <= Self.maximumVariables else {
            throw .unsupported(formula: 0, reason: "at most \(Self.maximumVariables) variables")
        }
        var game = ReactiveGame(inputCount: inputs.count, outputCount: outputs.count)
        for (index, formula) in (assumptions + guarantees).enumerated() {
            let term = try renamed(formula, index, variables)
            try game.add(term, isAssumption: index < assumptions.count, index)
        }
        try game.explore()
        return game
    }

    /// All assumptions together imply all guarantees together.
    private func specification(_ variables: [String]) throws(Failure) -> Formula {
        var assumed: [Term] = [.constant(true)]
        var guaranteed: [Term] = [.constant(true)]
        for (index, formula) in assumptions.enumerated() {
            assumed.append(try renamed(formula, index, variables))
        }
        for (index, formula) in guarantees.enumerated() {
            guaranteed.append(try renamed(formula, assumptions.count + index, variables))
        }
        let atoms = variables.map {
            Atom(text: FormulaParser.printed(Array($0.utf8)), proposition: .name($0))
        }
        return Formula(root: .implies(.and(assumed), .and(guaranteed)), atoms: atoms)
    }

    /// The formula's tree with its atoms numbered as the variables are.
    private func renamed(
        _ formula: Formula, _ index: Int, _ variables: [String]
    ) throws(Failure) -> Term {
        var numbers: [Int] = []
        for atom in formula.atoms {
            guard
                let number = variables.firstIndex(where: {
                    FormulaParser.printed(Array($0.utf8)) == atom.text
                })
            else {
                let name = String(decoding: atom.text, as: UTF8.self)
                throw .unsupported(formula: index, reason: name + " is no input or output")
            }
            numbers.append(number)
        }
        guard formula.root.unfoldedEvents != nil else {
            throw .unsupported(formula: index, reason: "bounds in time are not supported")
        }
        return formula.root.renamed(numbers)
    }
}

/// A finite-state controller: inputs in, outputs out.
package struct Controller: Sendable {
    /// The names of the inputs, which are the low bits of a letter, and of the outputs above them.
    package let inputs: [String]
    package let outputs: [String]
    /// For each state and each combination of inputs, the outputs and the next state.
    package let machine: [[(outputs: UInt64, next: Int)]]

    init(inputs: [String], outputs: [String], machine: [[(outputs: UInt64, next: Int)]]) {
        self.inputs = inputs
        self.outputs = outputs
        self.machine = machine
    }

    /// The behaviours of the controller in every environment.
    package var model: TransitionModel {
        TransitionModel(
            initial: [0],
            steps: machine.map { row in
                row.enumerated().map { input, move in
                    TransitionModel.Step(
                        letter: UInt64(input) | move.outputs << UInt64(inputs.count),
                        target: move.next)
                }
            })
    }
}

extension Term {
    /// The tree with atom `i` replaced by atom `numbers[i]`.
    func renamed(_ numbers: [Int]) -> Term {
        switch self {
        case .constant: self
        case .atom(let index): .atom(numbers[index])
        case .not(let a): .not(a.renamed(numbers))
        case .and(let terms): .and(terms.map { $0.renamed(numbers) })
        case .or(let terms): .or(terms.map { $0.renamed(numbers) })
        case .implies(let a, let b): .implies(a.renamed(numbers), b.renamed(numbers))
        case .equivalent(let a, let b): .equivalent(a.renamed(numbers), b.renamed(numbers))
        case .unary(let symbol, let bound, let a): .unary(symbol, bound, a.renamed(numbers))
        case .binary(let symbol, let bound, let a, let b):
            .binary(symbol, bound, a.renamed(numbers), b.renamed(numbers))
        }
    }

    /// Whether an operator looks at later positions.
    var looksAhead: Bool {
        switch self {
        case .constant, .atom: false
        case .not(let a): a.looksAhead
        case .and(let terms), .or(let terms): terms.contains { $0.looksAhead }
        case .implies(let a, let b), .equivalent(let a, let b): a.looksAhead || b.looksAhead
        case .unary(let symbol, _, let a):
            switch symbol {
            case .next, .weakNext, .finally, .globally: true
            case .previous, .once, .historically: a.looksAhead
            }
        case .binary(let symbol, _, let a, let b):
            symbol != .since || a.looksAhead || b.looksAhead
        }
    }

    /// What must hold again and again for the term to hold, when it is a recurrence or a response.
    var recurrent: Term? {
        switch self {
        case .unary(.globally, nil, .unary(.finally, nil, let a)) where !a.looksAhead: return a
        case .unary(.globally, nil, .implies(let a, .unary(.finally, nil, let b)))
        where !a.looksAhead && !b.looksAhead:
            // Again and again no trigger is unanswered.
            return .not(.binary(.since, nil, .not(b), .and([a, .not(b)])))
        default: return nil
        }
    }

    /// Whether the term is of a syntactic safety form: no until, eventually or strong release in a
    /// positive place, and next only weak or strong alike.
    func isSafety(isPositive: Bool = true) -> Bool {
        switch self {
        case .constant, .atom: return true
        case .not(let a): return a.isSafety(isPositive: !isPositive)
        case .and(let terms), .or(let terms):
            return terms.allSatisfy { $0.isSafety(isPositive: isPositive) }
        case .implies(let a, let b):
            return a.isSafety(isPositive: !isPositive) && b.isSafety(isPositive: isPositive)
        case .equivalent(let a, let b):
            return [a, b].allSatisfy {
                $0.isSafety(isPositive: true) && $0.isSafety(isPositive: false)
            }
        case .unary(let symbol, let bound, let a):
            let inner = a.isSafety(isPositive: isPositive)
            switch symbol {
            case .finally: return inner && (!isPositive || bound?.upper != nil)
            case .globally: return inner && (isPositive || bound?.upper != nil)
            default: return inner
            }
        case .binary(let symbol, let bound, let a, let b):
            let inner = a.isSafety(isPositive: isPositive) && b.isSafety(isPositive: isPositive)
            switch symbol {
            case .until, .strongRelease: return inner && (!isPositive || bound?.upper != nil)
            case .release, .weakUntil: return inner && (isPositive || bound?.upper != nil)
            case .since: return inner
            }
        }
    }
}
