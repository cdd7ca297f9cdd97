import Timeline

extension SeededRandom {
    /// A number in 0 ..< `count`.
    mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
