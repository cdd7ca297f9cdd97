/// All Lyapunov exponents of a map, from the linear parts of its dynamics around each state.
///
/// Sano and Sawada (Physical Review Letters 55, 1985), Eckmann, Kamphorst, Ruelle and Ciliberto
/// (Physical Review A 34, 1986): the map of each state's neighbours one sample on is fitted by a
/// line, and the product of these Jacobians is kept orthogonal on the way. In a sampled flow the
/// neighbours hardly spread across the directions that contract, and the fitted ones are invented:
/// this is for maps.
package struct LyapunovSpectrum: Sendable, Equatable {
    /// In nats per sample, greatest first.
    package let exponents: [Estimate]
    /// The mean square of what the lines miss one sample on, divided by the variance.
    package let residualShare: Double

    private static let blocks = 8

    /// Nil when there are too few states. O(states · (log n + dimension³)).
    package init?(_ series: [Double], dimension: Int, theilerWindow: Int, states: Int = 3000) {
        let variance = Moments(series).variance
        let count = series.count - dimension
        guard dimension >= 1, dimension <= 8, count >= 60 * dimension, variance > 0 else {
            return nil
        }
        let tree = NeighbourTree(series, dimension: dimension, delay: 1, count: count)
        var search = NeighbourTree.Search()
        var frame = Frame(dimension)
        let wanted = 4 * dimension + 4
        let first = max(0, count - states)
        var growth = [[Double]](
            repeating: [Double](repeating: 0, count: dimension), count: Self.blocks)
        var (misses, fits) = (0.0, 0)
        for state in first..<count {
            tree.nearest(to: state, limit: wanted, window: theilerWindow, &search)
            guard search.found.count == wanted else { return nil }
            let fit = LocalLine(series, state, search.found, dimension)
            guard let gradient = fit.gradient else { continue }
            misses += fit.residual
            fits += 1
            frame.advance(gradient)
            let block = (state - first) * Self.blocks / (count - first)
            for axis in 0..<dimension { growth[block][axis] += frame.logarithms[axis] }
        }
        guard fits > 0 else { return nil }
        residualShare = misses / Double(fits) / variance
        let size = Double(count - first) / Double(Self.blocks)
        exponents = (0..<dimension).map { axis in
            let rates = growth.map { $0[axis] / size }
            return Estimate(Moments(rates).mean, margin: Estimate.margin(of: rates))
        }
    }

    /// The dimension by Kaplan and Yorke (1979): as many exponents as still sum to growth, and the
    /// share of the next that uses the growth up.
    package var kaplanYorkeDimension: Double {
        var sum = 0.0
        for (place, exponent) in exponents.enumerated() {
            if sum + exponent.value < 0 {
                return Double(place) + sum / exponent.value.magnitude
            }
            sum += exponent.value
        }
        return Double(exponents.count)
    }
}

/// The gradient of the next sample over the states around one, by ridge regression.
private struct LocalLine {
    /// By coordinate, oldest first; nil when the neighbours leave it open.
    private(set) var gradient: [Double]?
    /// The mean square miss at the neighbours.
    private(set) var residual = 0.0

    init(
        _ series: [Double], _ state: Int, _ neighbours: [NeighbourTree.Neighbour], _ dimension: Int
    ) {
        let size = dimension + 1
        // The normal equations of the coordinates and a constant, and the right side.
        var matrix = [[Double]](
            repeating: [Double](repeating: 0, count: size + 1), count: size)
        func row(_ place: Int) -> [Double] {
            var values = (0..<dimension).map { series[place + $0] - series[state + $0] }
            values.append(1)
            values.append(series[place + dimension] - series[state + dimension])
            return values
        }
        let rows = neighbours.map { row($0.index) }
        for values in rows {
            for i in 0..<size { for j in 0...size { matrix[i][j] += values[i] * values[j] } }
        }
        var trace = 0.0
        for i in 0..<dimension { trace += matrix[i][i] }
        guard trace > 0 else { return }
        for i in 0..<dimension { matrix[i][i] += 1e-9 * trace }
        guard let solution = Self.solved(matrix) else { return }
        for values in rows {
            var miss = values[size]
            for i in 0..<size { miss -= solution[i] * values[i] }
            residual += miss * miss / Double(rows.count)
        }
        gradient = Array(solution[..<dimension])
    }

    /// Gauss's elimination with partial pivoting; nil for a singular matrix.
    private static func solved(_ matrix: [[Double]]) -> [Double]? {
        var rows = matrix
        let size = rows.count
        for column in 0..<size {
            var pivot = column
            for row in column..<size
            where rows[row][column].magnitude > rows[pivot][column].magnitude { pivot = row }
            guard rows[pivot][column].magnitude > 1e-300 else { return nil }
            rows.swapAt(column, pivot)
            for row in (column + 1)..<max(size, column + 1) {
                let factor = rows[row][column] / rows[column][column]
                for place in column...size { rows[row][place] -= factor * rows[column][place] }
            }
        }
        var solution = [Double](repeating: 0, count: size)
        for row in stride(from: size - 1, through: 0, by: -1) {
            var rest = rows[row][size]
            for place in (row + 1)..<max(size, row + 1) {
                rest -= rows[row][place] * solution[place]
            }
            solution[row] = rest / rows[row][row]
        }
        return solution
    }
}

/// Orthogonal directions that are carried along an orbit.
private struct Frame {
    private var axes: [[Double]]
    /// The logarithm of the growth along each axis in the last step.
    private(set) var logarithms: [Double]

    init(_ dimension: Int) {
        axes = (0..<dimension).map { axis in (0..<dimension).map { $0 == axis ? 1 : 0 } }
        logarithms = [Double](repeating: 0, count: dimension)
    }

    /// Moves every axis by the companion matrix whose last row is `gradient`, and makes them
    /// orthogonal again (modified Gram-Schmidt).
    mutating func advance(_ gradient: [Double]) {
        let dimension = axes.count
        for axis in axes.indices {
            var last = 0.0
            for place in 0..<dimension { last += gradient[place] * axes[axis][place] }
            axes[axis].removeFirst()
            axes[axis].append(last)
        }
        for axis in axes.indices {
            for earlier in 0..<axis {
                var along = 0.0
                for place in 0..<dimension { along += axes[axis][place] * axes[earlier][place] }
                for place in 0..<dimension { axes[axis][place] -= along * axes[earlier][place] }
            }
            var squared = 0.0
            for value in axes[axis] { squared += value * value }
            let length = max(squared.squareRoot(), 1e-150)
            for place in 0..<dimension { axes[axis][place] /= length }
            logarithms[axis] = Mathematics.log(length)
        }
    }
}
