/// Series with the values and the spectrum of another one but without its nonlinear structure.
///
/// Iterated amplitude adjusted Fourier transform (Schreiber and Schmitz, Physical Review Letters
/// 77, 1996). Two surrogates share each complex transform. They keep the values exactly and the
/// spectrum nearly. Seeded: the same series and seed give the same surrogates.
package struct SurrogateSeries {
    private let sorted: [Double]
    private let amplitudes: [Double]
    private var transform: FourierTransform
    private var random: RandomSource
    private var ranks: RankOrder

    /// The series' length must be one the transform knows.
    package init(of series: [Double], seed: UInt64) {
        transform = FourierTransform(count: series.count)
        random = RandomSource(seed: seed)
        ranks = RankOrder(count: series.count)
        let order = ranks.order(of: series)
        sorted = order.map { series[Int($0)] }
        var real = series
        var imaginary = [Double](repeating: 0, count: series.count)
        transform.forward(&real, &imaginary)
        amplitudes = zip(real, imaginary).map { ($0 * $0 + $1 * $1).squareRoot() }
    }

    /// Two more surrogates, O(rounds · n log n).
    package mutating func nextPair(rounds: Int) -> (first: [Double], second: [Double]) {
        var first = shuffled()
        var second = shuffled()
        for _ in 0..<rounds {
            transform.forward(&first, &second)
            adjustSpectrum(&first, &second)
            transform.backward(&first, &second)
            adjustValues(&first)
            adjustValues(&second)
        }
        return (first, second)
    }

    private mutating func shuffled() -> [Double] {
        var values = sorted
        for last in stride(from: values.count - 1, to: 0, by: -1) {
            values.swapAt(last, random.index(below: last + 1))
        }
        return values
    }

    /// Gives both series' spectra, which lie in one complex spectrum, the wanted amplitudes.
    private func adjustSpectrum(_ real: inout [Double], _ imaginary: inout [Double]) {
        let count = real.count
        for low in 0...(count / 2) {
            let high = low == 0 ? 0 : count - low
            // The transform of a + ib splits into that of a (even part) and of b (odd part).
            let (ar, ai) = (real[low] + real[high], imaginary[low] - imaginary[high])
            let (br, bi) = (imaginary[low] + imaginary[high], real[high] - real[low])
            let sizeA = (ar * ar + ai * ai).squareRoot()
            let sizeB = (br * br + bi * bi).squareRoot()
            let scaleA = sizeA > 0 ? amplitudes[low] / sizeA : 0
            let scaleB = sizeB > 0 ? amplitudes[low] / sizeB : 0
            let (xr, xi) = (ar * scaleA, ai * scaleA)
            let (yr, yi) = (br * scaleB, bi * scaleB)
            (real[low], imaginary[low]) = (xr - yi, xi + yr)
            (real[high], imaginary[high]) = (xr + yi, yr - xi)
        }
    }

    private mutating func adjustValues(_ values: inout [Double]) {
        let order = ranks.order(of: values)
        for (rank, place) in order.enumerated() { values[Int(place)] = sorted[rank] }
    }
}

/// Sorts by single-precision value with a least-significant-digit radix sort, O(n).
///
/// Single precision is enough: values that it cannot tell apart keep their order in time.
struct RankOrder {
    private var keys: [UInt64]
    private var spare: [UInt64]
    private var counts = [Int](repeating: 0, count: 2048)

    init(count: Int) {
        keys = [UInt64](repeating: 0, count: count)
        spare = keys
    }

    /// The places of the values in ascending order of value.
    mutating func order(of values: [Double]) -> [Int32] {
        for place in 0..<values.count {
            let bits = Float(values[place]).bitPattern
            let ascending = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
            keys[place] = UInt64(ascending) << 32 | UInt64(place)
        }
        for shift in [32, 43, 54] as [UInt64] { pass(shift) }
        return keys.map { Int32(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }
    }

    private mutating func pass(_ shift: UInt64) {
        for digit in counts.indices { counts[digit] = 0 }
        for key in keys { counts[Int(key >> shift & 2047)] += 1 }
        var total = 0
        for digit in counts.indices {
            let here = counts[digit]
            counts[digit] = total
            total += here
        }
        for key in keys {
            let digit = Int(key >> shift & 2047)
            spare[counts[digit]] = key
            counts[digit] += 1
        }
        swap(&keys, &spare)
    }
}
