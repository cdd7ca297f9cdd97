import JSONText
import Testing

@Suite struct `Reading JSON` {
    @Test func `an object keeps order, duplicates and the text of numbers`() throws {
        let json = try read(#"{"b":1.50,"a":[true,null,"\u00e9\n\ud83d\ude00"],"b":-0e+2}"#)
        #expect(json["b"] == .number("-0e+2"))
        #expect(json["a"]?.arrayValue == [true, nil, "é\n😀"])
        #expect(json.objectValue?.map(\.key) == ["b", "a", "b"])
    }

    @Test(arguments: [
        ("", 0), ("  ", 2), ("nul", 0), ("True", 0), ("01", 0), ("-", 1), ("1.", 2), ("1e", 2),
        ("+1", 0), (".5", 0), ("1 2", 2), ("[1,]", 3), ("[1", 2), ("[,]", 1), ("{\"a\"}", 4),
        ("{\"a\":1,}", 7), ("{a:1}", 1), ("{\"a\" 1}", 5), ("\"a", 0), ("\"\\x\"", 1),
        ("\"\\u12g4\"", 1), ("\"\\ud83\"", 1), ("\"a\nb\"", 2), ("\u{FEFF}1", 0), ("'a'", 0),
        ("//\n1", 0), ("NaN", 0), ("[1]]", 3), ("\"\\", 1), ("{\"a\":}", 5),
    ])
    func `what is not JSON is refused at its first wrong byte`(_ sample: (text: String, at: Int)) {
        #expect(throws: JSONError.self) { try read(sample.text) }
        do {
            _ = try read(sample.text)
        } catch {
            #expect((error as? JSONError)?.offset == sample.at, "\(sample.text): \(error)")
        }
    }

    @Test func `numbers are whole, wide or too large as RFC 8259 leaves open`() throws {
        let numbers = try read("[3.0, 3e0, -0, 2.5, 1e400, 9223372036854775807, 1e19, -1E+2]")
        let values = try #require(numbers.arrayValue)
        #expect(values.map(\.intValue) == [3, 3, 0, nil, nil, .max, nil, -100])
        #expect(values.map(\.doubleValue).prefix(5) == [3, 3, 0, 2.5, nil])
        #expect(JSON("3").intValue == nil && JSON.null.doubleValue == nil)
    }

    @Test(arguments: [
        (#""\ud800""#, "\u{FFFD}"), (#""\udc00\ud800""#, "\u{FFFD}\u{FFFD}"),
        (#""\ud800x""#, "\u{FFFD}x"), (#""\ud800\ud83d\ude00""#, "\u{FFFD}😀"),
        (#""\ud800\u0041""#, "\u{FFFD}A"), (#""\u0000""#, "\0"),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
    ])
    func `an escape means one scalar, a lone surrogate U+FFFD`(_ sample: (String, String)) throws {
        #expect(try read(sample.0) == .string(sample.1))
    }

    /// Overlong forms, surrogates, values past U+10FFFF, cut sequences (Unicode 16, table 3-7).
    @Test(
        arguments: [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
            [0xFF],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 are refused, or replaced when repairing`(_ bad: [UInt8]) throws {
        let bytes = Array("[\"ok\",\"a".utf8) + bad + Array("z\"]".utf8)
        #expect(throws: JSONError(offset: 7, message: "a string is not UTF-8")) {
            try JSON(parsing: bytes)
        }
        var repairs: Int?
        let json = try JSON(repairing: bytes.span, repairs: &repairs)
        #expect(repairs == 7)
        let text = try #require(json.arrayValue?.last?.stringValue)
        #expect(text.hasPrefix("a\u{FFFD}") && text.hasSuffix("z"))
        let escaped = Array(#"["\n"#.utf8) + bad + Array("\"]".utf8)
        #expect(throws: JSONError.self) { try JSON(parsing: escaped) }
    }

    @Test func `nesting is read to the limit and refused beyond it`() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            for (depth, fits) in [(1, true), (512, true), (513, false), (100_000, false)] {
                let inside = open == "[" ? "" : "1"
                let text =
                    String(repeating: open, count: depth) + inside
                    + String(repeating: close, count: depth)
                let json = try? read(text)
                #expect((json != nil) == fits)
                var index = 0
                let bytes = Array(text.utf8)
                let skipped: Void? = try? JSONGrammar.skipValue(bytes.span, &index)
                #expect((skipped != nil) == fits)
                if let json { #expect(json.bytes == bytes) }
            }
        }
    }

    /// Strings of every length around the blocks of the scanner, with every kind of stop.
    @Test func `a string ends where a byte-by-byte scan says`() throws {
        let stops: [UInt8] = [
            0x22, 0x5C, 0x1F, 0x00, 0x80, 0xFF, 0x7F, 0x20, 0x21, 0x23, 0x5B, 0x5D,
        ]
        for length in 0...70 {
            for position in 0...length {
                for stop in stops {
                    var content = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                    content.insert(stop, at: position)
                    for ending in ["\"", "\\n\"", "\"tail that is longer than a block of 32", ""] {
                        let bytes = [0x22] + content + Array(ending.utf8)
                        var index = 0
                        let token = try? JSONGrammar.string(bytes.span, &index)
                        #expect(token?.end == naiveEnd(bytes))
                        guard let token else { continue }
                        let inside = bytes[1..<token.end]
                        #expect(token.hasEscapes == inside.contains(0x5C))
                        #expect(token.hasHighBytes || !inside.contains { $0 > 0x7F })
                        #expect(index == token.end + 1)
                    }
                }
            }
        }
    }

    private func naiveEnd(_ bytes: [UInt8]) -> Int? {
        var index = 1
        while index < bytes.count {
            switch bytes[index] {
            case 0x22: return index
            case 0x5C:
                guard index + 1 < bytes.count, Array("\"\\/bfnrt".utf8).contains(bytes[index + 1])
                else { return nil }
                index += 2
            case 0..<0x20: return nil
            default: index += 1
            }
        }
        return nil
    }

    private func read(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8)) }
}
