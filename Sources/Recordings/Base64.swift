/// Base64 with the standard alphabet and padding (RFC 4648 section 4), read strictly.
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each character; 0xFF for one outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Appends the text of `bytes` to `output`.
    package static func encode(_ bytes: [UInt8], into output: inout [UInt8]) {
        let alphabet = alphabet
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var group = UInt32(bytes[index]) << 16
            if count > 1 { group |= UInt32(bytes[index + 1]) << 8 }
            if count > 2 { group |= UInt32(bytes[index + 2]) }
            for position in 0..<4 {
                let value = alphabet[Int(group >> UInt32(18 - 6 * position) & 63)]
                output.append(position <= count ? value : UInt8(ascii: "="))
            }
            index += 3
        }
    }

    /// The bytes, or the offset of the first character that does not fit.
    ///
    /// Padding is required and the unused bits must be zero, so that every value has one spelling
    /// and writing a read line gives the same bytes.
    static func decode(_ text: Span<UInt8>) -> Result<[UInt8], InvalidBase64> {
        guard text.count.isMultiple(of: 4) else { return .failure(.init(offset: text.count)) }
        let values = values
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var index = 0
        while index < text.count {
            let padding = index + 4 == text.count ? padding(text) : 0
            var group: UInt32 = 0
            for position in 0..<(4 - padding) {
                let value = values[Int(text[index + position])]
                guard value != 0xFF else { return .failure(.init(offset: index + position)) }
                group |= UInt32(value) << UInt32(18 - 6 * position)
            }
            let unused: UInt32 = padding == 0 ? 0 : padding == 1 ? 0xFF : 0xFFFF
            guard group & unused == 0 else {
                return .failure(.init(offset: index + 3 - padding))
            }
            for position in 0..<(3 - padding) {
                result.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * position)))
            }
            index += 4
        }
        return .success(result)
    }

    private static func padding(_ text: Span<UInt8>) -> Int {
        let equals = UInt8(ascii: "=")
        guard text[text.count - 1] == equals else { return 0 }
        return text[text.count - 2] == equals ? 2 : 1
    }
}

/// The place, in characters from 0, where base64 text stops being base64.
struct InvalidBase64: Error {
    var offset: Int
}
