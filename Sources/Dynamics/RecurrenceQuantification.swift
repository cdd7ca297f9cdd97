/// Measures of the lines in a recurrence plot.
///
/// Marwan, Romano, Thiel and Kurths (Physics Reports 438, 2007). Two states recur when every
/// coordinate of them is closer than the threshold. The main diagonal does not count for diagonal
/// lines; recurrence rate and vertical lines count the whole plot.
package struct RecurrenceQuantification: Sendable, Equatable {
    /// The share of recurrent points.
    package let recurrenceRate: Double
    /// The share of recurrent points on diagonal lines of at least `shortest`.
    package let determinism: Double
    /// The share of recurrent points on vertical lines of at least `shortest`.
    package let laminarity: Double
    /// The mean length of those diagonal lines; 0 when there are none.
    package let meanDiagonal: Double
    /// The length of the longest diagonal line.
    package let longestDiagonal: Int
    /// The entropy of the lengths of those diagonal lines, in nats.
    package let diagonalEntropy: Double
    /// The mean length of the vertical lines of at least `shortest` (trapping time).
    package let trappingTime: Double

    /// O(n² · dimension) in time and O(n) in memory.
    package init(
        _ series: [Double], dimension: Int, delay: Int, threshold: Double, shortest: Int = 2
    ) {
        let plot = RecurrencePlot(
            series, dimension: dimension, delay: delay, threshold: threshold)
        let count = plot.count
        var diagonals = [Int](repeating: 0, count: count + 1)
        var verticals = diagonals
        var recurrent = 0
        for row in 0..<count {
            var run = 0
            for column in 0..<count {
                if plot.recurs(row, column) {
                    recurrent += 1
                    run += 1
                } else if run > 0 {
                    verticals[run] += 1
                    run = 0
                }
            }
            if run > 0 { verticals[run] += 1 }
        }
        for offset in stride(from: 1, to: count, by: 1) {
            var run = 0
            for row in 0..<(count - offset) {
                if plot.recurs(row, row + offset) {
                    run += 1
                } else if run > 0 {
                    diagonals[run] += 2
                    run = 0
                }
            }
            if run > 0 { diagonals[run] += 2 }
        }
        let diagonal = LineLengths(diagonals, shortest: shortest)
        let vertical = LineLengths(verticals, shortest: shortest)
        recurrenceRate = count > 0 ? Double(recurrent) / Double(count) / Double(count) : 0
        determinism = diagonal.share
        laminarity = vertical.share
        meanDiagonal = diagonal.mean
        longestDiagonal = diagonal.longest
        diagonalEntropy = diagonal.entropy
        trappingTime = vertical.mean
    }
}

/// Which pairs of states of a delay embedding are closer than a threshold in every coordinate.
package struct RecurrencePlot: Sendable {
    /// The number of states, that is of rows and columns.
    package let count: Int
    private let series: [Double]
    private let end: Int
    private let delay: Int
    private let threshold: Double

    package init(_ series: [Double], dimension: Int, delay: Int, threshold: Double) {
        precondition(dimension >= 1 && delay >= 1, "an embedding starts at 1")
        self.series = series
        self.delay = delay
        self.threshold = threshold
        end = (dimension - 1) * delay
        count = max(0, series.count - end)
    }

    package func recurs(_ row: Int, _ column: Int) -> Bool {
        var axis = 0
        while axis <= end {
            if (series[row + axis] - series[column + axis]).magnitude >= threshold { return false }
            axis += delay
        }
        return true
    }
}

/// The statistics of a histogram of line lengths.
private struct LineLengths {
    var share = 0.0
    var mean = 0.0
    var longest = 0
    var entropy = 0.0

    init(_ counts: [Int], shortest: Int) {
        var (all, onLines, lines) = (0, 0, 0)
        for (length, number) in counts.enumerated() where number > 0 {
            all += length * number
            longest = length
            guard length >= shortest else { continue }
            onLines += length * number
            lines += number
        }
        guard lines > 0 else { return }
        share = Double(onLines) / Double(all)
        mean = Double(onLines) / Double(lines)
        for (length, number) in counts.enumerated() where number > 0 && length >= shortest {
            let portion = Double(number) / Double(lines)
            entropy -= portion * Mathematics.log(portion)
        }
    }
}
