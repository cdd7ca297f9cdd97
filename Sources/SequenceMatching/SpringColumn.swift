/// One column of SPRING's matrix: for every beginning of the query, the least cost of warping it to
/// a stretch of the stream that ends here, and where that stretch starts.
///
/// Cells above the limit of the step cannot lead to anything within it, since costs only add up:
/// rows that only such cells lead to are not visited, and what they hold is above the limit, but
/// means nothing. Limits must not rise from one step to the next. O(m) at worst.
struct SpringColumn: Sendable {
    private let rows: Int
    /// The query, and behind it the costs, so that a step touches one array.
    private var numbers: [Double]
    private var starts: [Int]
    /// Rows from here on are above the limit.
    private var height = 0

    init(query: [Double]) {
        precondition(!query.isEmpty, "a query has at least one sample")
        rows = query.count
        numbers = query + [Double](repeating: .infinity, count: query.count)
        starts = [Int](repeating: 0, count: query.count)
    }

    /// The cost of the whole query ending here, and its start; meaningless above the limit.
    var match: (cost: Double, start: Int) { (numbers[2 * rows - 1], starts[rows - 1]) }

    /// What a row hands to the next one: its own cell and the one before it in the stream.
    private struct Front {
        var corner = 0.0
        var cornerStart: Int
        var below = Double.infinity
        var belowStart: Int
    }

    /// Takes in a sample at `position`; of equal ways the diagonal one counts, then the stream's. One
    /// that is not finite ends all stretches.
    mutating func step(_ sample: Double, at position: Int, limit: Double) {
        let (rows, height) = (rows, height)
        guard sample.isFinite else {
            for row in 0..<rows { numbers[rows + row] = .infinity }
            self.height = 0
            return
        }
        self.height = unsafe numbers.withUnsafeMutableBufferPointer { numbers in
            unsafe starts.withUnsafeMutableBufferPointer { starts in
                guard let query = numbers.baseAddress, let starts = starts.baseAddress else {
                    return 0
                }
                let costs = unsafe query + rows
                var front = Front(cornerStart: position, belowStart: position)
                // One row beyond the height, whose diagonal neighbour may be live.
                let covered = min(height + 1, rows)
                var row = 0
                while row + 1 < covered {
                    unsafe Self.fillTwo(
                        costs + row, starts + row, sample - query[row], sample - query[row + 1],
                        &front)
                    row += 2
                }
                while row < covered {
                    let difference = unsafe sample - query[row]
                    unsafe Self.fill(costs + row, starts + row, difference, &front)
                    row += 1
                }
                while row < rows, front.below <= limit {
                    let difference = unsafe sample - query[row]
                    unsafe Self.fill(costs + row, starts + row, difference, &front)
                    row += 1
                }
                while row > 0, unsafe costs[row - 1] > limit { row -= 1 }
                return row
            }
        }
    }

    /// Fills one cell.
    @inline(__always)
    @unsafe private static func fill(
        _ cost: UnsafeMutablePointer<Double>, _ start: UnsafeMutablePointer<Int>,
        _ difference: Double, _ front: inout Front
    ) {
        let (left, leftStart) = unsafe (cost.pointee, start.pointee)
        let upper = left < front.corner ? left : front.corner
        let upperStart = left < front.corner ? leftStart : front.cornerStart
        let best = front.below < upper ? front.below : upper
        let bestStart = front.below < upper ? front.belowStart : upperStart
        let sum = best + difference * difference
        unsafe cost.pointee = sum
        unsafe start.pointee = bestStart
        front = Front(corner: left, cornerStart: leftStart, below: sum, belowStart: bestStart)
    }

    /// Fills two cells: the second one's cost does not wait for the first one's minimum, since the
    /// lesser of two numbers is also the lesser after the same addition, rounding included.
    @inline(__always)
    @unsafe private static func fillTwo(
        _ costs: UnsafeMutablePointer<Double>, _ starts: UnsafeMutablePointer<Int>,
        _ first: Double, _ second: Double, _ front: inout Front
    ) {
        let (left, leftStart) = unsafe (costs[0], starts[0])
        let (next, nextStart) = unsafe (costs[1], starts[1])
        let upper = left < front.corner ? left : front.corner
        let upperStart = left < front.corner ? leftStart : front.cornerStart
        let lower = next < left ? next : left
        let lowerStart = next < left ? nextStart : leftStart
        let (square, secondSquare) = (first * first, second * second)
        let across = upper + square
        let climbed = front.below + square
        let sum = climbed < across ? climbed : across
        let secondAcross = lower + secondSquare
        let turned = across + secondSquare
        let aside = turned < secondAcross ? turned : secondAcross
        let climbedTwice = climbed + secondSquare
        let secondSum = climbedTwice < aside ? climbedTwice : aside
        let start = front.below < upper ? front.belowStart : upperStart
        let secondStart = sum < lower ? start : lowerStart
        unsafe costs[0] = sum
        unsafe costs[1] = secondSum
        unsafe starts[0] = start
        unsafe starts[1] = secondStart
        front = Front(
            corner: next, cornerStart: nextStart, below: secondSum, belowStart: secondStart)
    }

    /// Whether some stretch that began at or before `position` costs less than `cost` so far. The
    /// longest ones are the likeliest.
    func canImprove(on cost: Double, endingAt position: Int) -> Bool {
        unsafe numbers.withUnsafeBufferPointer { numbers in
            unsafe starts.withUnsafeBufferPointer { starts in
                var row = height
                while row >= 4 {
                    row &-= 4
                    var isFound = false
                    for place in row..<row &+ 4 {
                        let isCheaper = unsafe numbers[rows &+ place] < cost
                        let isEarly = unsafe starts[place] <= position
                        isFound = (isCheaper && isEarly) || isFound
                    }
                    if isFound { return true }
                }
                while row > 0 {
                    row &-= 1
                    if unsafe numbers[rows &+ row] < cost && starts[row] <= position {
                        return true
                    }
                }
                return false
            }
        }
    }

    /// Drops all stretches that began at or before `position`.
    mutating func drop(through position: Int) {
        let (rows, height) = (rows, height)
        unsafe numbers.withUnsafeMutableBufferPointer { numbers in
            unsafe starts.withUnsafeBufferPointer { starts in
                for row in 0..<height {
                    let cost = unsafe numbers[rows &+ row]
                    unsafe numbers[rows &+ row] = starts[row] <= position ? .infinity : cost
                }
            }
        }
    }
}
