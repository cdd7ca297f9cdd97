import Terminal
import Testing
import Timeline

struct InputParserTests {
    private func events(_ text: String) -> [InputEvent] { events(Array(text.utf8)) }

    private func events(_ bytes: [UInt8]) -> [InputEvent] {
        var parser = InputParser()
        return parser.append(bytes) + parser.flush()
    }

    private func keys(_ text: String) -> [String] {
        events(text).map { event in
            if case .key(let key) = event { key.name } else { "\(event)" }
        }
    }

    @Test(arguments: [
        ("q", "q"), ("Q", "Q"), (" ", "space"), ("\r", "enter"), ("\t", "tab"),
        ("\u{7F}", "backspace"),
        ("\u{8}", "backspace"), ("\u{3}", "ctrl-c"), ("\u{0}", "ctrl-space"), ("\u{1C}", "ctrl-\\"),
        ("\u{1F}", "ctrl-_"), ("\n", "ctrl-j"), ("ä", "ä"), ("日", "日"), ("👩", "👩"),
        ("\u{1B}", "escape"), ("\u{1B}x", "alt-x"), ("\u{1B}ä", "alt-ä"), ("\u{1B}\r", "alt-enter"),
        ("\u{1B}\u{3}", "ctrl-alt-c"), ("\u{1B}[", "alt-["), ("\u{1B}O", "alt-O"),
        ("\u{1B}[A", "up"), ("\u{1B}OA", "up"), ("\u{1B}[1;5C", "ctrl-right"),
        ("\u{1B}[1;2D", "shift-left"), ("\u{1B}[1;8H", "ctrl-alt-shift-home"),
        ("\u{1B}[1;9F", "alt-end"), ("\u{1B}[Z", "shift-tab"), ("\u{1B}OP", "f1"),
        ("\u{1B}[[A", "f1"), ("\u{1B}[[E", "f5"), ("\u{1B}[11~", "f1"),
        ("\u{1B}[24;5~", "ctrl-f12"),
        ("\u{1B}[3~", "delete"), ("\u{1B}[5~", "page-up"), ("\u{1B}[6;3~", "alt-page-down"),
        ("\u{1B}[97;5u", "ctrl-a"), ("\u{1B}[97;2u", "A"), ("\u{1B}[27;5;13~", "ctrl-enter"),
        ("\u{1B}[13;2u", "shift-enter"), ("\u{1B}Oj", "*"), ("\u{1B}O5P", "ctrl-f1"),
    ])
    func `a key has its name`(bytes: String, name: String) {
        #expect(keys(bytes) == [name])
    }

    @Test(arguments: [
        ("\u{1B}\u{1B}[A", ["escape", "up"]), ("\u{1B}\u{1B}", ["escape", "escape"]),
        ("abc", ["a", "b", "c"]), ("\u{1B}[\u{3}", ["ctrl-c"]), ("\u{1B}[1;\u{1B}[B", ["down"]),
        ("\u{1B}]0;a title\u{7}x", ["x"]), ("\u{1B}P1$r0m\u{1B}\\y", ["y"]),
        ("\u{1B}[?62;c", []), ("\u{1B}[?2026;2$y", []), ("\u{1B}[99~", []),
    ])
    func `several keys and no keys`(bytes: String, names: [String]) {
        #expect(keys(bytes) == names)
    }

    @Test(arguments: [
        ("\u{1B}[<0;1;1M", MouseEvent(action: .press(.left), column: 0, row: 0)),
        ("\u{1B}[<2;300;80m", MouseEvent(action: .release(.right), column: 299, row: 79)),
        ("\u{1B}[<32;5;6M", MouseEvent(action: .drag(.left), column: 4, row: 5)),
        ("\u{1B}[<35;5;6M", MouseEvent(action: .move, column: 4, row: 5)),
        ("\u{1B}[<64;5;6M", MouseEvent(action: .wheelUp, column: 4, row: 5)),
        (
            "\u{1B}[<85;5;6M",
            MouseEvent(action: .wheelDown, column: 4, row: 5, modifiers: [.shift, .ctrl])
        ),
        ("\u{1B}[<128;5;6M", MouseEvent(action: .press(.other(8)), column: 4, row: 5)),
        ("\u{1B}[M !!", MouseEvent(action: .press(.left), column: 0, row: 0)),
        ("\u{1B}[M#\"#", MouseEvent(action: .release(.unknown), column: 1, row: 2)),
    ])
    func `a mouse report has its place`(bytes: String, event: MouseEvent) {
        #expect(events(bytes) == [.mouse(event)])
    }

    @Test func `a paste is its text, whatever is in it`() {
        let text = "one\r\u{3}\u{1B}[A two 日本 \u{1B}[201 ~"
        #expect(events("\u{1B}[200~\(text)\u{1B}[201~x") == [.paste(text), .key("x")])
        #expect(events("\u{1B}[200~torn") == [.paste("torn")])
        #expect(events("\u{1B}[200~\u{1B}[201~") == [.paste("")])
    }

    @Test func `a huge paste comes in pieces that are its text`() {
        let text = String(repeating: "日本語 ", count: 250_000)
        let pieces = events("\u{1B}[200~\(text)\u{1B}[201~").map { event in
            if case .paste(let piece) = event { piece } else { "?" }
        }
        #expect(pieces.count == 3)
        #expect(pieces.joined() == text)
    }

    @Test func `focus comes and goes`() {
        #expect(events("\u{1B}[I\u{1B}[O") == [.focus(true), .focus(false)])
    }

    @Test func `bytes that are no UTF-8 become the replacement character`() {
        #expect(events([0xFF, 0x61]) == [.key("\u{FFFD}"), .key("a")])
        #expect(events([0xE6, 0x97, 0x61]) == [.key("\u{FFFD}"), .key("a")])
        #expect(events([0xC3]) == [.key("\u{FFFD}")])
        #expect(events([0xED, 0xA0, 0x80]) == [.key("\u{FFFD}")])
    }

    @Test func `an escape waits for what may follow and no longer than it must`() {
        var parser = InputParser()
        #expect(parser.append([0x1B]) == [])
        #expect(parser.isPending && parser.patienceMilliseconds == 25)
        #expect(parser.flush() == [.key("escape")])
        #expect(!parser.isPending && parser.flush() == [])
        #expect(parser.append([0x1B]) + parser.append(Array("[A".utf8)) == [.key("up")])
    }

    /// Bytes of which many begin sequences.
    private static func noise(_ random: inout SeededRandom) -> [UInt8] {
        let pieces: [[UInt8]] = [
            [0x1B], Array("[".utf8), Array("O".utf8), Array("<0;12;7M".utf8), Array("M".utf8),
            Array("200~".utf8), Array("\u{1B}[201~".utf8), Array("1;5".utf8), Array("~".utf8),
            Array("]0;".utf8), [0x07], Array("日".utf8), [0xE6], [0x97, 0xA5], Array("A".utf8),
            Array("\u{1B}\\".utf8), Array("u".utf8), Array(";".utf8), Array("?".utf8),
        ]
        return (0..<random.below(14)).flatMap { _ in
            random.below(4) == 0
                ? [UInt8(random.below(256))] : pieces[random.below(pieces.count)]
        }
    }

    @Test func `any split of any bytes gives the same events`() {
        var random = SeededRandom(seed: 7)
        for _ in 0..<20_000 {
            let bytes = Self.noise(&random)
            let whole = events(bytes)
            var parser = InputParser()
            var parts: [InputEvent] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = min(rest.count, 1 + random.below(4))
                parts += parser.append(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            parts += parser.flush()
            #expect(parts == whole, "\(bytes)")
        }
    }

    @Test func `every string of three bytes parses and is over after a flush`() {
        // All first bytes that matter, then all pairs.
        for first in [0x1B, 0x41, 0xC3, 0xE6, 0xF0, 0x9B] as [UInt8] {
            for pair in 0..<65_536 {
                var parser = InputParser()
                _ = parser.append([first, UInt8(pair >> 8), UInt8(pair & 255)])
                _ = parser.flush()
                if parser.isPending || parser.append([0x61]) != [.key("a")] {
                    Issue.record("\(first) \(pair)")
                }
            }
        }
    }
}
