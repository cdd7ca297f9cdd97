/// Runs an automaton over a trace and keeps the shortest account of how the state was reached.
///
/// The account is the run with its loops cut out: each time a state comes back, what happened
/// since it was left is forgotten. The events that remain lead by themselves, in this order, from
/// the start to the present state, so they are a witness; there are fewer of them than states.
struct AutomatonMonitor: Sendable {
    /// A step of the account: the core of the state entered, where, and the letter read.
    struct Step: Sendable {
        var core: Int
        var position: Int
        var letter: UInt64
    }

    private var automaton: Automaton
    private let mask: UInt64
    private var state = 0
    private var generation = 0
    private var entry = Automaton.Entry.absent
    private(set) var position = 0
    private(set) var decidedAt: Int?
    private(set) var account: [Step] = []
    /// The place in the account of each core on it, or -1.
    private var places: [Int32] = []
    private let initialFinal: Bool?
    private let hasStrengthening: Bool

    init(terms: [Term], atomCount: Int, stateLimit: Int = Automaton.maximumStates) {
        automaton = Automaton(terms: terms, atomCount: atomCount, stateLimit: stateLimit)
        mask = atomCount == 64 ? .max : (1 << UInt64(atomCount)) - 1
        initialFinal = automaton.initialFinal()
        hasStrengthening = terms.count > 1
    }

    var verdict: Verdict {
        if entry.isPresent { return entry.verdict }
        return initialFinal.map { Verdict(holds: $0, isFinal: true) } ?? .presumablyFalse
    }
    var holdsAtEnd: Bool { entry.holds }
    /// Whether the strengthening, or the formula when there is none, holds too.
    var isVacuousAtEnd: Bool { hasStrengthening ? entry.isVacuous : entry.holds }
    var isExact: Bool { automaton.isExact }
    var stateCount: Int { automaton.stateCount }

    @inline(__always)
    mutating func observe(_ holds: UInt64) -> Verdict {
        let letter = holds & mask
        let reached = automaton.step(state, letter)
        if reached.next != state || generation != automaton.generation {
            enter(reached, letter)
        }
        entry = reached
        if position == 0 && initialFinal != nil { decidedAt = 0 }
        position += 1
        return reached.verdict
    }

    @inline(never)
    private mutating func enter(_ reached: Automaton.Entry, _ letter: UInt64) {
        if generation != automaton.generation {
            generation = automaton.generation
            places.removeAll(keepingCapacity: true)
            for index in account.indices { account[index].core = -1 }
        }
        state = reached.next
        let core = automaton.cores[state]
        while places.count <= core { places.append(-1) }
        let place = Int(places[core])
        if place >= 0 || (core == 0 && generation == 0) {
            while account.count > max(place + 1, 0) {
                let last = account.removeLast()
                if last.core >= 0 { places[last.core] = -1 }
            }
        } else {
            places[core] = Int32(account.count)
            account.append(Step(core: core, position: position, letter: letter))
        }
        if reached.isFinal && decidedAt == nil { decidedAt = position }
    }

    /// The minimal account; the deciding position when no event was needed.
    var witness: [WitnessStep] {
        let account = minimalAccount()
        if account.isEmpty, let decidedAt {
            return [WitnessStep(position: decidedAt, letter: nil)]
        }
        return account.map { WitnessStep(position: $0.position, letter: $0.letter) }
    }

    /// Accounts up to this length are searched again after every step left out.
    private static let thoroughLength = 64

    /// The account without the steps that the verdict does not need, found by leaving each out.
    func minimalAccount() -> [Step] {
        let wanted = verdict
        var steps = account
        var index = 0
        var scratch = automaton
        guard generation == 0 else { return steps }
        while index < steps.count && steps.count > 1 {
            var shorter = steps
            shorter.remove(at: index)
            var state = 0
            var last = Automaton.Entry.absent
            for step in shorter {
                last = scratch.step(state, step.letter)
                state = last.next
            }
            if last.verdict == wanted && scratch.generation == 0 {
                steps = shorter
                if steps.count <= Self.thoroughLength { index = 0 }
            } else {
                index += 1
            }
        }
        return steps
    }
}
