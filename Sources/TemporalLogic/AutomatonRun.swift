/// One walk through an automaton, with the shortest account of how its state was reached.
///
/// The account is the run with its loops cut out: each time a state comes back, what happened
/// since it was left is forgotten. The events that remain lead by themselves, in this order, from
/// the start to the present state, so they are a witness; there are fewer of them than states.
/// When the automaton forgot states, only the newest steps stay.
struct AutomatonRun: Sendable {
    /// A step of the account: the core of the state entered, where, and the letter read.
    struct Step: Sendable {
        var core: Int
        var position: Int
        var letter: UInt64
    }

    /// The number of the present state; the owner renumbers it when the automaton forgets states.
    var state = 0
    /// The position of the next event.
    var position = 0
    private var generation = 0
    private(set) var entry = Automaton.Entry.absent
    private(set) var decidedAt: Int?
    private var account: [Step] = []
    /// The place in the account of each core on it, or -1.
    private var places: [Int32] = []

    private static let keptWhenForgetting = 16

    init() {}

    /// Takes a letter; it must have no bits beyond the automaton's atoms.
    @inline(__always)
    mutating func observe(_ letter: UInt64, in automaton: inout Automaton) -> Verdict {
        let reached = automaton.step(state, letter)
        if reached.next != state || generation != automaton.generation {
            enter(reached, letter, automaton)
        }
        entry = reached
        position += 1
        return reached.verdict
    }

    @inline(never)
    private mutating func enter(
        _ reached: Automaton.Entry, _ letter: UInt64, _ automaton: borrowing Automaton
    ) {
        if generation != automaton.generation {
            generation = automaton.generation
            places.removeAll(keepingCapacity: true)
            account = Array(account.suffix(Self.keptWhenForgetting))
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

    /// The verdict; before the first event only a formula without alternatives has one.
    func verdict(in automaton: Automaton) -> Verdict {
        if entry.isPresent { return entry.verdict }
        return automaton.initialFinal.map { Verdict(holds: $0, isFinal: true) } ?? .presumablyFalse
    }

    /// The position at which the verdict became final.
    func decision(in automaton: Automaton) -> Int? {
        entry.isPresent && automaton.initialFinal != nil ? 0 : decidedAt
    }

    /// The minimal account; the deciding position when no event was needed.
    func witness(in automaton: Automaton) -> [WitnessStep] {
        let account = minimalAccount(automaton)
        if account.isEmpty, let decided = decision(in: automaton) {
            return [WitnessStep(position: decided, letter: nil)]
        }
        return account.map { WitnessStep(position: $0.position, letter: $0.letter) }
    }

    /// Accounts up to this length are searched again after every step left out.
    private static let thoroughLength = 64

    /// The account without the steps that the verdict does not need, found by leaving each out.
    private func minimalAccount(_ automaton: Automaton) -> [Step] {
        let wanted = verdict(in: automaton)
        var steps = account
        var index = 0
        var scratch = automaton
        guard generation == 0, automaton.generation == 0 else { return steps }
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
