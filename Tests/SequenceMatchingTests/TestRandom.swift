/// The tests' seeded generator (SplitMix64).
struct TestRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func bytes(_ count: Int, alphabet: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(below(alphabet)) }
    }

    mutating func symbols(_ count: Int, alphabet: Int) -> [Int32] {
        (0..<count).map { _ in Int32(below(alphabet)) }
    }

    mutating func unit() -> Double { Double(next() &>> 11) * 0x1p-53 }

    mutating func walk(_ count: Int) -> [Double] {
        var level = 0.0
        return (0..<count).map { _ in
            level += unit() - 0.5
            return level
        }
    }

    mutating func noise(_ count: Int) -> [Double] { (0..<count).map { _ in unit() * 2 - 1 } }
}

/// Calls `body` with every sequence of `length` symbols `0 ..< alphabet`.
func forEachSequence(length: Int, alphabet: Int, _ body: ([UInt8]) -> Void) {
    var sequence = [UInt8](repeating: 0, count: length)
    while true {
        body(sequence)
        var place = 0
        while place < length, Int(sequence[place]) == alphabet - 1 {
            sequence[place] = 0
            place += 1
        }
        if place == length { return }
        sequence[place] += 1
    }
}
