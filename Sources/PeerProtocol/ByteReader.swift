/// Why reading stops.
enum ReadStop: Error {
    /// The bytes end here; more may follow.
    case more
    case invalid(StaticString)
}

/// Reads the protocol's elements from borrowed bytes, never beyond their end.
///
/// It must not outlive the call that lends the bytes.
@safe
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset: Int

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        unsafe self.bytes = bytes
        self.offset = offset
    }

    var rest: Int { unsafe bytes.count - offset }

    @inline(__always)
    mutating func byte() throws(ReadStop) -> UInt8 {
        guard unsafe offset < bytes.count else { throw .more }
        defer { offset += 1 }
        return unsafe bytes[offset]
    }

    /// A number of 64 bits, seven to a byte, the lowest first; the shortest form only (LEB128).
    @inline(__always)
    mutating func number() throws(ReadStop) -> UInt64 {
        let first = try byte()
        return first < 0x80 ? UInt64(first) : try longNumber(UInt64(first & 0x7f))
    }

    private mutating func longNumber(_ first: UInt64) throws(ReadStop) -> UInt64 {
        var (value, shift) = (first, UInt64(7))
        while true {
            let byte = try byte()
            if shift == 63, byte > 1 { throw .invalid("a number has more than 64 bits") }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 {
                if byte == 0 { throw .invalid("a number is longer than it needs to be") }
                return value
            }
            shift += 7
        }
    }

    /// A number with sign: 0, −1, 1, −2 … as 0, 1, 2, 3 … (zig-zag).
    @inline(__always)
    mutating func signedNumber() throws(ReadStop) -> Int64 { Int64(zigZag: try number()) }

    mutating func count(limit: Int, _ complaint: StaticString) throws(ReadStop) -> Int {
        let value = try number()
        guard value <= UInt64(limit) else { throw .invalid(complaint) }
        return Int(value)
    }

    @inline(__always)
    mutating func array(_ count: Int) throws(ReadStop) -> [UInt8] {
        guard count <= rest else { throw .more }
        defer { offset += count }
        return unsafe Array(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
    }

    mutating func text(_ count: Int) throws(ReadStop) -> String {
        guard count <= rest else { throw .more }
        let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
        guard let text = unsafe String(validating: part, as: UTF8.self) else {
            throw .invalid("a text is not UTF-8")
        }
        offset += count
        return text
    }

    mutating func array(limit: Int, _ complaint: StaticString) throws(ReadStop) -> [UInt8] {
        try array(try count(limit: limit, complaint))
    }

    mutating func text(limit: Int, _ complaint: StaticString) throws(ReadStop) -> String {
        try text(try count(limit: limit, complaint))
    }

    mutating func skip(_ count: Int) throws(ReadStop) {
        guard count <= rest else { throw .more }
        offset += count
    }

    /// A reader for the next `count` bytes only.
    mutating func part(_ count: Int) throws(ReadStop) -> ByteReader {
        guard count <= rest else { throw .more }
        defer { offset += count }
        return unsafe ByteReader(
            UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
    }
}

extension Int64 {
    @inline(__always)
    init(zigZag value: UInt64) { self = Int64(bitPattern: value >> 1) ^ -Int64(value & 1) }

    @inline(__always)
    var zigZag: UInt64 { UInt64(bitPattern: self << 1 ^ self >> 63) }
}

extension [UInt8] {
    @inline(__always)
    mutating func append(number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(counted bytes: [UInt8]) {
        append(number: UInt64(bytes.count))
        append(contentsOf: bytes)
    }

    mutating func append(counted text: String) {
        append(number: UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }
}
