/// Brings a series whose squares would overflow or vanish into the range of ordinary numbers.
enum Magnitude {
    /// A power of two that makes the greatest magnitude about 1, or 1 when that is not needed.
    static func scale(_ series: [Double]) -> Double {
        var greatest = 0.0
        for value in series { greatest = max(greatest, value.magnitude) }
        guard greatest > 0, greatest > 0x1p300 || greatest < 0x1p-300 else { return 1 }
        return Double(
            sign: .plus, exponent: max(-1022, min(1022, -greatest.exponent)), significand: 1)
    }
}
