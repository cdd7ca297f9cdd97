/// The discrete Fourier transform of one length whose prime factors are 2, 3 and 5.
///
/// Stockham's self-sorting form with radices 4, 2, 3 and 5 (Van Loan, Computational Frameworks for
/// the Fast Fourier Transform, 1992): O(n log n), no bit reversal, twiddle factors made once.
package struct FourierTransform {
    let count: Int
    private let radices: [Int]
    private let cosines: [Double]
    private let sines: [Double]
    private var scratchReal: [Double]
    private var scratchImaginary: [Double]

    /// The largest length up to `limit` that can be transformed; 0 when `limit` is.
    package static func length(atMost limit: Int) -> Int {
        var length = max(limit, 0)
        while length > 1 {
            var rest = length
            for factor in [2, 3, 5] { while rest % factor == 0 { rest /= factor } }
            if rest == 1 { return length }
            length -= 1
        }
        return length
    }

    init(count: Int) {
        precondition(count >= 1 && Self.length(atMost: count) == count, "factors 2, 3 and 5 only")
        self.count = count
        var rest = count
        var radices: [Int] = []
        for radix in [4, 2, 3, 5] {
            while rest % radix == 0 {
                radices.append(radix)
                rest /= radix
            }
        }
        self.radices = radices
        var cosines = [Double](repeating: 0, count: count)
        var sines = cosines
        for step in 0..<count {
            let turn = Mathematics.sineCosine(-2 * Mathematics.pi * Double(step) / Double(count))
            (cosines[step], sines[step]) = (turn.cosine, turn.sine)
        }
        (self.cosines, self.sines) = (cosines, sines)
        scratchReal = [Double](repeating: 0, count: count)
        scratchImaginary = scratchReal
    }

    /// Replaces the complex values by their transform, unnormalised, kernel exp(-2 pi i j k / n).
    mutating func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
        precondition(real.count == count && imaginary.count == count, "the length is fixed")
        var (length, stride) = (count, 1)
        for radix in radices {
            switch radix {
            case 4: radix4(real, imaginary, length, stride)
            case 2: radix2(real, imaginary, length, stride)
            default: general(real, imaginary, radix, length, stride)
            }
            swap(&real, &scratchReal)
            swap(&imaginary, &scratchImaginary)
            length /= radix
            stride *= radix
        }
    }

    /// Undoes `forward` but for a factor of `count`.
    mutating func backward(_ real: inout [Double], _ imaginary: inout [Double]) {
        forward(&imaginary, &real)
    }

    private mutating func radix2(
        _ real: [Double], _ imaginary: [Double], _ length: Int, _ stride: Int
    ) {
        let half = length / 2
        for k in 0..<half {
            let (wr, wi) = (cosines[k * stride], sines[k * stride])
            for q in 0..<stride {
                let (a, b) = (q + stride * k, q + stride * (k + half))
                let out = q + stride * 2 * k
                let (dr, di) = (real[a] - real[b], imaginary[a] - imaginary[b])
                scratchReal[out] = real[a] + real[b]
                scratchImaginary[out] = imaginary[a] + imaginary[b]
                scratchReal[out + stride] = dr * wr - di * wi
                scratchImaginary[out + stride] = dr * wi + di * wr
            }
        }
    }

    private mutating func radix4(
        _ real: [Double], _ imaginary: [Double], _ length: Int, _ stride: Int
    ) {
        let quarter = length / 4
        for k in 0..<quarter {
            let (w1r, w1i) = (cosines[k * stride], sines[k * stride])
            let (w2r, w2i) = (cosines[2 * k * stride], sines[2 * k * stride])
            let (w3r, w3i) = (cosines[3 * k * stride], sines[3 * k * stride])
            for q in 0..<stride {
                let a = q + stride * k
                let (b, c, d) = (
                    a + stride * quarter, a + 2 * stride * quarter, a + 3 * stride * quarter
                )
                let (acr, aci) = (real[a] + real[c], imaginary[a] + imaginary[c])
                let (amr, ami) = (real[a] - real[c], imaginary[a] - imaginary[c])
                let (bdr, bdi) = (real[b] + real[d], imaginary[b] + imaginary[d])
                let (bmr, bmi) = (real[b] - real[d], imaginary[b] - imaginary[d])
                let out = q + stride * 4 * k
                scratchReal[out] = acr + bdr
                scratchImaginary[out] = aci + bdi
                let (y1r, y1i) = (amr + bmi, ami - bmr)
                scratchReal[out + stride] = y1r * w1r - y1i * w1i
                scratchImaginary[out + stride] = y1r * w1i + y1i * w1r
                let (y2r, y2i) = (acr - bdr, aci - bdi)
                scratchReal[out + 2 * stride] = y2r * w2r - y2i * w2i
                scratchImaginary[out + 2 * stride] = y2r * w2i + y2i * w2r
                let (y3r, y3i) = (amr - bmi, ami + bmr)
                scratchReal[out + 3 * stride] = y3r * w3r - y3i * w3i
                scratchImaginary[out + 3 * stride] = y3r * w3i + y3i * w3r
            }
        }
    }

    private mutating func general(
        _ real: [Double], _ imaginary: [Double], _ radix: Int, _ length: Int, _ stride: Int
    ) {
        let part = length / radix
        let root = count / radix
        for k in 0..<part {
            for q in 0..<stride {
                for r in 0..<radix {
                    var (sumReal, sumImaginary) = (0.0, 0.0)
                    for j in 0..<radix {
                        let source = q + stride * (k + part * j)
                        let turn = (j * r % radix) * root
                        sumReal += real[source] * cosines[turn] - imaginary[source] * sines[turn]
                        sumImaginary +=
                            real[source] * sines[turn] + imaginary[source] * cosines[turn]
                    }
                    let twiddle = r * k * stride
                    let out = q + stride * (radix * k + r)
                    scratchReal[out] = sumReal * cosines[twiddle] - sumImaginary * sines[twiddle]
                    scratchImaginary[out] =
                        sumReal * sines[twiddle] + sumImaginary * cosines[twiddle]
                }
            }
        }
    }
}
