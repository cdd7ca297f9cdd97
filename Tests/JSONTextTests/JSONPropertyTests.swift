import JSONText
import Testing
import Timeline

@Suite struct `JSON properties` {
    /// All short texts over an alphabet: every short mistake of the grammar is among them.
    @Test(arguments: [
        (["{", "}", "[", "]", ",", ":", "\"a\"", "0", " ", "true"], 4),
        (["0", "1", "-", "+", ".", "e"], 5), (["\"", "\\", "u", "00", "n", "g"], 5),
    ])
    func `the reader accepts exactly what the grammar does`(
        _ alphabet: (tokens: [String], length: Int)
    ) {
        var texts = [""]
        var round = [""]
        for _ in 1...alphabet.length {
            round = round.flatMap { text in alphabet.tokens.map { text + $0 } }
            texts += round
        }
        for text in texts {
            let bytes = Array(text.utf8)
            let isAccepted = (try? JSON(parsing: bytes)) != nil
            if isAccepted != GrammarTwin.accepts(bytes) { Issue.record("differs on \(text)") }
            if isAccepted != isSkipped(bytes) { Issue.record("skipping differs on \(text)") }
        }
    }

    @Test func `random damage is accepted exactly when the grammar does`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<4000 {
            var bytes = tree(&random, depth: 3).bytes
            for _ in 0..<Int.random(in: 0...2, using: &random) where !bytes.isEmpty {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                let piece = Array("{}[],:\"\\u0e1.- nt".utf8).randomElement(using: &random)!
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[position] = piece
                case 1: bytes.insert(piece, at: position)
                default: bytes.remove(at: position)
                }
            }
            // Damage inside a character is a matter of UTF-8, which the twin does not judge.
            guard String(validating: bytes, as: UTF8.self) != nil else { continue }
            let isAccepted = (try? JSON(parsing: bytes)) != nil
            #expect(isAccepted == GrammarTwin.accepts(bytes))
            #expect(isAccepted == isSkipped(bytes))
        }
    }

    @Test func `what is written reads back the same, compact and over several lines`() throws {
        var random = SeededRandom(seed: 1)
        for _ in 0..<2000 {
            let json = tree(&random, depth: 4)
            #expect(try JSON(parsing: json.bytes) == json)
            #expect(try JSON(parsing: Array(json.pretty(indent: 3).utf8)) == json)
            #expect(try JSON(parsing: json.bytes.lazy.map { $0 }) == json)
        }
    }

    @Test func `the shallow view finds what the tree has`() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<2000 {
            let json = JSON.object(members(&random, depth: 3))
            let scan = try JSONObjectScan(json.bytes)
            #expect(scan.keys == json.objectValue?.map(\.key))
            for key in scan.keys + ["absent"] {
                #expect(scan.value(key) == json[key])
                #expect(scan.string(key) == json[key]?.stringValue)
                #expect(scan.stringBytes(key) == json[key]?.stringValue.map { Array($0.utf8) })
                #expect(scan.int(key) == json[key]?.intValue)
                #expect(scan.double(key) == json[key]?.doubleValue)
                #expect(scan.bool(key) == json[key]?.boolValue)
                #expect(scan.raw(key).map(Array.init) == json[key]?.bytes)
            }
        }
    }

    @Test func `a double survives its text`() throws {
        var random = SeededRandom(seed: 3)
        for _ in 0..<5000 {
            let value = Double(bitPattern: random.next())
            let json = JSON(value)
            guard value.isFinite else {
                #expect(json == .null)
                continue
            }
            #expect(try JSON(parsing: json.bytes).doubleValue == value)
        }
        #expect(JSON(1e15).bytes == Array("1000000000000000".utf8))
        #expect(JSON(1e16).bytes == Array("1e+16".utf8))
        #expect(
            [JSON(0), JSON(-0.0), JSON(2.0), JSON(0.1)].map(\.bytes)
                == ["0", "0", "2", "0.1"].map { Array($0.utf8) })
    }

    private func isSkipped(_ bytes: [UInt8]) -> Bool {
        var index = 0
        guard (try? JSONGrammar.skipValue(bytes.span, &index)) != nil else { return false }
        return (try? JSONGrammar.expectEnd(bytes.span, index)) != nil
    }

    private func tree(_ random: inout SeededRandom, depth: Int) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: JSON(Int.random(in: -1000...1000, using: &random))
        case 3: JSON(Double(Int.random(in: -1000...1000, using: &random)) / 64)
        case 4: .string(text(&random))
        case 5:
            .array(
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    tree(&random, depth: depth - 1)
                })
        default: .object(members(&random, depth: depth - 1))
        }
    }

    private func members(_ random: inout SeededRandom, depth: Int) -> [JSON.Member] {
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
            JSON.Member(key: text(&random), value: tree(&random, depth: depth))
        }
    }

    private func text(_ random: inout SeededRandom) -> String {
        let letters: [Character] = [
            "a", "b", "\"", "\\", "/", "\n", "\0", "\u{1F}", "é", "€", "😀", "\u{FFFD}",
        ]
        return String(
            (0..<Int.random(in: 0...12, using: &random)).map { _ in
                letters.randomElement(using: &random)!
            })
    }
}
