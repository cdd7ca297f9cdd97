/// Monitors `G (guard -> until)` with a queue of the open obligations only.
///
/// The commonest timed property ("every request is answered within 800 ms") needs no truth values
/// per position: an event that the guard lets pass leaves nothing behind, the others wait in a
/// queue from which they leave at the front, so an event costs amortised constant time whatever
/// the bound. The consequent may be any until, eventually, globally or release, bounded or not,
/// or false; guard and operands may look back but not ahead.
struct ResponseMonitor: Sendable {
    private struct Obligation: Sendable {
        var position: Int
        var reading: Int64
        var letter: UInt64
    }

    private var past: PastOperators
    private let trigger: PromptFunction
    private let left: PromptFunction
    private let right: PromptFunction
    private let bound: Interval?
    /// Whether an obligation is met when the until fails, as for globally and release.
    private let isNegated: Bool
    private let isImplication: Bool
    private let lower: Int64
    private let upper: Int64
    private var queue = Window<Obligation>(filler: Obligation(position: 0, reading: 0, letter: 0))
    private(set) var position = 0
    private(set) var decidedAt: Int?
    private var violation: Obligation?
    private var last: UInt64 = 0
    private var wasTriggered = false

    /// Absent when the formula has another shape.
    init?(_ term: Term, atomCount: Int) {
        var past = PastOperators(atomCount: atomCount)
        guard case .unary(.globally, nil, let written) = term,
            let body = past.replaced(written), let shape = Self.shape(body),
            let guardFunction = PromptFunction(shape.trigger),
            let left = PromptFunction(shape.left), let right = PromptFunction(shape.right)
        else { return nil }
        self.past = past
        trigger = guardFunction
        self.left = left
        self.right = right
        bound = shape.bound
        isNegated = shape.isNegated
        lower = shape.bound?.lower ?? 0
        upper = shape.bound?.upper ?? .max
        if case .implies = body { isImplication = true } else { isImplication = false }
    }

    private struct Shape {
        var trigger = Term.constant(true)
        var left: Term
        var right: Term
        var bound: Interval?
        var isNegated: Bool
    }

    /// The body of the globally as a guard and an until.
    private static func shape(_ body: Term) -> Shape? {
        if PromptFunction(body) != nil {
            let never = Term.constant(false)
            return Shape(
                trigger: .not(body), left: never, right: never, bound: nil, isNegated: false)
        }
        switch body {
        case .implies(let trigger, let consequent):
            guard var inner = shape(consequent) else { return nil }
            inner.trigger = .and([trigger, inner.trigger])
            return inner
        case .or(let terms):
            var prompt: [Term] = []
            var open: [Term] = []
            for term in terms {
                if PromptFunction(term) == nil {
                    open.append(term)
                } else {
                    prompt.append(.not(term))
                }
            }
            guard open.count == 1, var inner = shape(open[0]) else { return nil }
            inner.trigger = .and(prompt + [inner.trigger])
            return inner
        case .unary(.finally, let bound, let a):
            return Shape(left: .constant(true), right: a, bound: bound, isNegated: false)
        case .unary(.globally, let bound, let a):
            return Shape(left: .constant(true), right: .not(a), bound: bound, isNegated: true)
        case .binary(.until, let bound, let a, let b):
            return Shape(left: a, right: b, bound: bound, isNegated: false)
        case .binary(.release, let bound, let a, let b):
            return Shape(left: .not(a), right: .not(b), bound: bound, isNegated: true)
        default: return nil
        }
    }

    var verdict: Verdict {
        if decidedAt != nil { return .false }
        return isNegated || queue.isEmpty ? .presumablyTrue : .presumablyFalse
    }

    /// Whether the property would hold as well if its consequent were false.
    var isVacuous: Bool { !isImplication || !wasTriggered }

    /// The violated obligation and the event that violated it, or the oldest open obligation.
    var witness: [WitnessStep] {
        if let decidedAt, let violation {
            let cause = WitnessStep(position: violation.position, letter: violation.letter)
            if violation.position == decidedAt { return [cause] }
            return [cause, WitnessStep(position: decidedAt, letter: last)]
        }
        if queue.isEmpty { return [] }
        let oldest = queue[queue.first]
        return [WitnessStep(position: oldest.position, letter: oldest.letter)]
    }

    /// The open obligations and the past's clock readings.
    var storedCount: Int { queue.count + past.storedCount }

    mutating func observe(_ observed: UInt64, at time: Int64) -> Verdict {
        if decidedAt == nil {
            let state = past.extended(observed, position: position, time: time)
            let reading = bound?.unit == .nanoseconds ? time : Int64(position)
            if !queue.isEmpty { expire(reading) }
            if decidedAt == nil && trigger.holds(state) {
                wasTriggered = true
                queue.append(Obligation(position: position, reading: reading, letter: observed))
            }
            if !queue.isEmpty && decidedAt == nil { resolve(state, reading) }
            last = observed
        }
        position += 1
        return verdict
    }

    /// The front obligation's until came out as `value`.
    private mutating func leave(_ value: Bool) {
        let front = queue[queue.first]
        queue.drop(before: queue.first + 1)
        if value == isNegated && decidedAt == nil {
            decidedAt = position
            violation = front
        }
    }

    private mutating func expire(_ reading: Int64) {
        while !queue.isEmpty && reading - queue[queue.first].reading > upper {
            leave(false)
        }
    }

    private mutating func resolve(_ state: UInt64, _ reading: Int64) {
        if right.holds(state) {
            while !queue.isEmpty && reading - queue[queue.first].reading >= lower {
                leave(true)
            }
        }
        if !left.holds(state) {
            while !queue.isEmpty { leave(false) }
        }
        if bound?.unit == .events {
            while !queue.isEmpty && reading - queue[queue.first].reading >= upper {
                leave(false)
            }
        }
    }
}
