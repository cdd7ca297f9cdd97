import SequenceMatching
import Testing

struct PatternLibraryTests {
    private func parse(_ text: String) -> (library: PatternLibrary, faults: [PatternLibrary.Fault])
    {
        PatternLibrary.parse(Array(text.utf8))
    }

    @Test func `a file holds patterns of events, words and numbers`() {
        let (library, faults) = parse(
            """
            # what to look for
            event "tool round" ~3: response.create response.created  # in this order
            word apology: i'm sorry

            series rising ~0.2 shape 3: 0 0.5 -1e3
            series level: 4
            """)
        #expect(faults == [])
        #expect(
            library.patterns == [
                Pattern(
                    name: "tool round", kind: .event,
                    symbols: ["response.create", "response.created"].map { Array($0.utf8) },
                    tolerance: 3),
                Pattern(
                    name: "apology", kind: .word, symbols: ["i'm", "sorry"].map { Array($0.utf8) }),
            ])
        #expect(
            library.series == [
                SeriesPattern(
                    name: "rising", samples: [0, 0.5, -1000], comparison: .byShape(radius: 3),
                    tolerance: 0.2),
                SeriesPattern(name: "level", samples: [4], comparison: .byValue, tolerance: 0),
            ])
    }

    @Test func `a faulty line is left out with its place and reason`() {
        let faults: [(String, Int, PatternLibrary.Fault.Reason)] = [
            ("sound x: 1", 1, .unknownKind), (": a", 1, .unknownKind),
            ("\"event\" x: a", 1, .unknownKind), ("event: a", 6, .missingName),
            ("event x a", 10, .missingColon), ("event x ~a: b", 9, .badTolerance),
            ("event x ~-1: b", 9, .badTolerance), ("event x ~1 ~1: b", 12, .unexpectedWord),
            ("event x y: b", 9, .unexpectedWord), ("event x:", 8, .nothingToFind),
            ("series x ~nan: 1", 10, .badTolerance), ("series x shape: 1", 10, .badRadius),
            ("series x shape 1 2: 1", 18, .unexpectedWord), ("series x: 1 inf", 13, .badNumber),
            ("series x: one", 11, .badNumber), ("event \"x: b", 7, .unclosedQuote),
            (#"event "x\q": b"#, 9, .badEscape), (#"event "x\x4": b"#, 9, .badEscape),
        ]
        for (line, column, reason) in faults {
            let (library, found) = parse("word ok: a\n" + line + "\nword fine: b")
            #expect(found == [.init(line: 2, column: column, reason: reason)], "\(line)")
            #expect(library.patterns.map(\.name) == ["ok", "fine"])
        }
    }

    @Test func `any library survives a round trip`() {
        var random = TestRandom(seed: 1)
        for _ in 0..<300 {
            var library = PatternLibrary()
            for _ in 0..<random.below(4) {
                library.patterns.append(
                    Pattern(
                        name: String(
                            decoding: random.bytes(random.below(5), alphabet: 128), as: UTF8.self),
                        kind: random.below(2) == 0 ? .event : .word,
                        symbols: (0...random.below(4)).map { _ in
                            random.bytes(random.below(6), alphabet: 256)
                        },
                        tolerance: random.below(3)))
                library.series.append(
                    SeriesPattern(
                        name: "s", samples: random.noise(random.below(5) + 1),
                        comparison: random.below(2) == 0
                            ? .byValue : .byShape(radius: random.below(9)),
                        tolerance: random.unit()))
            }
            let (read, faults) = PatternLibrary.parse(library.text)
            #expect(faults == [])
            #expect(read == library)
        }
    }

    @Test func `no bytes are too strange to be read`() {
        var random = TestRandom(seed: 2)
        let pieces = ["event", "series", "shape", "~", ":", "\"", "\\", "#", " ", "\n", "1", "x"]
        for _ in 0..<3000 {
            var text: [UInt8] = []
            for _ in 0..<random.below(14) {
                text += Array(pieces[random.below(pieces.count)].utf8)
                if random.below(5) == 0 { text += random.bytes(2, alphabet: 256) }
            }
            let (library, faults) = PatternLibrary.parse(text)
            #expect(library.patterns.count + library.series.count + faults.count <= text.count)
        }
    }
}
