/// The sum of local costs along the cheapest warping path, eight rows at a time.
///
/// A strip of eight rows runs over the columns as a slanted front: lane k is in row k of the strip
/// and k columns behind lane 0, so that no lane waits for another of the same step (the wavefront
/// method). A step needs the step before (left neighbours), the same moved by one lane (upper
/// neighbours) and that of the step before (diagonal ones), all in registers; only the strip's
/// lowest row goes through memory.
enum WarpingStrips<Cost: LocalCost> {
    private typealias Lanes = SIMD8<Double>

    static func pathCost(_ a: [Double], _ b: [Double], radius: Int) -> Double {
        let columns = b.count
        let pad = 8
        // Backwards, so that the lanes of a step lie side by side; infinite beyond both ends.
        var backwards = [Double](repeating: .infinity, count: columns + 2 * pad)
        for column in 0..<columns { backwards[pad + columns - 1 - column] = b[column] }
        // border[pad + column] is the row above the strip, and later its lowest row.
        var border = [Double](repeating: .infinity, count: columns + 2 * pad)
        border[pad - 1] = 0
        var result = Double.infinity
        unsafe backwards.withUnsafeBufferPointer { backwards in
            unsafe border.withUnsafeMutableBufferPointer { border in
                guard let source = backwards.baseAddress, let line = border.baseAddress else {
                    return
                }
                for first in stride(from: 0, to: a.count, by: 8) {
                    var rows = Lanes()
                    let height = min(8, a.count - first)
                    for lane in 0..<height { rows[lane] = a[first + lane] }
                    result = unsafe strip(
                        rows, first: first, height: height, columns: columns, radius: radius,
                        source: source + (pad + columns - 1), line: line + pad)
                }
            }
        }
        return result
    }

    /// Runs one strip; the value of its lowest row in the last column.
    @unsafe private static func strip(
        _ rows: Lanes, first: Int, height: Int, columns: Int, radius: Int,
        source: UnsafePointer<Double>, line: UnsafeMutablePointer<Double>
    ) -> Double {
        let begin = max(0, first - radius)
        let end = min(columns - 1 + height - 1, first + radius + 14)
        var left = Lanes(repeating: .infinity)
        var diagonal = Lanes(repeating: .infinity)
        diagonal[0] = unsafe line[begin - 1]
        // All lanes are inside the band between these two steps.
        let inner = min(max(begin, first - radius + 14), end + 1)
        let outer = max(inner, min(end + 1, first + radius + 1))
        var values = unsafe source - begin
        var step = begin
        while step <= end {
            let isInside = step >= inner && step < outer
            let until = isInside ? outer : step < inner ? inner : end + 1
            while step < until {
                unsafe advance(rows, values, line + step, &left, &diagonal)
                if !isInside { left = banded(left, step &- first, radius) }
                unsafe line[step &- 7] = left[7]
                unsafe values -= 1
                step &+= 1
            }
        }
        return end == columns - 1 + height - 1 ? left[height - 1] : .infinity
    }

    /// One step of the front; `left` becomes the step's values.
    @inline(__always)
    @unsafe private static func advance(
        _ rows: Lanes, _ source: UnsafePointer<Double>, _ line: UnsafeMutablePointer<Double>,
        _ left: inout Lanes, _ diagonal: inout Lanes
    ) {
        let values = unsafe UnsafeRawPointer(source).loadUnaligned(as: Lanes.self)
        var above = Lanes()
        above[0] = unsafe line[0]
        for lane in 1..<8 { above[lane] = left[lane - 1] }
        var next = Lanes()
        for lane in 0..<8 {
            // The upper neighbour comes last: it takes the longest to be known.
            let corner = left[lane] < diagonal[lane] ? left[lane] : diagonal[lane]
            let best = above[lane] < corner ? above[lane] : corner
            next[lane] = Cost.cost(values[lane], rows[lane]) + best
        }
        diagonal = above
        left = next
    }

    /// Makes the lanes infinite that lie outside the band; lane k is at row k, column `offset` − k.
    @inline(__always)
    private static func banded(_ values: Lanes, _ offset: Int, _ radius: Int) -> Lanes {
        var result = values
        for lane in 0..<8 where abs(2 * lane - offset) > radius { result[lane] = .infinity }
        return result
    }
}
