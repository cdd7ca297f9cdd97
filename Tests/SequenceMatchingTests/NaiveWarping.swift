/// The textbook recurrence of dynamic time warping, the whole matrix, squared differences.
func naiveWarping(
    _ a: [Double], _ b: [Double], radius: Int? = nil,
    cost: (Double, Double) -> Double = { ($0 - $1) * ($0 - $1) }
) -> Double {
    naiveWarping(rows: a.count, columns: b.count, radius: radius) { cost(a[$0], b[$1]) }
}

func naiveWarping(rows: Int, columns: Int, radius: Int?, cost: (Int, Int) -> Double) -> Double {
    var matrix = [[Double]](
        repeating: [Double](repeating: .infinity, count: columns + 1), count: rows + 1)
    matrix[0][0] = 0
    for row in 0..<rows {
        for column in 0..<columns where abs(row - column) <= radius ?? .max {
            let best = min(matrix[row][column], matrix[row][column + 1], matrix[row + 1][column])
            matrix[row + 1][column + 1] = best + cost(row, column)
        }
    }
    return matrix[rows][columns]
}

/// SPRING as the paper states it, with every cell computed: reports of disjoint matches.
func naiveSpring(_ query: [Double], _ stream: [Double], _ threshold: Double) -> [[Double]] {
    var costs = [Double](repeating: .infinity, count: query.count)
    var starts = [Int](repeating: 0, count: query.count)
    var open: (start: Int, end: Int, cost: Double)?
    var reports: [[Double]] = []
    for (position, sample) in stream.enumerated() {
        var newCosts = costs
        var newStarts = starts
        for row in query.indices {
            var best = row == 0 ? 0 : costs[row - 1]
            var start = row == 0 ? position : starts[row - 1]
            if costs[row] < best { (best, start) = (costs[row], starts[row]) }
            if row > 0, newCosts[row - 1] < best {
                (best, start) = (newCosts[row - 1], newStarts[row - 1])
            }
            newCosts[row] = best + (sample - query[row]) * (sample - query[row])
            newStarts[row] = start
        }
        (costs, starts) = (newCosts, newStarts)
        if let held = open,
            query.indices.allSatisfy({ costs[$0] >= held.cost || starts[$0] > held.end })
        {
            reports.append([Double(held.start), Double(held.end), held.cost])
            for row in query.indices where starts[row] <= held.end { costs[row] = .infinity }
            open = nil
        }
        if let last = costs.last, let start = starts.last, last <= threshold,
            last < open?.cost ?? .infinity
        {
            open = (start, position, last)
        }
    }
    if let held = open { reports.append([Double(held.start), Double(held.end), held.cost]) }
    return reports
}

/// The z-normalised Euclidean distance from its definition, constants as in stumpy.
func naiveDistance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
    let isFlat = [a, b].map { Set($0).count == 1 }
    if isFlat[0] && isFlat[1] { return 0 }
    if isFlat[0] || isFlat[1] { return Double(a.count).squareRoot() }
    return zip(naiveNormalised(a), naiveNormalised(b)).reduce(0) {
        $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
    }.squareRoot()
}

func naiveNormalised(_ series: ArraySlice<Double>) -> [Double] {
    let mean = series.reduce(0, +) / Double(series.count)
    let deviation =
        (series.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(series.count)).squareRoot()
    return series.map { deviation == 0 ? 0 : ($0 - mean) / deviation }
}
