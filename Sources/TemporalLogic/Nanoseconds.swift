/// Rounding of times to whole nanoseconds without a C library, the same on every platform.
enum Nanoseconds {
    /// Times beyond this (73 years) count as this, so that differences never overflow.
    static let largest: Int64 = 1 << 61

    /// The nearest whole number, halves away from zero; not a number counts as zero.
    static func nearest(_ value: Double) -> Int64 {
        guard value == value else { return 0 }
        if value >= Double(largest) { return largest }
        if value <= -Double(largest) { return -largest }
        let whole = Int64(value)
        let rest = value - Double(whole)
        return rest >= 0.5 ? whole + 1 : rest <= -0.5 ? whole - 1 : whole
    }
}
