/// Past operators over Boolean operands, each evaluated with its event and given a bit of its own.
///
/// The parts of a formula that only look back become propositions, so that what remains may use
/// the monitors for formulas without past. Amortised constant time per operator and event.
struct PastOperators: Sendable {
    private struct Operator: Sendable {
        var left: PromptFunction
        var right: PromptFunction
        /// Previous instead of since.
        var isPrevious: Bool
        var bound: Interval?
        var queue: SinceQueue
        var before = false
        var lastReading: Int64 = 0
        var bit: UInt64
    }

    private var operators: [Operator] = []
    private var keys: [Term] = []
    private let atomCount: Int

    init(atomCount: Int) { self.atomCount = atomCount }

    var isEmpty: Bool { operators.isEmpty }

    /// The clock readings kept.
    var storedCount: Int { operators.reduce(0) { $0 + $1.queue.count } }

    /// The term with its past subformulas replaced by their bits; absent when one looks ahead or
    /// the bits are used up.
    mutating func replaced(_ term: Term) -> Term? {
        switch term {
        case .constant, .atom: return term
        case .not(let a): return replaced(a).map { .not($0) }
        case .and(let terms): return replaced(terms).map { .and($0) }
        case .or(let terms): return replaced(terms).map { .or($0) }
        case .implies(let a, let b):
            guard let left = replaced(a), let right = replaced(b) else { return nil }
            return .implies(left, right)
        case .equivalent(let a, let b):
            guard let left = replaced(a), let right = replaced(b) else { return nil }
            return .equivalent(left, right)
        case .unary(let symbol, let bound, let a):
            guard let inner = replaced(a) else { return nil }
            switch symbol {
            case .previous: return bit(.unary(.previous, bound, inner), inner, inner, bound)
            case .once: return bit(.unary(.once, bound, inner), .constant(true), inner, bound)
            case .historically:
                return bit(.unary(.historically, bound, inner), .constant(true), .not(inner), bound)
                    .map { .not($0) }
            case .next, .weakNext, .finally, .globally: return .unary(symbol, bound, inner)
            }
        case .binary(let symbol, let bound, let a, let b):
            guard let left = replaced(a), let right = replaced(b) else { return nil }
            let result = Term.binary(symbol, bound, left, right)
            return symbol == .since ? bit(result, left, right, bound) : result
        }
    }

    private mutating func replaced(_ terms: [Term]) -> [Term]? {
        var result: [Term] = []
        for term in terms {
            guard let part = replaced(term) else { return nil }
            result.append(part)
        }
        return result
    }

    private mutating func bit(
        _ key: Term, _ left: Term, _ right: Term, _ bound: Interval?
    ) -> Term? {
        if let known = keys.firstIndex(of: key) { return .atom(atomCount + known) }
        guard atomCount + operators.count < Formula.maximumPropositions,
            let leftFunction = PromptFunction(left), let rightFunction = PromptFunction(right)
        else { return nil }
        var isPrevious = false
        if case .unary(.previous, _, _) = key { isPrevious = true }
        operators.append(
            Operator(
                left: leftFunction, right: rightFunction, isPrevious: isPrevious, bound: bound,
                queue: SinceQueue(bound: bound), bit: 1 << UInt64(atomCount + operators.count)))
        keys.append(key)
        return .atom(atomCount + operators.count - 1)
    }

    /// The state with the bits of the past operators added.
    @inline(__always)
    mutating func extended(_ state: UInt64, position: Int, time: Int64) -> UInt64 {
        operators.isEmpty ? state : evaluated(state, position, time)
    }

    private mutating func evaluated(_ state: UInt64, _ position: Int, _ time: Int64) -> UInt64 {
        var state = atomCount == 64 ? state : state & ((1 << UInt64(atomCount)) - 1)
        for index in operators.indices {
            let isTimed = operators[index].bound?.unit == .nanoseconds
            let reading = isTimed ? time : Int64(position)
            let value: Bool
            if operators[index].isPrevious {
                let distance = reading - operators[index].lastReading
                value =
                    position > 0 && operators[index].before
                    && operators[index].bound?.contains(distance) ?? true
                operators[index].before = operators[index].right.holds(state)
                operators[index].lastReading = reading
            } else {
                value = operators[index].queue.step(
                    left: operators[index].left.holds(state),
                    right: operators[index].right.holds(state), clock: reading)
            }
            if value { state |= operators[index].bit }
        }
        return state
    }
}
