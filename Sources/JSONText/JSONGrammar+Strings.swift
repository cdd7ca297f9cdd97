package extension JSONGrammar {
    /// Skips a string literal whose opening quote is at `index`.
    ///
    /// Escapes are checked, UTF-8 is not: whoever needs the text checks it when making a `String`.
    /// Long runs are scanned 32 bytes at a time with the zero-byte trick of Hacker's Delight,
    /// section 6-1, since audio arrives as base64 strings of many kilobytes.
    static func string(
        _ bytes: Span<UInt8>, _ index: inout Int
    ) throws(JSONError) -> StringToken {
        let start = index + 1
        var at = start
        var hasEscapes = false
        var high: UInt64 = 0
        while true {
            skipPlain(bytes, &at, &high)
            guard at < bytes.count else {
                throw JSONError(offset: index, message: "a string does not end")
            }
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try skipEscape(bytes, &at)
            } else {
                throw JSONError(offset: at, message: "a control character in a string")
            }
        }
        index = at + 1
        return StringToken(
            start: start, end: at, hasEscapes: hasEscapes, hasHighBytes: high != 0)
    }

    /// The next quote, backslash or control byte at or after `start`, or the end.
    static func plainEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var at = start
        var high: UInt64 = 0
        skipPlain(bytes, &at, &high)
        return at
    }

    /// Moves `at` to the next quote, backslash or control byte, or to the end.
    @inline(__always)
    private static func skipPlain(_ bytes: Span<UInt8>, _ at: inout Int, _ high: inout UInt64) {
        let raw = unsafe bytes.bytes
        while at &+ 32 <= bytes.count {
            let a = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: at, as: UInt64.self)
            let b = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: at &+ 8, as: UInt64.self)
            let c = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: at &+ 16, as: UInt64.self)
            let d = unsafe raw.unsafeLoadUnaligned(
                fromUncheckedByteOffset: at &+ 24, as: UInt64.self)
            if stops(a) | stops(b) | stops(c) | stops(d) != 0 { break }
            high |= (a | b | c | d) & 0x8080_8080_8080_8080
            at &+= 32
        }
        while at &+ 8 <= bytes.count {
            let word = UInt64(
                littleEndian: unsafe raw.unsafeLoadUnaligned(
                    fromUncheckedByteOffset: at, as: UInt64.self))
            let stop = stops(word)
            if stop != 0 {
                let bit = stop.trailingZeroBitCount & ~7
                high |= word & 0x8080_8080_8080_8080 & ((1 &<< UInt64(bit)) &- 1)
                at &+= bit &>> 3
                return
            }
            high |= word & 0x8080_8080_8080_8080
            at &+= 8
        }
        while at < bytes.count {
            let byte = bytes[at]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            high |= UInt64(byte & 0x80)
            at &+= 1
        }
    }

    /// The high bits of the bytes of `word` that end a plain run; the lowest one set is exact.
    @inline(__always)
    private static func stops(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        let hit =
            ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            | ((word &- (ones &* 0x20)) & ~word)
        return hit & 0x8080_8080_8080_8080
    }

    private static func skipEscape(_ bytes: Span<UInt8>, _ at: inout Int) throws(JSONError) {
        guard at + 1 < bytes.count else {
            throw JSONError(offset: at, message: "a string does not end")
        }
        switch bytes[at + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            at += 2
        case UInt8(ascii: "u"):
            guard codeUnit(bytes, at + 2, end: bytes.count) != nil else {
                throw JSONError(offset: at, message: "expected four hexadecimal digits after \\u")
            }
            at += 6
        default:
            throw JSONError(offset: at, message: "an unknown escape in a string")
        }
    }

    /// The four hexadecimal digits at `at` as a UTF-16 code unit.
    private static func codeUnit(_ bytes: Span<UInt8>, _ at: Int, end: Int) -> UInt32? {
        guard at + 4 <= end else { return nil }
        var value: UInt32 = 0
        for offset in 0..<4 {
            let byte = bytes[at + offset]
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
            default: return nil
            }
        }
        return value
    }

    /// The bytes a checked string literal stands for.
    ///
    /// A lone surrogate (`\ud800`) has no UTF-8; it becomes U+FFFD. Bytes that are not UTF-8 pass
    /// unchanged.
    static func unescaped(_ bytes: Span<UInt8>, _ token: StringToken) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(token.end - token.start)
        var at = token.start
        while at < token.end {
            let byte = bytes[at]
            guard byte == UInt8(ascii: "\\"), at + 1 < token.end else {
                result.append(byte)
                at += 1
                continue
            }
            at += 2
            switch bytes[at - 1] {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"):
                result.append(contentsOf: UTF8.encode(scalar(bytes, &at, end: token.end))!)
            case let other: result.append(other)
            }
        }
        return result
    }

    /// Reads the digits of `\u` at `at`, with those of a second escape when both make a pair.
    private static func scalar(_ bytes: Span<UInt8>, _ at: inout Int, end: Int) -> Unicode.Scalar {
        guard let unit = codeUnit(bytes, at, end: end) else { return "\u{FFFD}" }
        at += 4
        if unit & 0xFC00 == 0xD800, at + 6 <= end, bytes[at] == UInt8(ascii: "\\"),
            bytes[at + 1] == UInt8(ascii: "u"), let low = codeUnit(bytes, at + 2, end: end),
            low & 0xFC00 == 0xDC00
        {
            at += 6
            return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF)) ?? "\u{FFFD}"
        }
        return Unicode.Scalar(unit) ?? "\u{FFFD}"
    }

    /// The text of a checked string literal, and whether every byte of it was UTF-8.
    ///
    /// Where it was not, each ill-formed sequence has become U+FFFD.
    static func text(
        _ bytes: Span<UInt8>, _ token: StringToken
    ) -> (text: String, isWellFormed: Bool) {
        if token.hasEscapes {
            let plain = unescaped(bytes, token)
            if let text = String(validating: plain, as: UTF8.self) { return (text, true) }
            return (String(decoding: plain, as: UTF8.self), false)
        }
        let content = bytes.extracting(token.start..<token.end)
        return unsafe content.withUnsafeBufferPointer { buffer in
            if token.hasHighBytes, unsafe String(validating: buffer, as: UTF8.self) == nil {
                return (unsafe String(decoding: buffer, as: UTF8.self), false)
            }
            return (unsafe String(decoding: buffer, as: UTF8.self), true)
        }
    }
}
