/// A small deterministic generator (SplitMix64, Steele, Lea and Flood, OOPSLA 2014).
///
/// The module imports nothing, so it has its own; surrogates and samples are the same in every run.
struct RandomSource {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }

    /// A number in 0 ..< 1 with 53 random bits.
    mutating func unit() -> Double { Double(next() &>> 11) * 0x1p-53 }

    /// A whole number in 0 ..< bound.
    mutating func index(below bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
