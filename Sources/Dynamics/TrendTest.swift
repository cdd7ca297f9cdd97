/// Whether the level of a series moves by more than its own slow wandering explains.
///
/// A cubic trend or one step is fitted; what it explains is set against the rest, whose samples are
/// counted only as often as the rest forgets itself. A random walk explains cubics well but
/// forgets slowly, so it does not pass.
struct TrendTest {
    /// The share of the variance that the trend explains.
    let explained: Double
    /// The ratio of explained to unexplained variance per degree of freedom.
    let ratio: Double
    let isStep: Bool
    /// Whether what the trend leaves goes on drifting apart with time, as a random walk does.
    let wanders: Bool

    /// O(n).
    init(_ series: [Double]) {
        let variance = Moments(series).variance
        guard series.count >= 64, variance > 0 else {
            (explained, ratio, isStep, wanders) = (0, 0, false, false)
            return
        }
        let cubic = Self.cubicRest(series)
        let step = Self.stepRest(series)
        let cubicVariance = Moments(cubic).variance
        let stepVariance = Moments(step).variance
        isStep = stepVariance < cubicVariance
        let rest = isStep ? step : cubic
        let share = min(1, (isStep ? stepVariance : cubicVariance) / variance)
        explained = 1 - share
        let freedom = Self.effectiveCount(rest) - 4
        let perDegree = max(share, 1e-12) / max(freedom, 0.5)
        ratio = explained / 3 / perDegree
        wanders = share > 1e-6 && Self.divergence(rest) > 1.6
    }

    /// The ratio from which on a trend is beyond chance, with room for noise of long memory.
    static let limit = 30.0

    /// Strong and beyond chance.
    var isDrifting: Bool { explained >= 0.4 && ratio > Self.limit && !wanders }

    /// The mean square of long steps over that of steps a fifth as long: 1 for what keeps to a level,
    /// about 4 for a random walk.
    private static func divergence(_ series: [Double]) -> Double {
        func meanSquare(_ lags: [Int]) -> Double {
            var sum = 0.0
            for lag in lags {
                for place in lag..<series.count {
                    let step = series[place] - series[place - lag]
                    sum += step * step / Double(series.count - lag)
                }
            }
            return sum / Double(lags.count)
        }
        let unit = max(1, series.count / 128)
        let short = meanSquare([4, 5, 6, 7, 8].map { max(1, $0 * unit / 4) })
        let long = meanSquare([21, 26, 32, 37, 43].map { $0 * unit / 4 })
        return short > 0 ? long / short : 1
    }

    /// How many independent samples the series is worth: by the lag at which its correlation has
    /// fallen to 1/e, and by the wandering of its block means, whichever says fewer.
    private static func effectiveCount(_ series: [Double]) -> Double {
        let count = series.count
        let variance = Moments(series).variance
        guard variance > 0 else { return Double(count) }
        let lags = count / 5
        var lag = 1
        let deviations = series
        while lag < lags {
            var sum = 0.0
            for place in lag..<count { sum += deviations[place] * deviations[place - lag] }
            if sum < 0.3679 * variance * Double(count) { break }
            lag += max(1, lag / 8)
        }
        let blocks = 16
        let size = count / blocks
        let means = (0..<blocks).map { Moments(series[($0 * size)..<(($0 + 1) * size)]).mean }
        let wander = Moments(means).variance
        let byBlocks = wander > 0 ? variance / wander * Double(blocks) : Double(count)
        return min(Double(count) / (2 * Double(lag)), byBlocks, Double(count))
    }

    /// The series minus its projection on the first four Legendre polynomials.
    private static func cubicRest(_ series: [Double]) -> [Double] {
        let count = series.count
        var rest = series
        for degree in 0...3 {
            var (dot, norm) = (0.0, 0.0)
            for place in 0..<count {
                let p = legendre(degree, place, count)
                dot += p * rest[place]
                norm += p * p
            }
            for place in 0..<count { rest[place] -= dot / norm * legendre(degree, place, count) }
        }
        return rest
    }

    private static func legendre(_ degree: Int, _ place: Int, _ count: Int) -> Double {
        let x = (2 * Double(place) - Double(count - 1)) / Double(count)
        switch degree {
        case 0: return 1
        case 1: return x
        case 2: return 1.5 * x * x - 0.5
        default: return 2.5 * x * x * x - 1.5 * x
        }
    }

    /// The series minus its means before and after the split that explains most.
    private static func stepRest(_ series: [Double]) -> [Double] {
        let count = series.count
        let total = series.reduce(0, +)
        var (before, best, split) = (0.0, -1.0, count / 2)
        for place in 0..<(count - 1) {
            before += series[place]
            let (n, m) = (Double(place + 1), Double(count - place - 1))
            let gap = before / n - (total - before) / m
            let gain = gap * gap * n * m
            if gain > best { (best, split) = (gain, place + 1) }
        }
        let (low, high) = (Moments(series[..<split]).mean, Moments(series[split...]).mean)
        return series.indices.map { series[$0] - ($0 < split ? low : high) }
    }
}
