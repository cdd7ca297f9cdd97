/// Quantiles of a stream of non-negative numbers with a relative error of at most 1 %.
///
/// DDSketch with logarithmic bins (Masson, Rim and Lee, VLDB 2019): bin k counts the values in
/// (γ^(k−1), γ^k] with γ = (1+α)/(1−α), α = 0.01, and answers with the point of the bin whose
/// relative distance to both ends is α. Values up to `smallest` (1e-6) count as 0, values beyond
/// `largest` (1e9) as `largest`, so at most 1,728 bins exist. Adding is O(1), asking O(bins).
/// The logarithm is computed here, without the C library, so that every platform picks the same
/// bin for the same bits.
package struct QuantileSketch: Equatable, Sendable {
    package static let relativeError = 0.01
    package static let smallest = 1e-6
    package static let largest = 1e9
    private static let gamma = (1 + relativeError) / (1 - relativeError)
    private static let inverseLogGamma = 1 / naturalLogarithm(gamma)
    private static let firstBin = rawBin(smallest)
    private static let lastBin = rawBin(largest)

    package private(set) var count = 0
    package private(set) var minimum = Double.infinity
    package private(set) var maximum = -Double.infinity
    package private(set) var sum = 0.0
    /// Values of at most `smallest`.
    private var zeros = 0
    /// Counts by bin in blocks of 64, made when first needed.
    private var blocks: [[UInt32]] = []

    package init() {}

    package var mean: Double? { count == 0 ? nil : sum / Double(count) }

    /// Counts a value; one that is negative counts as 0, one that is no number is ignored.
    package mutating func add(_ value: Double) {
        guard !value.isNaN else { return }
        let value = Swift.min(Swift.max(value, 0), Self.largest)
        count += 1
        sum += value
        minimum = Swift.min(minimum, value)
        maximum = Swift.max(maximum, value)
        guard value > Self.smallest else {
            zeros += 1
            return
        }
        let bin = Swift.min(Self.rawBin(value), Self.lastBin) - Self.firstBin
        if blocks.isEmpty {
            let blockCount = (Self.lastBin - Self.firstBin) / 64 + 1
            blocks = Array(repeating: [], count: blockCount)
        }
        if blocks[bin / 64].isEmpty { blocks[bin / 64] = Array(repeating: 0, count: 64) }
        if blocks[bin / 64][bin % 64] < .max { blocks[bin / 64][bin % 64] += 1 }
    }

    /// The value below which a share `q` (0...1) of the values lies; nil when there are none.
    ///
    /// The answer is for the value of rank ⌊q·(n−1)⌋ (from 0) and never leaves the observed range.
    package func quantile(_ q: Double) -> Double? {
        guard count > 0, q >= 0, q <= 1 else { return nil }
        let rank = Int((q * Double(count - 1)).rounded(.down))
        guard rank >= zeros else { return Swift.max(0, minimum) }
        var seen = zeros
        for (number, block) in blocks.enumerated() where !block.isEmpty {
            for (place, hits) in block.enumerated() where hits > 0 {
                seen += Int(hits)
                if seen > rank {
                    let bin = number * 64 + place + Self.firstBin
                    return Swift.min(Swift.max(Self.representative(bin), minimum), maximum)
                }
            }
        }
        return maximum
    }

    /// How many values lie between two bounds, to the resolution of a bin: bins whose point lies
    /// in `low ..< high`.
    package func count(from low: Double, below high: Double) -> Int {
        var total = low <= 0 && high > 0 ? zeros : 0
        for (number, block) in blocks.enumerated() where !block.isEmpty {
            for (place, hits) in block.enumerated() where hits > 0 {
                let point = Self.representative(number * 64 + place + Self.firstBin)
                if point >= low && point < high { total += Int(hits) }
            }
        }
        return total
    }

    private static func rawBin(_ value: Double) -> Int {
        Int((naturalLogarithm(value) * inverseLogGamma).rounded(.up))
    }

    /// 2γ^k/(γ+1), by repeated squaring.
    private static func representative(_ bin: Int) -> Double {
        var power = 1.0
        var base = bin < 0 ? 1 / gamma : gamma
        var exponent = bin.magnitude
        while exponent > 0 {
            if exponent & 1 == 1 { power *= base }
            base *= base
            exponent >>= 1
        }
        return power * 2 / (gamma + 1)
    }

    /// ln x for a positive finite x: exponent·ln 2 + 2·artanh((m−1)/(m+1)) with m in √½ ... √2;
    /// the series to the 15th power leaves an error below 1e-13.
    private static func naturalLogarithm(_ x: Double) -> Double {
        var mantissa = x.significand
        var exponent = Double(x.exponent)
        if mantissa > 1.4142135623730951 {
            mantissa /= 2
            exponent += 1
        }
        let z = (mantissa - 1) / (mantissa + 1)
        let z2 = z * z
        var sum = 1.0 / 15
        sum = sum * z2 + 1.0 / 13
        sum = sum * z2 + 1.0 / 11
        sum = sum * z2 + 1.0 / 9
        sum = sum * z2 + 1.0 / 7
        sum = sum * z2 + 1.0 / 5
        sum = sum * z2 + 1.0 / 3
        sum = sum * z2 + 1
        return exponent * 0.6931471805599453 + 2 * z * sum
    }
}
