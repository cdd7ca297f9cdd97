/// A Boolean function of one state, compiled to a disjunction of conjunctions of bits.
struct PromptFunction: Sendable {
    /// The bits that must be set and the bits that must not.
    private struct Cube: Sendable, Hashable {
        var set: UInt64
        var clear: UInt64
    }

    private var cubes: [Cube] = []
    private let single: Cube?

    private static let maximumCubes = 64

    /// Absent when the term has a temporal operator or is too large when multiplied out.
    init?(_ term: Term) {
        guard let cubes = Self.cubes(term, true) else { return nil }
        self.cubes = cubes
        single = cubes.count == 1 ? cubes[0] : nil
    }

    @inline(__always)
    func holds(_ state: UInt64) -> Bool {
        if let single { return state & single.set == single.set && state & single.clear == 0 }
        for cube in cubes where state & cube.set == cube.set && state & cube.clear == 0 {
            return true
        }
        return false
    }

    private static func cubes(_ term: Term, _ isPositive: Bool) -> [Cube]? {
        switch term {
        case .constant(let value): return value == isPositive ? [Cube(set: 0, clear: 0)] : []
        case .atom(let index):
            let bit = UInt64(1) << UInt64(index)
            return [isPositive ? Cube(set: bit, clear: 0) : Cube(set: 0, clear: bit)]
        case .not(let a): return cubes(a, !isPositive)
        case .and(let terms): return join(terms.map { cubes($0, isPositive) }, isPositive)
        case .or(let terms): return join(terms.map { cubes($0, isPositive) }, !isPositive)
        case .implies(let a, let b):
            return join([cubes(a, !isPositive), cubes(b, isPositive)], !isPositive)
        case .equivalent(let a, let b):
            let same = join([cubes(a, true), cubes(b, isPositive)], true)
            let other = join([cubes(a, false), cubes(b, !isPositive)], true)
            return join([same, other], false)
        case .unary, .binary: return nil
        }
    }

    /// The conjunction, or the disjunction, of sums of cubes.
    private static func join(_ parts: [[Cube]?], _ isConjunction: Bool) -> [Cube]? {
        var result: [Cube] = isConjunction ? [Cube(set: 0, clear: 0)] : []
        for part in parts {
            guard let part else { return nil }
            if isConjunction {
                var product: [Cube] = []
                for a in result {
                    for b in part {
                        let cube = Cube(set: a.set | b.set, clear: a.clear | b.clear)
                        if cube.set & cube.clear == 0 && !product.contains(cube) {
                            product.append(cube)
                        }
                    }
                }
                result = product
            } else {
                for cube in part where !result.contains(cube) { result.append(cube) }
            }
            guard result.count <= maximumCubes else { return nil }
        }
        return result
    }
}
