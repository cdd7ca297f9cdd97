/// The system's entropy, as far as GnuTLS takes it from here: the same in every run.
@_cdecl("getrandom")
func getrandom(_ target: UnsafeMutableRawPointer, _ count: Int, _ flags: UInt32) -> Int {
    for index in 0..<count {
        Entropy.state = Entropy.state &* 6_364_136_223_846_793_005 &+ 1
        unsafe target.storeBytes(
            of: UInt8(truncatingIfNeeded: Entropy.state >> 56), toByteOffset: index, as: UInt8.self)
    }
    return count
}

private enum Entropy { nonisolated(unsafe) static var state: UInt64 = 1 }
