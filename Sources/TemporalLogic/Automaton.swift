/// A deterministic automaton of untimed formulas, built one transition at a time as it is used.
///
/// A state is the progression of the formulas (the first is the one monitored, the second its
/// strengthening for vacuity) with the past's registers; hash-consing makes equal states one. A
/// step that was taken before is one table look-up. When more states are known than the limit, all
/// but the present one are forgotten, so memory is bounded for any formula.
struct Automaton: Sendable {
    typealias Function = DecisionDiagram.Function

    /// What a step yields, packed with the number of the next state.
    struct Entry: Sendable {
        let bits: UInt32

        static let absent = Entry(bits: 0)

        init(bits: UInt32) { self.bits = bits }

        init(next: Int, holds: Bool, isVacuous: Bool, final: Bool?) {
            let verdict = Verdict(holds: final ?? holds, isFinal: final != nil)
            bits =
                UInt32(next) << 5 | Self.code(verdict) << 3 | (isVacuous ? 4 : 0)
                | (holds ? 2 : 0) | 1
        }

        private static func code(_ verdict: Verdict) -> UInt32 {
            switch verdict {
            case .true: 0
            case .false: 1
            case .presumablyTrue: 2
            case .presumablyFalse: 3
            }
        }

        var isPresent: Bool { bits & 1 != 0 }
        /// Whether the formula holds if the trace ends with this step.
        var holds: Bool { bits & 2 != 0 }
        /// Whether the strengthened formula holds too if the trace ends with this step.
        var isVacuous: Bool { bits & 4 != 0 }
        /// Whether all continuations agree.
        var isFinal: Bool { bits & 16 == 0 }
        /// When it is final: whether they hold.
        var isTrueForEver: Bool { bits & 8 == 0 }
        var next: Int { Int(bits >> 5) }

        var verdict: Verdict {
            switch bits >> 3 & 3 {
            case 0: .true
            case 1: .false
            case 2: .presumablyTrue
            default: .presumablyFalse
            }
        }
    }

    /// A state: wanted functions, then registers; with its steps, symbolic in the atoms.
    private struct State: Sendable {
        var functions: [Function]
        /// Progressed functions and registers, then the wanted functions' values at the end.
        var steps: [Function] = []
        /// Whether the symbolic steps are too large, so that letters are followed one by one.
        var isIntricate = false
    }

    /// A step of the cache with what it is known by: one line of memory for a look-up.
    private struct Cached: Sendable {
        var letter: UInt64 = 0
        var state: Int32 = -1
        var entry = Entry.absent
    }

    static let maximumStates = 4096
    /// A formula whose diagram is larger at the start is not for an automaton.
    static let maximumInitialDecisions = 1 << 16
    private static let maximumSymbolicDecisions = 5000
    /// With more intricate states than these, no more symbolic steps are tried.
    private static let toleratedIntricateStates = 8
    /// With more decisions than these, states are forgotten to forget decisions too.
    static let maximumDecisions = 1 << 21
    /// Formulas with at most so many atoms get one table cell per state and letter.
    static let denseAtoms = 8
    /// Formulas with at most so many atoms get them for the first states, as `maximumCells` allows.
    static let tabledAtoms = 12
    /// The most cells of a table, `maximumStates` states of `denseAtoms`.
    private static let maximumCells = 1 << 20
    private static let cacheSize = 4096

    private var formulas: ElementaryFormulas
    private var solver: Satisfiability
    private let rootCount: Int
    private let stateLimit: Int
    private let atomCount: Int
    /// Whether the automaton has one run and forgets states when it is full.
    private let forgetsByItself: Bool
    /// The verdict over infinite words before any event.
    private(set) var initialFinal: Bool?
    private var states: [State] = []
    private var intricateStates = 0
    private var numbers: [[Function]: Int] = [:]
    private var finals: [Bool??] = []
    /// States that differ in the strengthening only have the same core.
    private var coreNumbers: [[Function]: Int] = [:]
    private(set) var cores: [Int] = []
    /// `state << atomCount | letter`, of the first states.
    private var table: [Entry] = []
    /// For other states a direct-mapped cache.
    private var cache: [Cached] = []
    /// Counts the times that states were forgotten; state numbers are valid within one generation.
    private(set) var generation = 0

    /// Absent when the terms are too intricate as Boolean functions.
    init?(
        terms: [Term], atomCount: Int, stateLimit: Int = maximumStates, forgetsByItself: Bool
    ) {
        self.stateLimit = stateLimit
        self.forgetsByItself = forgetsByItself
        formulas = ElementaryFormulas(atomCount: atomCount)
        solver = Satisfiability(budget: 4096)
        self.atomCount = atomCount
        rootCount = terms.count
        var functions: [Function] = []
        formulas.diagram.limit = Self.maximumInitialDecisions
        for term in terms { functions.append(formulas.function(of: term)) }
        if formulas.diagram.isExhausted { return nil }
        formulas.diagram.limit = .max
        functions += [Function](repeating: DecisionDiagram.no, count: formulas.registerCount)
        initialFinal = final(of: number(of: functions))
    }

    /// The most steps kept of an automaton with so many atoms.
    static func maximumSteps(_ atomCount: Int) -> Int {
        cacheSize + (atomCount <= tabledAtoms ? maximumCells : 0)
    }

    /// Whether a strengthened formula runs along.
    var hasStrengthening: Bool { rootCount > 1 }

    /// Whether the states kept, or what they are made of, have reached the limit.
    var isFull: Bool {
        states.count >= stateLimit || formulas.diagram.count > Self.maximumDecisions
    }

    /// The number of states known so far.
    var stateCount: Int { states.count }

    /// Whether the verdicts over infinite words were all decided, none given up.
    var isExact: Bool { !solver.isExhausted }

    private mutating func number(of functions: [Function]) -> Int {
        if let known = numbers[functions] { return known }
        let number = states.count
        numbers[functions] = number
        states.append(State(functions: functions))
        finals.append(nil)
        let core = [functions[0]] + functions[rootCount...]
        cores.append(coreNumbers[core] ?? coreNumbers.count)
        coreNumbers[core] = cores[number]
        if isTabled(number) {
            table.append(contentsOf: repeatElement(.absent, count: 1 << atomCount))
        }
        return number
    }

    /// Whether a state has its cells in the table; the others' steps are cached.
    private func isTabled(_ state: Int) -> Bool {
        atomCount <= Self.tabledAtoms && (state + 1) << atomCount <= Self.maximumCells
    }

    /// The step from `state` under `letter`.
    @inline(__always)
    mutating func step(_ state: Int, _ letter: UInt64) -> Entry {
        // With more atoms than bits in the mask the table is empty.
        let place = state &<< atomCount | Int(truncatingIfNeeded: letter)
        if UInt(bitPattern: place) < UInt(bitPattern: table.count) {
            let entry = table[place]
            if entry.isPresent { return entry }
        }
        return otherStep(state, letter)
    }

    /// A step that is not in the table.
    @inline(never)
    private mutating func otherStep(_ state: Int, _ letter: UInt64) -> Entry {
        if !cache.isEmpty && !isTabled(state) {
            let cached = cache[Self.place(state, letter)]
            if cached.letter == letter, cached.state == Int32(truncatingIfNeeded: state) {
                return cached.entry
            }
        }
        return newStep(state, letter)
    }

    private static func place(_ state: Int, _ letter: UInt64) -> Int {
        let mixed = (letter ^ UInt64(state) &* 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
        return Int(mixed >> 52)
    }

    @inline(never)
    private mutating func newStep(_ from: Int, _ letter: UInt64) -> Entry {
        var from = from
        if forgetsByItself && isFull {
            var kept = [from]
            forget(allBut: &kept)
            from = kept[0]
        }
        let reached = reached(from, letter)
        let ends = reached.suffix(rootCount).map { $0 == DecisionDiagram.yes }
        let next = number(of: Array(reached.dropLast(rootCount)))
        let entry = Entry(
            next: next, holds: ends[0], isVacuous: ends.count > 1 && ends[1] && ends[0],
            final: final(of: next))
        if isTabled(from) {
            table[from << atomCount | Int(letter)] = entry
        } else {
            if cache.isEmpty { cache = [Cached](repeating: Cached(), count: Self.cacheSize) }
            cache[Self.place(from, letter)] = Cached(
                letter: letter, state: Int32(from), entry: entry)
        }
        return entry
    }

    /// What a state and a letter lead to: functions, registers, then the values at the end.
    private mutating func reached(_ from: Int, _ letter: UInt64) -> [Function] {
        if intricateStates > Self.toleratedIntricateStates { return steps(from, letter) }
        if states[from].steps.isEmpty && !states[from].isIntricate {
            formulas.diagram.limit = formulas.diagram.count + Self.maximumSymbolicDecisions
            states[from].steps = steps(from, nil)
            if formulas.diagram.isExhausted {
                states[from].isIntricate = true
                intricateStates += 1
                states[from].steps = []
            }
            formulas.diagram.limit = .max
        }
        if states[from].isIntricate { return steps(from, letter) }
        return states[from].steps.map { formulas.diagram.restricted($0, letter, atomCount) }
    }

    /// The steps out of a state through a letter, or symbolic in the atoms.
    private mutating func steps(_ state: Int, _ letter: UInt64?) -> [Function] {
        let functions = states[state].functions
        var step = Progression(registers: Array(functions[rootCount...]), letter: letter)
        var result: [Function] = []
        for index in 0..<rootCount {
            result.append(step.progress(functions[index], in: &formulas))
        }
        result += step.registersAfter(in: &formulas)
        for index in 0..<rootCount { result.append(step.end(functions[index], in: &formulas)) }
        return result
    }

    /// The verdict over infinite words of a state, where all continuations agree.
    private mutating func final(of state: Int) -> Bool? {
        if let known = finals[state] { return known }
        let functions = states[state].functions
        let registers = Array(functions[rootCount...])
        let negation = formulas.diagram.not(functions[0])
        let result: Bool?
        if solver.isSatisfiable(functions[0], registers: registers, in: &formulas) == false {
            result = false
        } else if solver.isSatisfiable(negation, registers: registers, in: &formulas) == false {
            result = true
        } else {
            result = nil
        }
        finals[state] = .some(result)
        return result
    }

    /// Forgets every state but the given ones, and all functions that they do not need; the given
    /// numbers become the new ones.
    mutating func forget(allBut kept: inout [Int]) {
        var functions = kept.flatMap { states[$0].functions }
        let width = functions.count / max(kept.count, 1)
        formulas.keep(&functions)
        solver = Satisfiability(budget: solver.budget)
        states.removeAll()
        numbers.removeAll()
        finals.removeAll()
        coreNumbers.removeAll()
        cores.removeAll()
        table.removeAll(keepingCapacity: true)
        for index in cache.indices { cache[index].state = -1 }
        generation += 1
        for index in kept.indices {
            kept[index] = number(of: Array(functions[index * width..<(index + 1) * width]))
        }
    }
}
