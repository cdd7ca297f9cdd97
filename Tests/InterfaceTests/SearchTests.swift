import Cells
import Engine
import Testing
import Timeline

@testable import Interface

struct SearchTests {
    @Test func `text is searched without regard to the case of ASCII letters`() {
        #expect(TextSearch.contains("Hello World", "WORLD"))
        #expect(!TextSearch.contains("Hello", "Hello!"))
        #expect(!TextSearch.contains("Hello", ""))
        #expect(TextSearch.contains("日本語", "本"))
        #expect(TextSearch.ranges(of: "aa", in: "aaaaa") == [0..<2, 2..<4])
        #expect(TextSearch.ranges(of: "é", in: "cafés") == [3..<5])
        #expect(TextSearch.ranges(of: "a", in: "aaa", limit: 2).count == 2)
    }

    @Test func `matches are visited newest first and back again`() {
        var stage = Stage()
        stage.open()
        for number in 0..<5 {
            stage.answer(number, [number % 2 == 0 ? "needle \(number)" : "straw"])
        }
        let hits =
            stage.app.session?.conversation.entries.filter { $0.text.contains("needle") }.map(\.id)
            ?? []
        #expect(hits.count == 3)
        stage.press("/")
        stage.type("NEEDLE")
        stage.press("enter")
        #expect(stage.app.view.stream.highlighted == hits[2])
        stage.press("N")
        #expect(stage.app.view.stream.highlighted == hits[1])
        stage.press("N")
        #expect(stage.app.view.stream.highlighted == hits[0])
        #expect(stage.app.view.notice == "match 1 of 3")
        // Past the first match the search goes on at the other end.
        stage.press("N")
        #expect(stage.app.view.stream.highlighted == hits[2])
        stage.press("n", "n")
        #expect(stage.app.view.stream.highlighted == hits[1])
        stage.press("ctrl-g")
        #expect(stage.app.view.query(in: .stream).isEmpty)
    }

    @Test func `what is not there is said`() {
        var stage = Stage()
        stage.open()
        stage.press("n")
        #expect(stage.app.view.notice == "/ searches first")
        stage.press("/")
        stage.type("unicorn")
        stage.press("enter")
        #expect(stage.app.view.notice == "“unicorn” is not there")
        stage.press("2", "/")
        stage.type("x")
        stage.press("enter")
        #expect(stage.app.view.notice == "the metrics pane has nothing to search")
    }

    @Test func `rows of the events pane are found and stay selected`() {
        var stage = Stage(preset: .stream)
        stage.open()
        stage.answer(0, ["a"])
        stage.press("6", "/")
        stage.type("response.created")
        stage.press("enter")
        #expect(stage.app.view.events.selected != nil)
        stage.press("enter")
        guard case .detail(_, let text, _) = stage.app.view.overlay else {
            Issue.record("no detail")
            return
        }
        #expect(text.contains("response.created"))
    }

    @Test func `a filter narrows the pane and comes round again`() {
        var stage = Stage()
        stage.open()
        stage.answer(0, ["words of the assistant"])
        for pane in PaneID.allCases {
            stage.app.view.focus = pane
            let names = PaneFilter.names(of: pane)
            for _ in names { _ = stage.app.perform(.filter) }
            #expect(stage.app.view.filter(in: pane) == 0)
        }
        stage.app.view.focus = .stream
        stage.press("&")
        #expect(stage.text().contains("[user]"))
        #expect(!stage.text().contains("words of the assistant"))
        stage.press("&")
        #expect(stage.text().contains("words of the assistant"))
    }
}
