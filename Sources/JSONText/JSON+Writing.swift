package extension JSON {
    /// The compact text: no whitespace, members in order, only what must be escaped is.
    var bytes: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    /// Appends the compact text to `output`.
    func write(to output: inout [UInt8]) {
        write(to: &output, indent: nil, level: 0)
    }

    /// The text over several lines, `indent` spaces a level; empty containers stay on one line.
    func pretty(indent: Int = 2) -> String {
        var output: [UInt8] = []
        write(to: &output, indent: max(0, indent), level: 0)
        return String(decoding: output, as: UTF8.self)
    }

    /// Appends `text` as a string literal with quotes and escapes.
    static func write(string text: String, to output: inout [UInt8]) {
        var text = text
        text.makeContiguousUTF8()
        write(string: text.utf8.span, to: &output)
    }

    /// Appends UTF-8 text as a string literal; runs without escapes are copied as a whole.
    static func write(string text: Span<UInt8>, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var start = 0
        while start < text.count {
            let end = JSONGrammar.plainEnd(text, from: start)
            unsafe text.extracting(start..<end).withUnsafeBufferPointer {
                unsafe output.append(contentsOf: $0)
            }
            if end < text.count { escape(text[end], to: &output) }
            start = end + 1
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0x00..<0x20:
            output.append(contentsOf: (byte < 0x10 ? "u000" : "u001").utf8)
            output.append(contentsOf: String(byte & 0x0F, radix: 16).utf8)
        default: output.append(byte)
        }
    }

    private func write(to output: inout [UInt8], indent: Int?, level: Int) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let text): output.append(contentsOf: text.utf8)
        case .string(let text): JSON.write(string: text, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                JSON.breakLine(&output, indent, level + 1)
                element.write(to: &output, indent: indent, level: level + 1)
            }
            if !elements.isEmpty { JSON.breakLine(&output, indent, level) }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (position, member) in members.enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                JSON.breakLine(&output, indent, level + 1)
                JSON.write(string: member.key, to: &output)
                output.append(UInt8(ascii: ":"))
                if indent != nil { output.append(UInt8(ascii: " ")) }
                member.value.write(to: &output, indent: indent, level: level + 1)
            }
            if !members.isEmpty { JSON.breakLine(&output, indent, level) }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func breakLine(_ output: inout [UInt8], _ indent: Int?, _ level: Int) {
        guard let indent else { return }
        output.append(0x0A)
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indent * level))
    }
}
