/// Accepts JSON texts by the productions of RFC 8259 read literally: each returns the rest of the
/// input after every way to match, so it shares nothing with the reader under test.
struct GrammarTwin {
    static func accepts(_ text: some Sequence<UInt8>) -> Bool {
        let bytes = Array(text)
        return space(value(space([bytes[...]]))).contains { $0.isEmpty }
    }

    private typealias Rests = [ArraySlice<UInt8>]

    private static func space(_ inputs: Rests) -> Rests {
        inputs.map { $0.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D } }
    }

    private static func word(_ text: String, _ inputs: Rests) -> Rests {
        inputs.filter { $0.starts(with: text.utf8) }.map { $0.dropFirst(text.utf8.count) }
    }

    private static func token(_ text: String, _ inputs: Rests) -> Rests {
        space(word(text, space(inputs)))
    }

    private static func value(_ inputs: Rests) -> Rests {
        guard !inputs.isEmpty else { return [] }
        return ["true", "false", "null"].flatMap { word($0, inputs) } + number(inputs)
            + string(inputs) + array(inputs) + object(inputs)
    }

    private static func array(_ inputs: Rests) -> Rests {
        let opened = token("[", inputs)
        return word("]", opened) + list(opened, close: "]") { value($0) }
    }

    private static func object(_ inputs: Rests) -> Rests {
        let opened = token("{", inputs)
        return word("}", opened) + list(opened, close: "}") { value(token(":", string($0))) }
    }

    private static func list(
        _ inputs: Rests, close: String, _ element: (Rests) -> Rests
    ) -> Rests {
        var rests = element(inputs)
        var closed: Rests = []
        while !rests.isEmpty {
            closed += word(close, space(rests))
            rests = element(token(",", rests))
        }
        return closed
    }

    /// The longest match only: nothing that may follow a number begins like more of it.
    private static func number(_ inputs: Rests) -> Rests {
        inputs.compactMap { input in
            let text = String(decoding: input, as: UTF8.self)
            guard let match = text.prefixMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/)
            else { return nil }
            return input.dropFirst(text[match.range].utf8.count)
        }
    }

    private static func string(_ inputs: Rests) -> Rests {
        inputs.compactMap { input in
            guard input.first == 0x22 else { return nil }
            let text = String(decoding: input, as: UTF8.self).unicodeScalars
            var rest = text.dropFirst()
            while let scalar = rest.popFirst() {
                if scalar == "\"" {
                    return input.suffix(String(String.UnicodeScalarView(rest)).utf8.count)
                }
                if scalar.value < 0x20 { return nil }
                guard scalar == "\\" else { continue }
                guard let escape = rest.popFirst() else { return nil }
                if escape == "u" {
                    let digits = rest.prefix(4)
                    guard digits.count == 4,
                        digits.allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit })
                    else { return nil }
                    rest = rest.dropFirst(4)
                } else if !"\"\\/bfnrt".unicodeScalars.contains(escape) {
                    return nil
                }
            }
            return nil
        }
    }
}
