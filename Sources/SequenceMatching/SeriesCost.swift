/// What it costs to pair two numbers, and how the sum along a path becomes a distance.
package enum SeriesCost: Sendable, Equatable {
    /// The squared difference; a path's distance is the square root of its sum.
    case squared
    /// The absolute difference; a path's distance is its sum.
    case absolute

    /// What it costs to pair two numbers.
    package func cost(_ a: Double, _ b: Double) -> Double {
        switch self {
        case .squared: SquaredDifference.cost(a, b)
        case .absolute: AbsoluteDifference.cost(a, b)
        }
    }

    /// The distance that belongs to a sum of costs.
    package func distance(ofSum sum: Double) -> Double {
        self == .squared ? sum.squareRoot() : sum
    }
}

/// A local cost as a type, so that each gets loops of its own.
protocol LocalCost: Sendable {
    static func cost(_ a: Double, _ b: Double) -> Double
}

enum SquaredDifference: LocalCost {
    @inline(__always) static func cost(_ a: Double, _ b: Double) -> Double { (a - b) * (a - b) }
}

enum AbsoluteDifference: LocalCost {
    @inline(__always) static func cost(_ a: Double, _ b: Double) -> Double { (a - b).magnitude }
}
