/// Monitors `G (guard -> until)` over immediate parts with a queue of the open obligations only.
///
/// The commonest timed property ("every request is answered within 800 ms") needs no truth values
/// per position: an event that the guard lets pass leaves nothing behind, the others wait in a
/// queue from which they leave at the front, so an event costs amortised constant time whatever
/// the bound. The consequent may be any until, eventually, globally or release over immediate
/// operands, bounded or not.
struct ResponseMonitor: Sendable {
    private struct Obligation: Sendable {
        var position: Int
        var reading: Int64
        var letter: UInt64
    }

    private let trigger: PromptFunction
    private let left: PromptFunction
    private let right: PromptFunction
    private let bound: Interval?
    /// Whether an obligation is met when the until fails, as for globally and release.
    private let isNegated: Bool
    private let lower: Int64
    private let upper: Int64
    private var queue = Window<Obligation>(filler: Obligation(position: 0, reading: 0, letter: 0))
    private(set) var position = 0
    private(set) var decidedAt: Int?
    private var violation: Obligation?
    private var last: UInt64 = 0
    private var wasTriggered = false

    /// Absent when the formula has another shape.
    init?(_ term: Term) {
        guard case .unary(.globally, nil, .implies(let trigger, let consequent)) = term,
            let shape = Self.until(consequent), let guardFunction = PromptFunction(trigger),
            let left = PromptFunction(shape.left), let right = PromptFunction(shape.right)
        else { return nil }
        self.trigger = guardFunction
        self.left = left
        self.right = right
        bound = shape.bound
        isNegated = shape.isNegated
        lower = shape.bound?.lower ?? 0
        upper = shape.bound?.upper ?? .max
    }

    private struct Shape {
        var left: Term
        var right: Term
        var bound: Interval?
        var isNegated: Bool
    }

    private static func until(_ term: Term) -> Shape? {
        switch term {
        case .unary(.finally, let bound, let a):
            Shape(left: .constant(true), right: a, bound: bound, isNegated: false)
        case .unary(.globally, let bound, let a):
            Shape(left: .constant(true), right: .not(a), bound: bound, isNegated: true)
        case .binary(.until, let bound, let a, let b):
            Shape(left: a, right: b, bound: bound, isNegated: false)
        case .binary(.release, let bound, let a, let b):
            Shape(left: .not(a), right: .not(b), bound: bound, isNegated: true)
        default: nil
        }
    }

    var verdict: Verdict {
        if decidedAt != nil { return .false }
        return isNegated || queue.isEmpty ? .presumablyTrue : .presumablyFalse
    }

    var isVacuous: Bool { !wasTriggered }

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

    /// The open obligations.
    var storedCount: Int { queue.count }

    mutating func observe(_ state: UInt64, at time: Int64) -> Verdict {
        if decidedAt == nil {
            let reading = bound?.unit == .nanoseconds ? time : Int64(position)
            if !queue.isEmpty { expire(state, reading) }
            if decidedAt == nil && trigger.holds(state) {
                wasTriggered = true
                queue.append(Obligation(position: position, reading: reading, letter: state))
            }
            if !queue.isEmpty && decidedAt == nil { resolve(state, reading) }
        }
        position += 1
        return verdict
    }

    /// The front obligation's until came out as `value`.
    private mutating func leave(_ value: Bool, _ state: UInt64) {
        let front = queue[queue.first]
        queue.drop(before: queue.first + 1)
        if value == isNegated && decidedAt == nil {
            decidedAt = position
            violation = front
            last = state
        }
    }

    private mutating func expire(_ state: UInt64, _ reading: Int64) {
        while !queue.isEmpty && reading - queue[queue.first].reading > upper {
            leave(false, state)
        }
    }

    private mutating func resolve(_ state: UInt64, _ reading: Int64) {
        if right.holds(state) {
            while !queue.isEmpty && reading - queue[queue.first].reading >= lower {
                leave(true, state)
            }
        }
        if !left.holds(state) {
            while !queue.isEmpty { leave(false, state) }
        }
        if bound?.unit == .events {
            while !queue.isEmpty && reading - queue[queue.first].reading >= upper {
                leave(false, state)
            }
        }
    }
}
