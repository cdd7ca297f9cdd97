/// Whether a series has come to rest or is on its way there, and where.
struct SettledPoint {
    let point: Double
    /// The spread at the end divided by the greatest spread before.
    let remaining: Double
    /// The contraction per sample (negative) while it lasted; nil when there was none to measure.
    let rate: LyapunovEstimate?

    private static let blocks = 8

    /// Nil when the series goes on moving. O(n log n).
    init?(_ centred: CentredSeries) {
        if centred.isConstant {
            (point, remaining, rate) = (centred.mean, 0, nil)
            return
        }
        let series = centred.values
        let moments = Moments(series)
        let size = series.count / Self.blocks
        guard size >= 8 else { return nil }
        let offset = series.count - Self.blocks * size
        let parts = (0..<Self.blocks).map { block in
            Array(series[(offset + block * size)..<(offset + (block + 1) * size)])
        }
        let spreads = parts.map { Moments($0).standardDeviation }
        let typical = parts.map(Self.medianDeviation)
        let means = parts.map { Moments($0).mean }
        guard let most = spreads.max(), most > 0, let end = spreads.last else { return nil }
        let moved = (means[Self.blocks - 1] - means[Self.blocks - 2]).magnitude
        let rests =
            end <= 0.02 * most && typical[Self.blocks - 1] <= 0.3 * typical[0]
            && moved <= 0.02 * moments.range
        // What arrives within the first block leaves no typical distance to compare with.
        let isStill =
            spreads.suffix(Self.blocks / 2).allSatisfy { $0 <= 1e-6 * most }
            && moved <= 1e-6 * moments.range
        let shrinks =
            end <= 0.3 * spreads[0]
            && zip(spreads, spreads.dropFirst()).allSatisfy { $1 < 0.95 * $0 }
        guard rests || isStill || (shrinks && Self.approaches(means, centred)) else { return nil }
        let place = rests || isStill ? means[Self.blocks - 1] : Self.limit(means)
        point = centred.mean + place
        remaining = end / most
        let floor = max(end, 1e-11 * moments.range, 16 * centred.grain)
        rate = Self.contraction(series, place, floor: floor)
    }

    /// Whether what never turns back loses the same share of its way in equal times, as on the way
    /// to a point. A root or a logarithm slows down, too, but arrives nowhere.
    private static func approaches(_ means: [Double], _ centred: CentredSeries) -> Bool {
        guard centred.isMonotone else { return true }
        let steps = zip(means.dropFirst(), means).map { ($0 - $1).magnitude }
        let ratios = zip(steps.dropFirst(), steps).map { $1 > 0 ? $0 / $1 : 0 }
        let early = ratios.prefix(3).reduce(0, +) / 3
        let late = ratios.suffix(3).reduce(0, +) / 3
        return late < 0.97 && late <= 1.02 * early
    }

    /// The median distance from the median.
    private static func medianDeviation(_ values: [Double]) -> Double {
        let middle = values.sorted()[values.count / 2]
        return values.map { ($0 - middle).magnitude }.sorted()[values.count / 2]
    }

    /// Aitken's extrapolation of the last three block means.
    private static func limit(_ means: [Double]) -> Double {
        let (a, b, c) = (means[blocks - 3], means[blocks - 2], means[blocks - 1])
        let bend = (c - b) - (b - a)
        guard bend.magnitude > 1e-9 * (c - b).magnitude else { return c }
        let shift = (c - b) * (c - b) / bend
        return shift.magnitude < 4 * (c - a).magnitude ? c - shift : c
    }

    /// The slope of the logarithm of the distance's maxima over short stretches, until it reaches
    /// the level of the rest.
    private static func contraction(
        _ series: [Double], _ point: Double, floor: Double
    ) -> LyapunovEstimate? {
        let distances = series.map { ($0 - point).magnitude }
        let end = distances.firstIndex { $0 <= 0 } ?? distances.count
        let lastAbove = distances.lastIndex { $0 > 4 * floor } ?? 0
        let length = min(end, lastAbove + 1)
        let stretch = max(1, length / 24)
        guard length >= 12 else { return nil }
        var peaks: [(time: Double, height: Double)] = []
        for start in stride(from: 0, to: length - stretch + 1, by: stretch) {
            var (time, height): (Int, Double) = (start, 0)
            for place in start..<(start + stretch) where distances[place] > height {
                (time, height) = (place, distances[place])
            }
            if height > 0 { peaks.append((Double(time), Mathematics.log(height))) }
        }
        return line(peaks)
    }

    private static func line(_ points: [(time: Double, height: Double)]) -> LyapunovEstimate? {
        guard points.count >= 6 else { return nil }
        let count = Double(points.count)
        let time = points.reduce(0) { $0 + $1.time } / count
        let height = points.reduce(0) { $0 + $1.height } / count
        var (tt, th) = (0.0, 0.0)
        for point in points {
            tt += (point.time - time) * (point.time - time)
            th += (point.time - time) * (point.height - height)
        }
        guard tt > 0 else { return nil }
        let slope = th / tt
        let misses = points.reduce(0.0) { sum, point in
            let miss = point.height - height - slope * (point.time - time)
            return sum + miss * miss
        }
        let margin = 2.1 * (misses / (count - 2) / tt).squareRoot()
        guard slope < 0 else { return nil }
        return LyapunovEstimate(perSample: slope, low: slope - margin, high: slope + margin)
    }
}
