/// Finds which of a fixed list of names some bytes spell, without making a `String`.
///
/// Open addressing over a table at most a quarter full; a probe compares every byte, so the hash,
/// made of the length and the first and last eight bytes, only decides speed.
struct WireNameTable: Sendable {
    private var slots: [Slot]
    private var letters: [UInt8] = []

    private struct Slot {
        var start: Int32 = 0
        var length: Int32 = 0
        /// Position in the list; −1 marks an empty slot.
        var position: Int32 = -1
    }

    /// `names` must be distinct and not empty.
    init(_ names: [String]) {
        var size = 64
        while size < names.count * 4 { size *= 2 }
        slots = Array(repeating: Slot(), count: size)
        for (position, name) in names.enumerated() {
            let bytes = Array(name.utf8)
            precondition(self[bytes.span, 0..<bytes.count] == nil, "\(name) is listed twice")
            var slot = Self.hash(bytes.span, 0..<bytes.count) & (size - 1)
            while slots[slot].position >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Slot(
                start: Int32(letters.count), length: Int32(bytes.count),
                position: Int32(position))
            letters.append(contentsOf: bytes)
        }
    }

    /// The position in the list of the name that `bytes[range]` spells.
    @inline(__always)
    subscript(bytes: Span<UInt8>, range: Range<Int>) -> Int? {
        let length = range.count
        guard length > 0 else { return nil }
        var index = Self.hash(bytes, range) & (slots.count &- 1)
        while true {
            let slot = slots[index]
            guard slot.position >= 0 else { return nil }
            if slot.length == length,
                Self.equal(bytes, range.lowerBound, letters.span, Int(slot.start), length)
            {
                return Int(slot.position)
            }
            index = (index &+ 1) & (slots.count &- 1)
        }
    }

    @inline(__always)
    private static func equal(
        _ a: Span<UInt8>, _ aStart: Int, _ b: Span<UInt8>, _ bStart: Int, _ length: Int
    ) -> Bool {
        if length >= 8 {
            var offset = 0
            while offset &+ 8 <= length {
                if word(a, aStart &+ offset) != word(b, bStart &+ offset) { return false }
                offset &+= 8
            }
            return word(a, aStart &+ length &- 8) == word(b, bStart &+ length &- 8)
        }
        for offset in 0..<length where a[aStart &+ offset] != b[bStart &+ offset] { return false }
        return true
    }

    @inline(__always)
    private static func hash(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        let length = range.count
        var first: UInt64
        var last: UInt64
        if length >= 8 {
            first = word(bytes, range.lowerBound)
            last = word(bytes, range.upperBound &- 8)
        } else {
            first = UInt64(bytes[range.lowerBound]) &<< 8 | UInt64(bytes[range.upperBound &- 1])
            last = UInt64(bytes[range.lowerBound &+ length / 2])
        }
        first ^= last &<< 31 | last &>> 33
        let mixed = (first ^ UInt64(truncatingIfNeeded: length)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed &>> 40)
    }

    /// Eight bytes as a number; the caller has made sure that they exist.
    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, _ offset: Int) -> UInt64 {
        unsafe bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
    }
}
