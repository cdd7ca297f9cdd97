/// Base64 with the standard alphabet (RFC 4648 section 4).
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each character; 0xFF for one outside the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }()

    /// The text for `bytes`, with padding.
    package static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        var result = [UInt8](
            repeating: UInt8(ascii: "="), count: (bytes.count + 2) / 3 * 4)
        var target = result.mutableSpan
        let source = bytes.span
        let alphabet = alphabet.span
        var at = 0
        var out = 0
        while at + 3 <= source.count {
            let word =
                UInt32(source[at]) << 16 | UInt32(source[at + 1]) << 8 | UInt32(source[at + 2])
            target[out] = alphabet[Int(word >> 18)]
            target[out + 1] = alphabet[Int(word >> 12 & 63)]
            target[out + 2] = alphabet[Int(word >> 6 & 63)]
            target[out + 3] = alphabet[Int(word & 63)]
            at += 3
            out += 4
        }
        if at < source.count {
            let second = at + 1 < source.count ? UInt32(source[at + 1]) : nil
            let word = UInt32(source[at]) << 16 | (second ?? 0) << 8
            target[out] = alphabet[Int(word >> 18)]
            target[out + 1] = alphabet[Int(word >> 12 & 63)]
            if second != nil { target[out + 2] = alphabet[Int(word >> 6 & 63)] }
        }
        return result
    }

    /// How many bytes `text` stands for, without reading more than its end.
    package static func byteCount(_ text: Span<UInt8>) -> Int {
        let characters = text.count - padding(text)
        return characters / 4 * 3 + max(0, characters % 4 - 1)
    }

    /// The bytes up to the first character that does not fit, and where that was; padding may be
    /// missing.
    package static func decoded(_ text: Span<UInt8>) -> (bytes: [UInt8], invalidAt: Int?) {
        let source = text.extracting(0..<(text.count - padding(text)))
        let values = values.span
        var result: [UInt8] = []
        result.reserveCapacity(source.count / 4 * 3 + 3)
        var at = 0
        while at + 4 <= source.count {
            let a = values[Int(source[at])]
            let b = values[Int(source[at + 1])]
            let c = values[Int(source[at + 2])]
            let d = values[Int(source[at + 3])]
            guard a | b | c | d < 64 else { break }
            result.append(a << 2 | b >> 4)
            result.append(b << 4 | c >> 2)
            result.append(c << 6 | d)
            at += 4
        }
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        while at < source.count {
            let value = values[Int(source[at])]
            guard value < 64 else { return (result, at) }
            pending = pending << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: pending >> bits))
            }
            at += 1
        }
        // Six bits left over are a character too few for a byte.
        return (result, bits == 6 ? at - 1 : nil)
    }

    /// The same, where padding is required and the unused bits must be zero, so that every value
    /// has one spelling and writing a read text gives the same characters.
    package static func decodedStrictly(
        _ text: Span<UInt8>
    ) -> (bytes: [UInt8], invalidAt: Int?) {
        guard text.count.isMultiple(of: 4) else { return ([], text.count) }
        let (bytes, invalidAt) = decoded(text)
        let padding = padding(text)
        guard invalidAt == nil, padding > 0 else { return (bytes, invalidAt) }
        let last = text.count - padding - 1
        let unused: UInt8 = padding == 1 ? 0b11 : 0b1111
        return (bytes, values[Int(text[last])] & unused == 0 ? nil : last)
    }

    private static func padding(_ text: Span<UInt8>) -> Int {
        let equals = UInt8(ascii: "=")
        guard text.count > 0, text[text.count - 1] == equals else { return 0 }
        return text.count > 1 && text[text.count - 2] == equals ? 2 : 1
    }
}
