/// Whether a series is a sum of sinusoids that go on, and how many of them are independent.
///
/// The lines are fitted to the first two thirds and must predict the last third: the lines of noise
/// or chaos fit what they have seen and miss what comes.
struct LineSpectrum {
    /// The mean square of the miss on the unseen third, divided by the variance.
    let unseenShare: Double
    /// The mean square of what the lines leave of the seen part, divided by its variance.
    let seenShare: Double
    /// The frequencies that are no multiples of a common one; the first is that of the strongest
    /// line, or the common one of all lines when the series is periodic.
    let frequencies: [Double]
    let isPeriodic: Bool
    /// Whether no further line stood out from what is left.
    let isExhausted: Bool
    private let unseenCount: Int

    init?(_ series: [Double], limit: Int = 14) {
        let seen = series.count * 2 / 3
        let variance = Moments(series).variance
        guard seen >= 64, variance > 0 else { return nil }
        var spectrum = SpectralLines(Array(series[..<seen]))
        for stage in [3, 6, limit] {
            spectrum.extend(to: stage)
            // The lines of noise and chaos fail at once on what comes; more would not help.
            let early = Self.miss(spectrum, series, seen) / variance
            if early > 0.9 || (early > 0.02 && early > 2.2 * spectrum.residualShare) { return nil }
            if spectrum.isExhausted { break }
        }
        guard !spectrum.lines.isEmpty else { return nil }
        let base = Self.commonFrequency(spectrum, seen)
        if let base, spectrum.residualShare > 1e-9 {
            spectrum.addHarmonics(of: base, limit: min(48, seen / 8))
        }
        isExhausted = spectrum.isExhausted
        unseenCount = series.count - seen
        unseenShare = Self.miss(spectrum, series, seen) / variance
        seenShare = spectrum.residualShare
        let independent = base.map { [$0] } ?? Self.independent(spectrum, seen)
        frequencies = independent
        isPeriodic = independent.count == 1
    }

    /// The mean square of what the lines miss from `start` on.
    private static func miss(
        _ spectrum: SpectralLines, _ series: [Double], _ start: Int
    ) -> Double {
        var sum = 0.0
        for place in start..<series.count {
            let apart = series[place] - spectrum.value(at: place)
            sum += apart * apart
        }
        return sum / Double(series.count - start)
    }

    /// Whether the lines predict: they miss the unseen part about as much as the seen one.
    var predicts: Bool {
        if unseenShare < 0.003 { return true }
        return max(seenShare, unseenShare) < 0.55 && unseenShare < 1.6 * seenShare
            && unseenShare > 0.5 * seenShare
    }

    /// How fast the lines' misses grow, as a bound of the exponent on both sides of zero.
    var growthBound: Double {
        let ratio = max(unseenShare, 1e-30) / max(seenShare, 1e-30)
        return (0.5 * Mathematics.log(max(ratio, 1)) + 1) / Double(unseenCount)
    }

    /// How far off a fitted frequency may be, in cycles per sample.
    private static func tolerance(
        _ line: SpectralLines.Line, _ spectrum: SpectralLines, _ count: Int, _ total: Double
    ) -> Double {
        let noise = spectrum.residualShare * total / max(line.power * Double(count), 1e-300)
        return (0.004 + 3 * noise.squareRoot()) / Double(count)
    }

    private static func significant(_ spectrum: SpectralLines) -> [SpectralLines.Line] {
        let total = spectrum.lines.reduce(0) { $0 + $1.power }
        return spectrum.lines.filter { $0.power > 1e-4 * total }
    }

    /// The greatest frequency of which all significant lines are multiples; nil when it would be
    /// so low that fewer than three periods were seen.
    private static func commonFrequency(_ spectrum: SpectralLines, _ count: Int) -> Double? {
        let lines = significant(spectrum)
        guard let strongest = lines.first, strongest.frequency > 0 else { return nil }
        let total = lines.reduce(0) { $0 + $1.power }
        let own = tolerance(strongest, spectrum, count, total)
        for divisor in 1...64 {
            let base = strongest.frequency / Double(divisor)
            guard base * Double(count) >= 3 else { return nil }
            let fits = lines.allSatisfy { line in
                let multiple = (line.frequency / base).rounded()
                let slack =
                    tolerance(line, spectrum, count, total) + own * multiple / Double(divisor)
                return multiple >= 1 && (line.frequency - multiple * base).magnitude <= slack
            }
            if fits { return base }
        }
        return nil
    }

    /// The strongest lines that are no small whole-number combinations of stronger ones.
    private static func independent(_ spectrum: SpectralLines, _ count: Int) -> [Double] {
        let resolution = 1 / Double(count)
        var base: [Double] = []
        for line in significant(spectrum) where base.count < 3 {
            guard line.frequency * Double(count) >= 1 else { continue }
            let slack = 0.25 * resolution
            if !isCombination(line.frequency, of: base, slack) { base.append(line.frequency) }
        }
        return base
    }

    private static func isCombination(
        _ frequency: Double, of base: [Double], _ slack: Double
    ) -> Bool {
        let most = 4
        func matches(_ sum: Double) -> Bool {
            let turns = sum - sum.rounded(.down)
            let folded = min(turns, 1 - turns)
            return (folded - frequency).magnitude <= slack
        }
        switch base.count {
        case 0: return false
        case 1:
            // A multiple beyond half the sampling rate folds back: then the sampling itself is a
            // second frequency, as in a map that turns by an irrational angle.
            return (1...16).contains { (Double($0) * base[0] - frequency).magnitude <= slack }
        default:
            for first in -most...most {
                for second in -most...most where first != 0 || second != 0 {
                    if matches(Double(first) * base[0] + Double(second) * base[1]) { return true }
                }
            }
            return false
        }
    }
}
