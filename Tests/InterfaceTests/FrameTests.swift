import Cells
import Engine
import JSONText
import Testing
import Timeline

@testable import Interface

/// A session with something in every pane.
private func busyStage(preset: LayoutPreset = .overview, ascii: Bool = false) -> Stage {
    var stage = Stage(preset: preset, ascii: ascii)
    stage.open()
    for number in 0..<6 {
        stage.answer(number, ["Answer ", "\(number) ", "日本語 ", "with 👩‍👩‍👧‍👦 ", "and cafe\u{301}. "])
    }
    stage.receive([
        "type": "error", "event_id": "e1",
        "error": ["type": "invalid_request_error", "code": "bad", "message": "a failure"],
    ])
    stage.receive(["type": "response.unheard_of", "value": 1])
    stage.put(.received(Array("not json".utf8)))
    stage.put(.closed(code: 1000, reason: "bye"))
    return stage
}

struct FrameTests {
    @Test(arguments: LayoutPreset.allCases, [false, true])
    func `a frame has the asked size and whole characters at every size`(
        preset: LayoutPreset, ascii: Bool
    ) {
        var stage = busyStage(preset: preset, ascii: ascii)
        for size in Sizes.stepped + Sizes.exact {
            stage.resize(size)
            let grid = stage.checkedFrame("\(size)")
            #expect(grid.size == size)
        }
    }

    @Test(arguments: ["?", ":", "enter", "/"])
    func `overlays and prompts are drawn at every size`(key: String) {
        for pane in PaneID.allCases {
            var stage = busyStage()
            stage.press("\(pane.rawValue)", key)
            stage.type("日本")
            for size in Sizes.few {
                stage.resize(size)
                stage.checkedFrame("\(size) \(key)")
            }
        }
    }

    @Test func `a session that has not begun is drawn at every size`() {
        for preset in LayoutPreset.allCases {
            var stage = Stage(preset: preset)
            for size in Sizes.few {
                stage.resize(size)
                stage.checkedFrame("\(size)")
            }
        }
    }

    @Test func `too small a screen says what it needs`() {
        var stage = busyStage()
        stage.resize(Size(columns: 39, rows: 12))
        #expect(stage.text().contains("needs 40x12,"))
        #expect(stage.text().contains("has 39x12"))
    }

    @Test func `ASCII mode draws nothing of its own beyond ASCII`() {
        var stage = Stage(ascii: true)
        stage.open()
        stage.answer(0, ["plain ", "words"])
        for preset in LayoutPreset.allCases {
            _ = stage.app.show(preset)
            for scalar in stage.text().unicodeScalars where !scalar.isASCII {
                Issue.record("\(scalar) in \(preset)")
            }
        }
    }

    @Test func `a frame is the same when nothing has changed`() {
        var stage = busyStage()
        let first = stage.app.frame(stage.app.size)
        #expect(!stage.app.needsFrame)
        #expect(stage.app.frame(stage.app.size) == first)
        stage.press("tab")
        #expect(stage.app.needsFrame)
    }

    /// Every action from every pane, with frames in between.
    @Test(arguments: PaneID.allCases)
    func `no action traps in any pane`(pane: PaneID) {
        for size in [(40, 12), (100, 30)].map({ Size(columns: $0.0, rows: $0.1) }) {
            for isEmpty in [true, false] {
                var stage = isEmpty ? Stage() : busyStage()
                stage.resize(size)
                for action in Action.allCases {
                    stage.app.view.focus = pane
                    _ = stage.app.perform(action)
                    stage.checkedFrame("\(action) \(size)")
                    for key in ["down", "page-down", "G", "x", "up", "escape"] {
                        guard stage.app.view.overlay != nil || stage.app.view.prompt != nil else {
                            break
                        }
                        stage.press(key)
                        stage.checkedFrame("\(action) then \(key)")
                    }
                    stage.app.view.overlay = nil
                    stage.app.view.prompt = nil
                }
            }
        }
    }

    @Test func `random keys and mouse events never break the screen`() {
        var random = Seeded(state: 42)
        let keys =
            ActionTable.entries.flatMap(\.keys)
            + ["enter", "escape", "backspace", "ctrl-u", "a", "日", "ctrl-g", "é", "alt-x", "f9"]
        for _ in 0..<6 {
            var stage = busyStage()
            for step in 0..<400 {
                if Int.random(in: 0..<5, using: &random) == 0 {
                    let mouse = MouseInput(
                        kind: MouseInput.Kind.allCases.randomElement(using: &random) ?? .press,
                        column: Int.random(in: 0..<150, using: &random),
                        row: Int.random(in: 0..<50, using: &random))
                    stage.press(mouse.text)
                } else {
                    stage.press(keys.randomElement(using: &random) ?? "q")
                }
                if step % 50 == 49 {
                    stage.resize(Sizes.exact.randomElement(using: &random) ?? Sizes.exact[2])
                }
                if step % 4 == 0 { stage.checkedFrame("step \(step)") }
                if step % 40 == 0 { stage.answer(100 + step, ["more ", "words "]) }
            }
        }
    }
}

/// What a model or a tool says must never reach the terminal as a command.
struct HostileTextTests {
    static let texts = [
        "\u{1B}[2J\u{1B}[H\u{1B}]52;c;aGk=\u{7}\u{1B}P1$r\u{1B}\\",
        "\u{9B}31m\u{90}\u{9D}0;t\u{9C}",
        "a\rb\u{8}\u{8}c\u{7F}\u{0}d\te\u{C}f\u{B}g", "日本語の文章がここにあります、長いですよ。", "👩‍👩‍👧‍👦👍🏽🇩🇪🏳️‍🌈❤️1️⃣",
        "e\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307} Z\u{335}\u{489}a\u{300}l\u{321}g\u{489}o",
        "שלום \u{202E}reversed\u{202C} مرحبا \u{2066}x\u{2069}",
        "\u{200B}\u{200D}\u{FEFF}\u{2060}\u{AD}",
        "\u{FFFD}\u{E000}\u{10FFFF}\u{FFFE}", "\u{301}starts with a mark", "｡ｶﾞ㍿﷽𒐫꧅",
        "\u{2028}\u{2029}\u{85}\n\n\n",
        String(repeating: "日", count: 300), String(repeating: "x", count: 1000), "क्षि ประเทศไทย ཨོཾ",
    ]

    @Test(arguments: texts)
    func `text in every place keeps the grid whole`(text: String) {
        for ascii in [false, true] {
            var stage = Stage(ascii: ascii)
            stage.put(.opened(detail: text))
            stage.receive([
                "type": "session.created", "event_id": .string(text),
                "session": ["id": .string(text), "model": .string(text), "voice": .string(text)],
            ])
            stage.answer(0, text.unicodeScalars.map { String($0) })
            stage.answer(1, [text])
            stage.receive([
                "type": "response.output_item.done", "response_id": "resp_1", "output_index": 1,
                "item": [
                    "id": "call", "type": "function_call", "name": .string(text), "call_id": "c",
                    "arguments": .string(text), "status": "completed",
                ],
            ])
            stage.receive([
                "type": "error",
                "error": ["type": .string(text), "code": .string(text), "message": .string(text)],
            ])
            stage.receive(["type": .string(text)])
            stage.put(.received(Array(text.utf8)))
            stage.put(.mark(text))
            stage.put(.failed(reason: text))
            for size in [(40, 12), (120, 36)] {
                stage.resize(Size(columns: size.0, rows: size.1))
                for pane in PaneID.allCases {
                    stage.app.view.focus = pane
                    stage.app.view.isZoomed = pane.rawValue % 2 == 0
                    let grid = stage.checkedFrame("\(size) \(pane)")
                    checkBorders(grid, stage.app)
                    stage.press("enter")
                    stage.checkedFrame("\(size) \(pane) detail")
                    stage.press("escape", "/")
                    stage.type(text)
                    stage.checkedFrame("\(size) \(pane) prompt")
                    stage.press("enter")
                    stage.checkedFrame("\(size) \(pane) found")
                    stage.press("ctrl-g")
                }
            }
        }
    }

    /// Nothing inside a pane draws over its neighbour's border.
    private func checkBorders(_ grid: Grid, _ app: App) {
        let box = app.glyphs.box
        for pane in app.layout.panes {
            let inner = Rect(
                column: pane.frame.column, row: pane.frame.row + 1, columns: pane.frame.columns,
                rows: pane.frame.rows - 2)
            for (index, scalar) in grid.edge(of: inner).enumerated() where scalar != box.vertical {
                // The right border carries the scroll thumb.
                if index % 2 == 1, scalar == app.glyphs.scrollThumb { continue }
                Issue.record("the border of \(pane.id) is \(scalar)")
                return
            }
        }
    }
}
