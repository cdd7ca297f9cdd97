/// One walk through an automaton, with the shortest account of how its state was reached.
///
/// The account is the run with its loops cut out, in order: the events that lead by themselves from
/// the start to the present state, fewer of them than states. It is read off the last step taken
/// out of each state: after the last visit of a state on it comes the next one (Lawler, "A
/// self-avoiding random walk", 1980), so a step costs one store. When the automaton forgot states,
/// only the newest steps stay.
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
    /// Steps that lead to `firstCore`, from before states were forgotten.
    private var earlier: [Step] = []
    private var firstCore = 0
    /// The core of the state before the newest steps.
    private var core = 0
    /// The last step out of each core, up to the last one visited.
    private var exits: [Step] = []
    /// The newest steps that changed the state, not yet among the exits: kept in place, so that a
    /// step costs a store without a branch.
    private var newest = InlineArray<32, Step>(repeating: Step(core: 0, position: 0, letter: 0))
    private var newestCount = 0

    private static let keptWhenForgetting = 16

    init() {}

    /// Takes a letter; it must have no bits beyond the automaton's atoms.
    @inline(__always)
    mutating func observe(_ letter: UInt64, in automaton: inout Automaton) -> Verdict {
        let reached = automaton.step(state, letter)
        let step = Step(core: automaton.cores[reached.next], position: position, letter: letter)
        newest[newestCount & 31] = step
        newestCount &+= reached.next != state ? 1 : 0
        state = reached.next
        entry = reached
        position &+= 1
        if newestCount == 32 || generation != automaton.generation
            || reached.isFinal && decidedAt == nil
        {
            settle(step, automaton.generation)
        }
        return reached.verdict
    }

    /// Takes note of what happens seldom.
    @inline(never)
    private mutating func settle(_ step: Step, _ newGeneration: Int) {
        if entry.isFinal && decidedAt == nil { decidedAt = step.position }
        if generation != newGeneration {
            // The step itself counts whether or not the number of the state stayed.
            if newestCount > 0, newest[newestCount - 1].position == step.position {
                newestCount -= 1
            }
            earlier = Array((account + [step]).suffix(Self.keptWhenForgetting))
            generation = newGeneration
            exits.removeAll(keepingCapacity: true)
            firstCore = step.core
            core = step.core
        } else {
            takeNewest()
        }
        newestCount = 0
    }

    /// Puts the newest steps among the exits.
    private mutating func takeNewest() {
        for index in 0..<newestCount {
            while exits.count <= core { exits.append(newest[index]) }
            exits[core] = newest[index]
            core = newest[index].core
        }
        newestCount = 0
    }

    private var account: [Step] {
        var run = self
        run.takeNewest()
        var steps = earlier
        var core = firstCore
        while core != run.core {
            steps.append(run.exits[core])
            core = run.exits[core].core
        }
        return steps
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
