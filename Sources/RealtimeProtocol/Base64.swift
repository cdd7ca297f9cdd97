/// Base64 with the standard alphabet (RFC 4648 section 4); padding may be missing when reading.
enum Base64 {
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

    static func encoded(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                result.append(alphabet[Int(pending >> bits & 63)])
            }
        }
        if bits > 0 { result.append(alphabet[Int(pending << (6 - bits) & 63)]) }
        while result.count % 4 != 0 { result.append(UInt8(ascii: "=")) }
        return result
    }

    /// How many bytes `text` stands for, without reading more than its end.
    static func byteCount(_ text: ArraySlice<UInt8>) -> Int {
        let characters = text.count - min(2, padding(text))
        return characters / 4 * 3 + max(0, characters % 4 - 1)
    }

    /// The bytes up to the first character that does not fit, and where that was.
    static func decoded(_ text: ArraySlice<UInt8>) -> (bytes: [UInt8], invalidAt: Int?) {
        let end = text.endIndex - min(2, padding(text))
        var result: [UInt8] = []
        result.reserveCapacity(text.count / 4 * 3)
        var pending: UInt32 = 0
        var bits: UInt32 = 0
        for index in text.startIndex..<end {
            let value = values[Int(text[index])]
            guard value != 0xFF else { return (result, index - text.startIndex) }
            pending = pending << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: pending >> bits))
            }
        }
        // Six bits left over are a character too few for a byte.
        return (result, bits == 6 ? end - 1 - text.startIndex : nil)
    }

    private static func padding(_ text: ArraySlice<UInt8>) -> Int {
        text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
    }
}
