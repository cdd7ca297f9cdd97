/// A small seeded generator (SplitMix64, Steele, Lea and Flood, OOPSLA 2014) for shuffles.
struct SplitMix: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }

    /// A number in `0 ..< bound`, by multiplication (Lemire 2019); its bias is below 2⁻³².
    mutating func below(_ bound: UInt32) -> UInt32 {
        UInt32(truncatingIfNeeded: ((next() &>> 32) &* UInt64(bound)) &>> 32)
    }

    /// Puts the elements in random order (Durstenfeld, CACM 1964).
    mutating func shuffle<Element>(_ elements: inout [Element]) {
        for place in elements.indices.dropLast() {
            elements.swapAt(place, place + Int(below(UInt32(elements.count - place))))
        }
    }
}
