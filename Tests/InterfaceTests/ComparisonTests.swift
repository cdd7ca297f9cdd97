import Cells
import Engine
import Testing
import Timeline

@testable import Interface

struct ComparisonTests {
    private func entry(
        _ speaker: Speaker, _ text: String, kind: Entry.Kind = .message, at seconds: Double = 0
    ) -> Entry {
        Entry(
            id: 0, speaker: speaker, kind: kind, text: text, startedAt: .zero + .seconds(seconds),
            sequence: 0)
    }

    private func compared(_ left: [Entry], _ right: [Entry]) -> Comparison {
        Comparison(left: left, leftTitle: "one", right: right, rightTitle: "two")
    }

    private func words(_ pieces: [Comparison.Piece], differing: Bool) -> [String] {
        pieces.filter { $0.differs == differing }.map(\.word.text)
    }

    @Test func `equal conversations have no difference`() {
        let entries = [entry(.user, "hello there"), entry(.assistant, "good day")]
        let comparison = compared(entries, entries)
        #expect(comparison.differences.isEmpty)
        #expect(comparison.similarity == 1)
        #expect(comparison.rows.map(\.kind) == [.same, .same])
        #expect(compared([], []).similarity == 1)
    }

    @Test func `words that differ are marked on both sides`() {
        let comparison = compared(
            [entry(.assistant, "the sky is blue today")],
            [entry(.assistant, "the sky was blue")])
        #expect(comparison.rows.map(\.kind) == [.changed])
        let row = comparison.rows[0]
        #expect(words(row.leftPieces, differing: true) == ["is", "today"])
        #expect(words(row.rightPieces, differing: true) == ["was"])
        #expect(comparison.similarity == 6.0 / 9)
    }

    @Test func `an entry of one side alone stands alone, and no speaker is paired with another`() {
        let comparison = compared(
            [entry(.user, "a b c"), entry(.assistant, "d e f"), entry(.user, "bye")],
            [entry(.user, "a b c"), entry(.user, "wait"), entry(.user, "bye")])
        #expect(comparison.rows.map(\.kind) == [.same, .onlyLeft, .onlyRight, .same])
        let tools = compared(
            [entry(.assistant, "{}", kind: .toolCall("weather"))],
            [entry(.assistant, "{}", kind: .toolCall("time"))])
        #expect(tools.rows.count == 2)
    }

    @Test func `of several partners the likeliest is taken`() {
        let comparison = compared(
            [entry(.assistant, "I can help with your order today")],
            [
                entry(.assistant, "Hello"),
                entry(.assistant, "I can help with your order tomorrow"),
                entry(.assistant, "Goodbye"),
            ])
        #expect(comparison.rows.map(\.kind) == [.onlyRight, .changed, .onlyRight])
    }

    @Test func `every entry of both sides is shown once and in order`() {
        var random = SeededRandom(seed: 4)
        let texts = ["yes", "no", "a b", "a c", "b c d", ""]
        for _ in 0..<200 {
            let side = { () -> [Entry] in
                (0..<Int(random.next() % 9)).map { _ in
                    entry(
                        random.next() % 2 == 0 ? .user : .assistant,
                        texts[Int(random.next() % 6)])
                }
            }
            let (left, right) = (side(), side())
            let comparison = compared(left, right)
            #expect(comparison.rows.compactMap(\.left) == left)
            #expect(comparison.rows.compactMap(\.right) == right)
            for row in comparison.rows {
                #expect(
                    words(row.leftPieces, differing: false).count
                        == words(row.rightPieces, differing: false).count)
                #expect(
                    (row.kind == .same)
                        == (row.left?.text == row.right?.text
                            && row.left != nil && row.right != nil))
            }
        }
    }

    @Test func `text without spaces is compared character by character`() {
        let comparison = compared(
            [entry(.assistant, "今日は晴れです")], [entry(.assistant, "今日は雨です")])
        #expect(words(comparison.rows[0].leftPieces, differing: true) == ["晴", "れ"])
        #expect(words(comparison.rows[0].rightPieces, differing: true) == ["雨"])
    }

    // MARK: the screen

    private func app(_ size: Size, tail: Int = 0) -> App {
        let end = (0..<tail).map { entry(.user, "Bye \($0)", at: 7) }
        var app = App(
            configuration: AppConfiguration(
                engine: .standard, themes: [.midstreamDark], usesASCII: true))
        app.showAlone(
            compared(
                [
                    entry(.user, "What is the weather in London?", at: 1),
                    entry(.assistant, "It is foggy and 12 degrees in London.", at: 2.5),
                    entry(.user, "Thanks", at: 6),
                ] + end,
                [
                    entry(.user, "What is the weather in London?", at: 1.2),
                    entry(.assistant, "It is sunny and 21 degrees in London, bring a hat.", at: 3),
                    entry(.assistant, "Anything else?", at: 5),
                    entry(.user, "Thanks", at: 6),
                ] + end))
        _ = app.frame(size)
        return app
    }

    private func press(_ app: inout App, _ keys: String...) -> [Command] {
        keys.flatMap { key in
            app.apply(Event(sequence: 0, time: .zero, source: .keyboard, payload: .key(key)))
        }
    }

    @Test func `two conversations stand side by side`() {
        var app = app(Size(columns: 60, rows: 14))
        let expected = """
            one 3 entries                  two 4 entries
            00:01.0 user                 | 00:01.2 user
            What is the weather in       | What is the weather in
            London?                      | London?
            00:02.5 assistant            ~ 00:03.0 assistant
            It is foggy and 12 degrees   | It is sunny and 21 degrees
            in London.                   | in London, bring a hat.
                                         > 00:05.0 assistant
                                         | Anything else?
            00:06.0 user                 | 00:06.0 user
            Thanks                       | Thanks


             n N difference  q quit         2 differences, similar 0.69
            """
        #expect(lines(app.frame(Size(columns: 60, rows: 14))) == lines(expected))
    }

    private func lines(_ grid: Grid) -> [String] { lines(grid.text()) }

    private func lines(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    @Test func `the differing words have the style of a match`() {
        var app = app(Size(columns: 60, rows: 14))
        let grid = app.frame(Size(columns: 60, rows: 14))
        let match = app.theme[.match]
        // "foggy" and "sunny" begin in the seventh column of their sides.
        #expect(grid[6, 5].style == match)
        #expect(grid[30 + 7, 5].style == match)
        #expect(grid[3, 5].style != match)
    }

    @Test func `n and N go from difference to difference, w folds, q leaves`() {
        let size = Size(columns: 60, rows: 12)
        var app = app(size, tail: 20)
        _ = press(&app, "n")
        #expect(lines(app.frame(size))[1].contains("00:02.5 assistant"))
        #expect(app.frame(size).text().contains("1 of 2 differences"))
        _ = press(&app, "n")
        #expect(app.frame(size).text().contains("2 of 2 differences"))
        _ = press(&app, "n")
        #expect(app.frame(size).text().contains("1 of 2 differences"))
        _ = press(&app, "N")
        #expect(app.frame(size).text().contains("2 of 2 differences"))
        _ = press(&app, "w", "g")
        #expect(lines(app.frame(size))[2].hasPrefix("00:02.5 assistant  It is"))
        #expect(press(&app, "q") == [.quit])
    }

    @Test(arguments: [(40, 12), (80, 24), (120, 36), (200, 60)])
    func `every size and any text gives a sound grid`(columns: Int, rows: Int) {
        let size = Size(columns: columns, rows: rows)
        var app = App(
            configuration: AppConfiguration(engine: .standard, themes: [.midstreamDark]))
        let strange = "\u{1B}[31m 今日は\nlong" + String(repeating: "x", count: 500) + "\u{7}"
        app.showAlone(compared([entry(.user, strange)], [entry(.user, strange + " y")]))
        for keys in ["w", "j", "pagedown", "G", "n", "w", "k", "g"] {
            _ = press(&app, keys)
            #expect(app.frame(size).problem == nil)
        }
    }

    @Test func `a log with two sessions compares them, one alone explains`() {
        var stage = Stage()
        stage.open()
        stage.answer(1, ["hello ", "world"])
        stage.press("C")
        #expect(stage.text().contains("there is one session"))
        stage.app.observe(
            Event(
                sequence: 900, time: .zero, source: SourceID("realtime/b"),
                payload: .opened(detail: "x")))
        stage.press("C")
        #expect(stage.text().contains("realtime/b"))
        #expect(stage.text().contains("1 difference"))
        #expect(stage.press("q") == [])
        #expect(stage.text().contains("patterns"))
    }
}
