import Cells
import Engine
import Testing
import Timeline

@testable import Interface

struct ScrollingTests {
    private func longStage() -> Stage {
        var stage = Stage(size: Size(columns: 80, rows: 24), preset: .stream)
        stage.open()
        for number in 0..<12 {
            stage.answer(number, ["[\(number)]"] + (0..<20).map { "日本語\($0) words 👍🏽 " })
        }
        stage.app.view.isZoomed = true
        return stage
    }

    @Test func `the stream follows the newest line until it is scrolled`() {
        var stage = longStage()
        #expect(stage.text().contains("日本語19"))
        #expect(stage.app.view.stream.anchor == nil)
        stage.press("up")
        #expect(stage.app.view.stream.anchor != nil)
        stage.checkedFrame()
        let before = stage.app.view.stream
        stage.answer(50, ["something new"])
        #expect(stage.app.view.stream == before)
        #expect(!stage.text().contains("something new"))
        stage.press("G")
        #expect(stage.app.view.stream.anchor == nil)
        #expect(stage.text().contains("something new"))
    }

    @Test func `the top shows the oldest line`() {
        var stage = longStage()
        stage.press("g")
        #expect(stage.text().contains("[0]"))
        stage.press("up", "page-up")
        #expect(stage.text().contains("[0]"))
        stage.checkedFrame()
    }

    @Test func `as many lines down as up lead back to where it was`() {
        var stage = longStage()
        stage.press("g")
        for _ in 0..<15 { stage.press("down") }
        let place = stage.app.view.stream.anchor
        for count in [1, 2, 5, 11] {
            for _ in 0..<count { stage.press("down") }
            for _ in 0..<count { stage.press("up") }
            #expect(stage.app.view.stream.anchor == place)
        }
    }

    @Test func `every line of wide characters is passed once on the way down`() {
        var stage = longStage()
        stage.press("g")
        var seen: [StreamView.Anchor] = []
        while let anchor = stage.app.view.stream.anchor, seen.count < 2000 {
            seen.append(anchor)
            stage.press("down")
            stage.checkedFrame()
        }
        #expect(stage.app.view.stream.anchor == nil)
        #expect(seen.count > 40)
        for (a, b) in zip(seen, seen.dropFirst()) {
            #expect(b.entry == a.entry ? b.line == a.line + 1 : b.entry > a.entry && b.line == 0)
        }
    }

    @Test func `pages up from the end reach the top`() {
        var stage = longStage()
        for _ in 0..<100 { stage.press("page-up") }
        #expect(stage.app.view.stream.anchor?.line == 0)
        #expect(stage.text().contains("[0]"))
        for _ in 0..<100 { stage.press("page-down") }
        #expect(stage.app.view.stream.anchor == nil)
    }

    @Test func `a narrower screen keeps the entry in view`() {
        var stage = longStage()
        stage.press("g")
        for _ in 0..<20 { stage.press("down") }
        let entry = stage.app.view.stream.anchor?.entry
        for columns in [40, 200, 60] {
            stage.resize(Size(columns: columns, rows: 24))
            stage.checkedFrame()
            #expect(stage.app.view.stream.anchor?.entry == entry)
        }
    }

    @Test func `an overlay scrolled past its end comes back at the first key`() {
        var stage = longStage()
        stage.resize(Size(columns: 60, rows: 14))
        stage.press("?", "G")
        let end = stage.text()
        stage.press("up")
        #expect(stage.text() != end)
    }

    @Test func `lists select, page and follow`() {
        var stage = longStage()
        stage.press("6")
        let count = stage.app.rows(of: .events).count
        stage.press("up")
        #expect(stage.app.view.events.selected == count - 2)
        stage.press("g")
        #expect(stage.app.view.events.selected == 0)
        stage.press("up", "page-up")
        #expect(stage.app.view.events.selected == 0)
        stage.press("page-down")
        #expect((stage.app.view.events.selected ?? 0) > 1)
        stage.press("G")
        #expect(stage.app.view.events.selected == nil)
    }
}
