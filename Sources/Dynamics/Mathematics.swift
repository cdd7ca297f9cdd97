/// The elementary functions the algorithms need, written in Swift.
///
/// A native build and a WebAssembly build without a C library give the same bits. The algorithms
/// and constants are those of FDLIBM (Sun Microsystems, 1993); errors stay below one unit in the
/// last place in the ranges that are used.
enum Mathematics {
    static let pi = 3.14159265358979323846
    private static let ln2High = 6.93147180369123816490e-01
    private static let ln2Low = 1.90821492927058770002e-10

    /// The natural logarithm; -infinity at 0 and NaN below.
    static func log(_ x: Double) -> Double {
        guard x > 0 else { return x == 0 ? -.infinity : .nan }
        guard x < .infinity else { return x }
        var bits = x.bitPattern
        var k = 0
        if x < 0x1p-1022 {
            bits = (x * 0x1p54).bitPattern
            k = -54
        }
        // Brings the significand into sqrt(2)/2 ..< sqrt(2).
        let shifted = bits &+ (0x3FF0_0000_0000_0000 &- 0x3FE6_A09E_0000_0000)
        k += Int(shifted &>> 52) - 1023
        let significand = Double(
            bitPattern: (shifted & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_0000_0000)
        let f = significand - 1
        let s = f / (2 + f)
        let z = s * s
        let w = z * z
        let even =
            w
            * (3.999999999940941908e-01 + w
                * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
        let odd =
            z
            * (6.666666666666735130e-01
                + w
                * (2.857142874366239149e-01
                    + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
        let half = 0.5 * f * f
        let exponent = Double(k)
        return exponent * ln2High - ((half - (s * (half + even + odd) + exponent * ln2Low)) - f)
    }

    /// The exponential function; 0 below -745 and infinity above 709.78.
    static func exp(_ x: Double) -> Double {
        guard x < 709.782712893384 else { return x.isNaN ? x : .infinity }
        guard x > -745.13321910194122 else { return 0 }
        let k = (x * 1.44269504088896338700).rounded()
        let high = x - k * ln2High
        let low = k * ln2Low
        let r = high - low
        let t = r * r
        let c =
            r - t
            * (1.66666666666666019037e-01
                + t
                * (-2.77777777770155933842e-03
                    + t
                    * (6.61375632143793436117e-05
                        + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))))
        let y = 1 - ((low - (r * c) / (2 - c)) - high)
        return scaled(y, by: Int(k))
    }

    /// Sine and cosine of an angle in radians; accurate for magnitudes below a million.
    static func sineCosine(_ x: Double) -> (sine: Double, cosine: Double) {
        let quarter = (x * 6.36619772367581382433e-01).rounded()
        let r =
            ((x - quarter * 1.57079632673412561417e+00) - quarter * 6.07710050630396597660e-11)
            - quarter * 2.02226624879595063154e-21
        let (s, c) = (kernelSine(r), kernelCosine(r))
        switch Int(quarter) & 3 {
        case 0: return (s, c)
        case 1: return (c, -s)
        case 2: return (-s, -c)
        default: return (-c, s)
        }
    }

    /// The chance that a standard normal variable is below `z` (Abramowitz and Stegun 26.2.17,
    /// error below 1e-7).
    static func normalBelow(_ z: Double) -> Double {
        let t = 1 / (1 + 0.2316419 * z.magnitude)
        let polynomial =
            t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
        let tail = exp(-z * z / 2) / 2.506628274631000502 * polynomial
        return z < 0 ? tail : 1 - tail
    }

    private static func scaled(_ y: Double, by k: Int) -> Double {
        if k >= -1021 && k <= 1023 { return y * Double(bitPattern: UInt64(k + 1023) << 52) }
        if k > 1023 { return y * 0x1p1023 * Double(bitPattern: UInt64(k - 1023 + 1023) << 52) }
        return y * Double(bitPattern: UInt64(k + 200 + 1023) << 52) * 0x1p-200
    }

    private static func kernelSine(_ x: Double) -> Double {
        let z = x * x
        return x + x * z
            * (-1.66666666666666324348e-01
                + z
                * (8.33333333332248946124e-03
                    + z
                    * (-1.98412698298579493134e-04
                        + z
                        * (2.75573137070700676789e-06
                            + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))))
    }

    private static func kernelCosine(_ x: Double) -> Double {
        let z = x * x
        let tail =
            z * z
            * (4.16666666666666019037e-02
                + z
                * (-1.38888888888741095749e-03
                    + z
                    * (2.48015872894767294178e-05
                        + z
                        * (-2.75573143513906633035e-07
                            + z * (2.08757232129817482790e-09 - z * 1.13596475577881948265e-11)))))
        let half = 0.5 * z
        let w = 1 - half
        return w + (((1 - w) - half) + tail)
    }
}
