import Cells
import Engine
import Testing
import Timeline

@testable import Interface

struct PaneTests {
    @Test func `focus goes round the panes on the screen`() {
        for preset in LayoutPreset.allCases {
            var stage = Stage(preset: preset)
            var seen: [PaneID] = []
            for _ in stage.app.layout.panes {
                stage.press("tab")
                seen.append(stage.app.view.focus)
            }
            #expect(Set(seen) == Set(stage.app.layout.panes.map(\.id)))
            let here = stage.app.view.focus
            stage.press("tab", "shift-tab")
            #expect(stage.app.view.focus == here)
        }
    }

    @Test func `a pane that is not on the screen is shown alone`() {
        var stage = Stage(preset: .overview)
        stage.press("6")
        #expect(stage.app.view.focus == .events)
        #expect(stage.app.layout.frame(of: .events) != nil)
        stage.press("z", "1")
        #expect(stage.app.view.focus == .stream)
    }

    @Test func `the focus never rests on a pane that is not on the screen`() {
        var stage = Stage(preset: .overview)
        stage.press("6", "6")
        #expect(!stage.app.view.isZoomed)
        #expect(stage.app.layout.frame(of: stage.app.view.focus) != nil)
        stage.resize(Size(columns: 200, rows: 60))
        stage.press("6")
        #expect(stage.app.view.focus == .events)
        stage.resize(Size(columns: 100, rows: 30))
        #expect(stage.app.layout.frame(of: stage.app.view.focus) != nil)
    }

    @Test func `the last pane cannot be hidden and all come back`() {
        var stage = Stage()
        for _ in 0..<20 {
            stage.press("x")
            #expect(!stage.app.view.hidden.contains(stage.app.view.focus))
            stage.checkedFrame()
        }
        #expect(stage.app.view.hidden.count < PaneID.allCases.count)
        stage.press("X")
        #expect(stage.app.view.hidden.isEmpty)
    }

    @Test func `a configuration that hides panes never puts the focus on a hidden one`() {
        for pane in PaneID.allCases {
            let hidden = Set(PaneID.allCases.filter { $0 != pane })
            let app = App(
                configuration: AppConfiguration(
                    engine: .standard, themes: [.midstreamDark], hidden: hidden))
            #expect(app.view.focus == pane)
        }
    }

    @Test func `splits move and come back`() {
        var stage = Stage()
        let before = stage.app.layout
        stage.press("ctrl-right", "ctrl-down")
        #expect(stage.app.layout != before)
        stage.press("=")
        #expect(stage.app.layout == before)
        for _ in 0..<300 { stage.press("ctrl-right") }
        for _ in 0..<300 { stage.press("ctrl-left") }
        stage.checkedFrame()
    }

    @Test func `layouts go round and are remembered`() {
        var stage = Stage()
        for preset in Array(LayoutPreset.allCases.dropFirst()) + [.overview] {
            #expect(stage.press("p") == [.saveState])
            #expect(stage.app.layoutPreset == preset)
        }
        stage.press("P")
        #expect(stage.app.layoutPreset == LayoutPreset.allCases.last)
    }

    @Test func `a key without meaning says where help is`() {
        var stage = Stage()
        stage.press("f9")
        #expect(stage.app.view.notice == "F9 does nothing here; ? shows every key")
    }

    @Test func `a pane is copied as it stands, whatever is beside it`() throws {
        var stage = Stage()
        stage.open()
        stage.answer(0, [String(repeating: "日本語 👍🏽 ", count: 30)])
        stage.press("3")
        guard case .copy(let text)? = stage.press("y").first else {
            Issue.record("nothing was copied")
            return
        }
        let lines = text.split(separator: "\n")
        let box = stage.app.glyphs.box
        #expect(lines.count == stage.app.layout.frame(of: .attractor)?.rows)
        #expect(
            lines.dropFirst().dropLast().allSatisfy {
                $0.first.map(String.init) == String(box.vertical)
            })
    }
}
