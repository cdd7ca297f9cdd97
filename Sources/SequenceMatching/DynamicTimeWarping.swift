/// Dynamic time warping of two series (Sakoe and Chiba 1978): the cheapest monotone pairing of all
/// their elements.
///
/// With a `radius` only pairs with |i − j| ≤ radius are allowed; where no path fits, and where
/// exactly one of the series is empty, the answer is infinite. Two empty series are 0 apart. A NaN
/// or an infinity in either series has no distance: the answer is NaN.
package struct DynamicTimeWarping: Sendable, Equatable {
    package var cost: SeriesCost
    package var radius: Int?

    package init(cost: SeriesCost = .squared, radius: Int? = nil) {
        if let radius { precondition(radius >= 0, "a warping radius is not negative") }
        self.cost = cost
        self.radius = radius
    }

    /// The distance along the cheapest path. O(n · m) or O(n · radius), eight rows at a time.
    package func distance(_ a: [Double], _ b: [Double]) -> Double {
        cost.distance(ofSum: pathCost(a, b))
    }

    /// The sum of the local costs along the cheapest path.
    package func pathCost(_ a: [Double], _ b: [Double]) -> Double {
        guard allFinite(a), allFinite(b) else { return .nan }
        if a.isEmpty && b.isEmpty { return 0 }
        let reach = radius ?? max(a.count, b.count)
        if a.isEmpty || b.isEmpty || abs(a.count - b.count) > reach { return .infinity }
        // Fewer rows make fewer strips; the measure is symmetric.
        let (rows, columns) = a.count <= b.count ? (a, b) : (b, a)
        switch cost {
        case .squared:
            return WarpingStrips<SquaredDifference>.pathCost(rows, columns, radius: reach)
        case .absolute:
            return WarpingStrips<AbsoluteDifference>.pathCost(rows, columns, radius: reach)
        }
    }

    /// The distance over the sum of the lengths, which compares pairs of unlike lengths; 0 for two
    /// empty series.
    package func normalisedDistance(_ a: [Double], _ b: [Double]) -> Double {
        if a.isEmpty && b.isEmpty { return 0 }
        return distance(a, b) / Double(a.count + b.count)
    }

    /// The cheapest path with its sum of local costs, or nil where there is none.
    package func path(_ a: [Double], _ b: [Double]) -> WarpingPath? {
        guard allFinite(a), allFinite(b) else { return nil }
        let limit = WarpingPath.cellLimit
        switch cost {
        case .squared:
            return WarpingPath(a.count, b.count, radius, limit) { row, column in
                SquaredDifference.cost(a[row], b[column])
            }
        case .absolute:
            return WarpingPath(a.count, b.count, radius, limit) { row, column in
                AbsoluteDifference.cost(a[row], b[column])
            }
        }
    }
}

/// Whether there is neither a NaN nor an infinity in the series.
func allFinite(_ series: [Double]) -> Bool {
    // x − x is zero for finite numbers and NaN for all others.
    var sum = 0.0
    for value in series { sum += value - value }
    return sum == 0
}
