/// QUIC's integers of one, two, four or eight bytes (RFC 9000, section 16).
enum VariableInteger {
    static let maximum: UInt64 = 1 << 62 - 1

    static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        precondition(value <= maximum, "62 bits are all there is")
        let length = value < 1 << 6 ? 0 : value < 1 << 14 ? 1 : value < 1 << 30 ? 2 : 3
        let count = 1 << length
        for index in 0..<count {
            var byte = UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - index)))
            if index == 0 { byte |= UInt8(length << 6) }
            bytes.append(byte)
        }
    }

    static func bytes(_ values: UInt64...) -> [UInt8] {
        var out: [UInt8] = []
        for value in values { append(value, to: &out) }
        return out
    }
}

/// Reads such integers from bytes that come in pieces.
struct IntegerDecoder: Sendable {
    private var value: UInt64 = 0
    private var left = 0

    /// Whether no integer has begun.
    var isEmpty: Bool { left == 0 }

    /// Takes an integer's bytes off the front; nil when its end has not come.
    mutating func take(_ input: inout ArraySlice<UInt8>) -> UInt64? {
        while let byte = input.popFirst() {
            if left == 0 {
                left = 1 << Int(byte >> 6)
                value = UInt64(byte & 0x3f)
            } else {
                value = value << 8 | UInt64(byte)
            }
            left -= 1
            if left == 0 { return value }
        }
        return nil
    }
}
