/// An unsigned integer that is a lane of a register; what depends on its width is the sum.
protocol BatchLane: FixedWidthInteger & UnsignedInteger & Sendable {
    /// The sums of the lanes, wrapping.
    static func sum(_ a: SIMD2<UInt64>, _ b: SIMD2<UInt64>) -> SIMD2<UInt64>
}

extension UInt8: BatchLane {
    @inline(__always)
    static func sum(_ a: SIMD2<UInt64>, _ b: SIMD2<UInt64>) -> SIMD2<UInt64> {
        unsafe unsafeBitCast(
            unsafeBitCast(a, to: SIMD16<UInt8>.self) &+ unsafeBitCast(b, to: SIMD16<UInt8>.self),
            to: SIMD2<UInt64>.self)
    }
}

extension UInt16: BatchLane {
    @inline(__always)
    static func sum(_ a: SIMD2<UInt64>, _ b: SIMD2<UInt64>) -> SIMD2<UInt64> {
        unsafe unsafeBitCast(
            unsafeBitCast(a, to: SIMD8<UInt16>.self) &+ unsafeBitCast(b, to: SIMD8<UInt16>.self),
            to: SIMD2<UInt64>.self)
    }
}

extension UInt32: BatchLane {
    @inline(__always)
    static func sum(_ a: SIMD2<UInt64>, _ b: SIMD2<UInt64>) -> SIMD2<UInt64> {
        unsafe unsafeBitCast(
            unsafeBitCast(a, to: SIMD4<UInt32>.self) &+ unsafeBitCast(b, to: SIMD4<UInt32>.self),
            to: SIMD2<UInt64>.self)
    }
}

extension UInt64: BatchLane {
    @inline(__always)
    static func sum(_ a: SIMD2<UInt64>, _ b: SIMD2<UInt64>) -> SIMD2<UInt64> { a &+ b }
}

extension BatchLane {
    /// The one bits of each lane of both, in its lowest byte.
    @inline(__always)
    static func ones(
        _ a: SIMD2<UInt64>, _ b: SIMD2<UInt64> = .zero
    ) -> SIMD2<UInt64> {
        let nibble = SIMD2<UInt64>(repeating: 0x0F0F_0F0F_0F0F_0F0F)
        let both = nibbles(a) &+ nibbles(b)
        var counts = (both & nibble) &+ ((both &>> 4) & nibble)
        if bitWidth > 8 { counts = counts &+ (counts &>> 8) }
        if bitWidth > 16 { counts = counts &+ (counts &>> 16) }
        if bitWidth > 32 { counts = counts &+ (counts &>> 32) }
        return counts
    }

    /// The one bits of each four.
    @inline(__always)
    private static func nibbles(_ word: SIMD2<UInt64>) -> SIMD2<UInt64> {
        let pairs = word &- ((word &>> 1) & SIMD2(repeating: 0x5555_5555_5555_5555))
        let pair = SIMD2<UInt64>(repeating: 0x3333_3333_3333_3333)
        return (pairs & pair) &+ ((pairs &>> 2) & pair)
    }
}
