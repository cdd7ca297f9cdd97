import Cells
import Engine
import Testing
import Timeline

@testable import Interface

struct PaletteTests {
    @Test func `letters must come in order`() {
        #expect(Palette.score("Next theme", "nth") != nil)
        #expect(Palette.score("Next theme", "ext theme") != nil)
        #expect(Palette.score("Next theme", "xn") == nil)
        #expect(Palette.score("Zoom", "zooom") == nil)
        #expect(Palette.score("Anything", "") != nil)
    }

    @Test func `word starts and runs are better`() throws {
        let start = try #require(Palette.score("Next pane", "pa"))
        let middle = try #require(Palette.score("Compact", "pa"))
        #expect(start > middle)
        let run = try #require(Palette.score("Zoom", "zoo"))
        let apart = try #require(Palette.score("Zero o o", "zoo"))
        #expect(run > 0 && apart > 0)
        let short = try #require(Palette.score("Zoom", "z"))
        let long = try #require(Palette.score("Zoom in and out", "z"))
        #expect(short > long)
    }

    @Test func `every action is found by its title`() {
        let stage = Stage()
        for entry in ActionTable.entries {
            let items = Palette.items(matching: entry.title, app: stage.app)
            #expect(items.contains { $0.command == .action(entry.action) }, "\(entry.id)")
        }
    }

    @Test(arguments: [
        ("seek 1:20", Palette.Command.seek(.zero + .seconds(80))),
        ("at 2.5", .seek(.zero + .seconds(2.5))),
        ("speed 4", .speed(4)), ("speed max", .speed(.infinity)),
    ])
    func `a command with an argument comes first`(query: String, command: Palette.Command) {
        #expect(Palette.items(matching: query, app: Stage().app).first?.command == command)
    }

    @Test(arguments: ["seek soon", "speed -1", "speed 0", "speed", "seek 1 2", "speed nan"])
    func `a bad argument gives no command`(query: String) {
        let items = Palette.items(matching: query, app: Stage().app)
        for item in items {
            switch item.command {
            case .seek, .speed: Issue.record("\(query) gives \(item.title)")
            default: break
            }
        }
    }

    @Test func `enter runs the chosen item and escape none`() {
        var stage = Stage()
        stage.press(":")
        #expect(stage.app.isTyping)
        stage.type("zoom")
        stage.press("enter")
        #expect(stage.app.view.isZoomed)
        #expect(stage.app.view.overlay == nil)
        stage.press(":")
        stage.type("zoom")
        stage.press("escape")
        #expect(stage.app.view.isZoomed)
        stage.press(":")
        stage.type("seek 0:12")
        // Beyond the end there is nothing to go to.
        #expect(stage.press("enter") == [.playback(.seek(.zero))])
        stage.press(":")
        stage.type("nothing like that")
        #expect(stage.press("enter").isEmpty)
        #expect(stage.app.view.notice == "there is no command “nothing like that”")
    }

    @Test func `the selection stays within the items`() {
        var stage = Stage()
        stage.press(":")
        for _ in 0..<500 { stage.press("down") }
        stage.checkedFrame()
        #expect(stage.press("enter").count <= 1)
        stage.press(":", "up", "up")
        stage.checkedFrame()
        stage.press("backspace")
        #expect(stage.app.view.overlay == nil)
    }
}
