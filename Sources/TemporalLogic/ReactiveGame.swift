/// The game of a synthesis problem, explored from its start, and its solution.
///
/// A state is one automaton state per formula. The solution is the triple fixpoint of generalised
/// reactivity: it visits the recurrences of the controller in turn, by moves of falling rank, or
/// stays where a recurrence of the environment fails.
struct ReactiveGame {
    /// What a formula's automaton is for.
    private enum Role {
        /// Its bad prefixes lose for its side.
        case safety(isAssumption: Bool)
        /// It holds at the end of a step at which the recurrent thing happens.
        case recurrence(isAssumption: Bool)
    }

    /// A step of the game.
    struct Move {
        var target: Int
        /// Absent while both sides keep their safety; else whether the controller has won.
        var isOver: Bool?
        /// The recurrences of each side that the step serves.
        var assumed: UInt64
        var guaranteed: UInt64
    }

    /// The layers of the winning region for one recurrence of the controller.
    private struct Layers {
        /// The layer of each state, or -1.
        var rank: [Int] = []
        /// The environment's recurrence that fails when a state waits in its layer.
        var waiting: [Int] = []
    }

    private let inputCount: Int
    private let outputCount: Int
    private var automata: [Automaton] = []
    private var roles: [Role] = []
    private var states: [[Int]] = []
    /// For each state and letter.
    private var moves: [[Move]] = []
    private var layers: [Layers] = []

    init(inputCount: Int, outputCount: Int) {
        self.inputCount = inputCount
        self.outputCount = outputCount
    }

    var stateCount: Int { states.count }
    var inputLetterCount: Int { 1 << inputCount }

    func move(_ state: Int, _ letter: Int) -> Move { moves[state][letter] }

    /// The letters with these inputs.
    func letters(of input: Int) -> [Int] {
        (0..<1 << outputCount).map { $0 << inputCount | input }
    }

    private var letterCount: Int { 1 << (inputCount + outputCount) }

    mutating func add(
        _ term: Term, isAssumption: Bool, _ index: Int
    ) throws(Synthesis.Failure) {
        for part in term.conjuncts {
            let watched: Term
            if let recurrent = part.recurrent {
                // It holds on a finite trace exactly when the thing happens at its last position.
                let last = Term.unary(.weakNext, nil, .constant(false))
                watched = .unary(.finally, nil, .and([recurrent, last]))
                roles.append(.recurrence(isAssumption: isAssumption))
            } else {
                guard part.isSafety() else {
                    throw .unsupported(
                        formula: index, reason: "neither safety, nor G F p, nor G(p -> F q)")
                }
                watched = part
                roles.append(.safety(isAssumption: isAssumption))
            }
            guard
                let automaton = Automaton(
                    terms: [watched], atomCount: inputCount + outputCount, forgetsByItself: false)
            else { throw .unsupported(formula: index, reason: "too intricate") }
            automata.append(automaton)
        }
    }

    /// Finds the states that play can reach.
    mutating func explore() throws(Synthesis.Failure) {
        var numbers: [[Int]: Int] = [:]
        let start = automata.map { _ in 0 }
        numbers[start] = 0
        states = [start]
        var index = 0
        while index < states.count {
            guard states.count <= Synthesis.maximumStates else {
                throw .tooLarge(limit: Synthesis.maximumStates)
            }
            var row: [Move] = []
            for letter in 0..<letterCount {
                var (target, move) = step(states[index], UInt64(letter))
                if move.isOver == nil {
                    if let known = numbers[target] {
                        move.target = known
                    } else {
                        move.target = states.count
                        numbers[target] = states.count
                        states.append(target)
                        target = []
                    }
                }
                row.append(move)
            }
            moves.append(row)
            index += 1
        }
    }

    private mutating func step(_ state: [Int], _ letter: UInt64) -> ([Int], Move) {
        var target: [Int] = []
        var move = Move(target: 0, isOver: nil, assumed: 0, guaranteed: 0)
        var isBroken = false
        var isReleased = false
        var assumedBit: UInt64 = 1
        var guaranteedBit: UInt64 = 1
        for (index, role) in roles.enumerated() {
            let entry = automata[index].step(state[index], letter)
            target.append(entry.next)
            switch role {
            case .safety(let isAssumption):
                guard entry.isFinal, entry.verdict == .false else { continue }
                if isAssumption { isReleased = true } else { isBroken = true }
            case .recurrence(isAssumption: true):
                if entry.holds { move.assumed |= assumedBit }
                assumedBit <<= 1
            case .recurrence(isAssumption: false):
                if entry.holds { move.guaranteed |= guaranteedBit }
                guaranteedBit <<= 1
            }
        }
        if isReleased { move.isOver = true } else if isBroken { move.isOver = false }
        return (target, move)
    }

    private func count(_ isAssumption: Bool) -> Int {
        var count = 0
        for role in roles {
            if case .recurrence(isAssumption) = role { count += 1 }
        }
        return count
    }

    /// Whether the controller can answer every input by a move that `serves`.
    private func canAnswer(_ state: Int, _ serves: (Move) -> Bool) -> Bool {
        for input in 0..<1 << inputCount where answer(state, input, serves) == nil {
            return false
        }
        return true
    }

    /// The least outputs whose move serves.
    private func answer(_ state: Int, _ input: Int, _ serves: (Move) -> Bool) -> Int? {
        for output in 0..<1 << outputCount {
            let move = moves[state][output << inputCount | input]
            if move.isOver ?? serves(move) { return output }
        }
        return nil
    }

    private func isSet(_ bits: UInt64, _ index: Int) -> Bool { bits >> UInt64(index) & 1 == 1 }

    /// The controller's machine, or nothing when the environment wins.
    mutating func strategy() -> [[(outputs: UInt64, next: Int)]]? {
        let goals = max(count(false), 1)
        var winning = [Bool](repeating: true, count: states.count)
        var isStable = false
        while !isStable {
            isStable = true
            layers = []
            for goal in 0..<goals {
                let layer = layersToward(goal, winning)
                for state in winning.indices where winning[state] && layer.rank[state] < 0 {
                    winning[state] = false
                    isStable = false
                }
                layers.append(layer)
            }
        }
        return winning[0] ? machine(goals) : nil
    }

    /// Whether a move serves a recurrence; without recurrences every move does.
    private func reaches(_ move: Move, _ goal: Int) -> Bool {
        count(false) == 0 || isSet(move.guaranteed, goal)
    }

    /// The states from which the controller can serve `goal` and stay in `winning`, by layers.
    private func layersToward(_ goal: Int, _ winning: [Bool]) -> Layers {
        let hasGoals = count(false) > 0
        let waits = max(count(true), 1)
        let hasAssumptions = count(true) > 0
        var layers = Layers(
            rank: [Int](repeating: -1, count: states.count),
            waiting: [Int](repeating: 0, count: states.count))
        var rank = 0
        var grew = true
        while grew {
            grew = false
            var added: [(state: Int, waiting: Int)] = []
            for wait in 0..<waits {
                var region = winning
                var isStable = false
                while !isStable {
                    isStable = true
                    for state in region.indices where region[state] {
                        let stays = canAnswer(state) { move in
                            (!hasGoals || isSet(move.guaranteed, goal)) && winning[move.target]
                                || layers.rank[move.target] >= 0
                                || hasAssumptions && !isSet(move.assumed, wait)
                                    && region[move.target]
                        }
                        if !stays {
                            region[state] = false
                            isStable = false
                        }
                    }
                }
                for state in region.indices where region[state] && layers.rank[state] < 0 {
                    added.append((state, wait))
                }
            }
            for (state, wait) in added where layers.rank[state] < 0 {
                layers.rank[state] = rank
                layers.waiting[state] = wait
                grew = true
            }
            rank += 1
        }
        return layers
    }

    /// A state of the machine is a game state with the recurrence served next.
    private func machine(_ goals: Int) -> [[(outputs: UInt64, next: Int)]] {
        var numbers: [[Int]: Int] = [[0, 0]: 0]
        var pending = [[0, 0]]
        var rows: [[(outputs: UInt64, next: Int)]] = []
        func number(_ key: [Int]) -> Int {
            if let known = numbers[key] { return known }
            numbers[key] = pending.count
            pending.append(key)
            return pending.count - 1
        }
        var index = 0
        while index < pending.count {
            let state = pending[index][0]
            let goal = pending[index][1]
            index += 1
            guard state >= 0 else {
                // The environment broke its word: anything goes from here.
                rows.append((0..<1 << inputCount).map { _ in (0, index - 1) })
                continue
            }
            rows.append(
                (0..<1 << inputCount).map { input in
                    let output = choose(state, goal, input)
                    let move = moves[state][output << inputCount | input]
                    if move.isOver != nil { return (UInt64(output), number([-1, 0])) }
                    let served = reaches(move, goal) && layers[goal].rank[move.target] >= 0
                    let next = served ? (goal + 1) % goals : goal
                    return (UInt64(output), number([move.target, next]))
                })
        }
        return rows
    }

    /// The best answer: serve the goal, else descend, else wait while the environment fails.
    private func choose(_ state: Int, _ goal: Int, _ input: Int) -> Int {
        let layer = layers[goal]
        let rank = layer.rank[state]
        let wait = layer.waiting[state]
        let hasAssumptions = count(true) > 0
        return answer(state, input) { reaches($0, goal) && layer.rank[$0.target] >= 0 }
            ?? answer(state, input) { layer.rank[$0.target] >= 0 && layer.rank[$0.target] < rank }
            ?? answer(state, input) { move in
                hasAssumptions && !isSet(move.assumed, wait) && layer.rank[move.target] == rank
                    && layer.waiting[move.target] == wait
            }
            ?? answer(state, input) { move in
                // A smaller wait of the same layer is progress too: it is never left upwards.
                hasAssumptions && !isSet(move.assumed, wait) && layer.rank[move.target] == rank
                    && layer.waiting[move.target] < wait
            } ?? 0
    }
}
