@testable import TemporalLogic

/// Checks a proof against the definitions, rule by rule; shares nothing with the prover.
struct ProofChecker {
    let states: [UInt64]
    let times: [Int64]
    /// Whether no event follows.
    let isComplete: Bool

    func accepts(_ proof: Proof) -> Bool {
        guard states.indices.contains(proof.position), proof.parts.allSatisfy({ accepts($0) })
        else { return false }
        let here = proof.position
        func shows(_ index: Int, _ term: Term, _ position: Int, _ holds: Bool) -> Bool {
            guard proof.parts.indices.contains(index) else { return false }
            let part = proof.parts[index]
            return part.term == term && part.position == position && part.holds == holds
        }
        switch proof.term {
        case .constant(let value):
            return proof.rule == .observed && proof.parts.isEmpty && value == proof.holds
        case .atom(let index):
            let value = states[here] >> UInt64(index) & 1 == 1
            return proof.rule == .observed && proof.parts.isEmpty && value == proof.holds
        case .not(let a): return proof.parts.count == 1 && shows(0, a, here, !proof.holds)
        case .and(let terms), .or(let terms):
            guard proof.parts.allSatisfy({ $0.position == here && $0.holds == proof.holds }) else {
                return false
            }
            var isConjunction = false
            if case .and = proof.term { isConjunction = true }
            if isConjunction == proof.holds { return proof.parts.map(\.term) == terms }
            return proof.parts.count == 1 && terms.contains(proof.parts[0].term)
        case .implies(let a, let b):
            if proof.holds {
                return proof.parts.count == 1
                    && (shows(0, a, here, false) || shows(0, b, here, true))
            }
            return proof.parts.count == 2 && shows(0, a, here, true) && shows(1, b, here, false)
        case .equivalent(let a, let b):
            return proof.parts.count == 2 && proof.parts.map(\.term) == [a, b]
                && proof.parts.allSatisfy { $0.position == here }
                && (proof.parts[0].holds == proof.parts[1].holds) == proof.holds
        case .unary(.next, let bound, let a):
            return acceptsStep(proof, a, bound, 1, missing: false)
        case .unary(.weakNext, let bound, let a):
            return acceptsStep(proof, a, bound, 1, missing: true)
        case .unary(.previous, let bound, let a):
            return acceptsStep(proof, a, bound, -1, missing: false)
        case .unary(let symbol, let bound, let a):
            let isSome = symbol == .finally || symbol == .once
            let step = symbol == .finally || symbol == .globally ? 1 : -1
            return acceptsWindow(proof, nil, a, isSome, bound, step)
        case .binary(let symbol, let bound, let a, let b):
            return acceptsWindow(
                proof, a, b, symbol != .release, bound, symbol == .since ? -1 : 1)
        }
    }

    private func distance(_ bound: Interval?, _ a: Int, _ b: Int) -> Int64 {
        abs(bound?.unit == .nanoseconds ? times[a] - times[b] : Int64(a - b))
    }

    private func isWithin(_ bound: Interval?, _ a: Int, _ b: Int) -> Bool {
        guard let bound else { return true }
        let distance = distance(bound, a, b)
        return distance >= bound.lower && distance <= bound.upper ?? .max
    }

    private func acceptsStep(
        _ proof: Proof, _ a: Term, _ bound: Interval?, _ step: Int, missing: Bool
    ) -> Bool {
        let other = proof.position + step
        if proof.rule == .noNeighbour {
            guard proof.parts.isEmpty, proof.holds == missing else { return false }
            if states.indices.contains(other) { return !isWithin(bound, proof.position, other) }
            return step < 0 || isComplete
        }
        return proof.rule == .neighbour && proof.parts.count == 1
            && states.indices.contains(other) && isWithin(bound, proof.position, other)
            && proof.parts[0].term == a && proof.parts[0].position == other
            && proof.parts[0].holds == proof.holds
    }

    private func acceptsWindow(
        _ proof: Proof, _ left: Term?, _ right: Term, _ isSome: Bool, _ bound: Interval?,
        _ step: Int
    ) -> Bool {
        var expected: [(Term, Int, Bool)] = []
        switch proof.rule {
        case .reached(let target):
            guard proof.holds == isSome, (target - proof.position) * step >= 0,
                states.indices.contains(target), isWithin(bound, proof.position, target)
            else { return false }
            expected.append((right, target, isSome))
            for place in stride(from: proof.position, to: target, by: step) {
                if let left { expected.append((left, place, isSome)) }
            }
        case .blocked(let barrier):
            guard proof.holds != isSome else { return false }
            let end = barrier ?? (step > 0 ? states.count - 1 : 0)
            guard states.indices.contains(end), (end - proof.position) * step >= 0 else {
                return false
            }
            for place in stride(from: proof.position, through: end, by: step)
            where isWithin(bound, proof.position, place) {
                expected.append((right, place, !isSome))
            }
            if barrier != nil {
                guard let left else { return false }
                expected.append((left, end, !isSome))
            } else if step > 0 && !isComplete {
                guard let bound, let upper = bound.upper else { return false }
                let seen = distance(bound, proof.position, end)
                guard bound.unit == .events ? seen >= upper : seen > upper else { return false }
            }
        default: return false
        }
        guard expected.count == proof.parts.count else { return false }
        return zip(expected, proof.parts).allSatisfy {
            $0.0 == $1.term && $0.1 == $1.position && $0.2 == $1.holds
        }
    }
}
