@testable import TemporalLogic

/// A small seeded generator (splitmix64).
struct TestRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// Draws formulas over `p`, `q`, `r` and traces for them.
struct RandomFormulas {
    enum Bounds { case none, events, time, mixed }

    var random: TestRandom
    let bounds: Bounds
    let hasPast: Bool

    static let atoms = ["p", "q", "r"].map { name in
        Atom(text: Array(name.utf8), proposition: .name(name))
    }

    mutating func formula(depth: Int) -> Formula {
        Formula(root: term(depth: depth), atoms: Self.atoms)
    }

    mutating func term(depth: Int) -> Term {
        if depth == 0 { return random.below(12) == 0 ? .constant(true) : .atom(random.below(3)) }
        switch random.below(9) {
        case 0: return .not(term(depth: depth - 1))
        case 1: return .joined([term(depth: depth - 1), term(depth: depth - 1)], conjunction: true)
        case 2:
            return .joined([term(depth: depth - 1), term(depth: depth - 1)], conjunction: false)
        case 3: return .implies(term(depth: depth - 1), term(depth: depth - 1))
        case 4 where random.below(3) == 0:
            return .equivalent(term(depth: depth - 1), term(depth: depth - 1))
        case 5, 6:
            let all: [BinaryOperator] = [.until, .release, .weakUntil, .strongRelease, .since]
            let symbol = all[random.below(hasPast ? 5 : 4)]
            return .binary(symbol, interval(), term(depth: depth - 1), term(depth: depth - 1))
        default:
            let all: [UnaryOperator] = [
                .next, .weakNext, .finally, .globally, .previous, .once, .historically,
            ]
            return .unary(all[random.below(hasPast ? 7 : 4)], interval(), term(depth: depth - 1))
        }
    }

    private mutating func interval() -> Interval? {
        let unit: Interval.Unit
        switch bounds {
        case .none: return nil
        case .events: unit = .events
        case .time: unit = .nanoseconds
        case .mixed:
            if random.below(4) == 0 { return nil }
            unit = random.below(2) == 0 ? .events : .nanoseconds
        }
        let lower = Int64(random.below(4))
        let upper = random.below(4) == 0 ? nil : lower + Int64(random.below(5))
        let bound = Interval(lower: lower, upper: upper, unit: unit)
        return bound.isTrivial ? nil : bound
    }

    mutating func trace(length: Int) -> (states: [UInt64], times: [Int64]) {
        var states: [UInt64] = []
        var times: [Int64] = []
        var time: Int64 = 0
        for _ in 0..<length {
            time += Int64(random.below(4))
            states.append(UInt64(random.below(8)))
            times.append(time)
        }
        return (states, times)
    }
}
