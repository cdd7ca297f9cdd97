/// The content of a JSON string literal whose grammar has been checked.
enum StringLiteral {
    /// The bytes it stands for; nil when a `\u` escape is half of a surrogate pair.
    ///
    /// Runs between escapes are short in a frame inside a frame, so bytes are moved one by one
    /// into memory of the right size.
    static func unescaped(_ content: Span<UInt8>) -> [UInt8]? {
        var isExact = true
        let count = content.count
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            var from = 0
            var to = 0
            while from < count {
                let byte = content[from]
                guard byte == UInt8(ascii: "\\") else {
                    unsafe buffer[to] = byte
                    to &+= 1
                    from &+= 1
                    continue
                }
                let escape = content[from + 1]
                from &+= 2
                if escape == UInt8(ascii: "u") {
                    guard let scalar = scalar(content, &from) else {
                        isExact = false
                        break
                    }
                    for unit in UTF8.encode(scalar)! {
                        unsafe buffer[to] = unit
                        to &+= 1
                    }
                } else {
                    unsafe buffer[to] = plain(escape)
                    to &+= 1
                }
            }
            written = to
        }
        return isExact ? bytes : nil
    }

    private static func plain(_ escape: UInt8) -> UInt8 {
        switch escape {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        default: escape
        }
    }

    /// Reads the digits after `\u`, and a second escape when both make a pair.
    private static func scalar(_ content: Span<UInt8>, _ from: inout Int) -> Unicode.Scalar? {
        let unit = codeUnit(content, from)
        from += 4
        guard unit & 0xFC00 == 0xD800 else { return Unicode.Scalar(unit) }
        guard from + 6 <= content.count, content[from] == UInt8(ascii: "\\"),
            content[from + 1] == UInt8(ascii: "u")
        else { return nil }
        let low = codeUnit(content, from + 2)
        guard low & 0xFC00 == 0xDC00 else { return nil }
        from += 6
        return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + (low & 0x3FF))
    }

    private static func codeUnit(_ content: Span<UInt8>, _ at: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in at..<(at + 4) {
            let byte = content[index]
            let digit = byte < 0x3A ? byte &- 0x30 : (byte | 0x20) &- 0x57
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
