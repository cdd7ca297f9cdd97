import Cells
import Engine
import Testing
import Timeline

@testable import Interface

struct PromptTests {
    @Test func `a prompt takes keys as text until enter or escape`() {
        var stage = Stage()
        stage.open()
        stage.answer(0, ["hello q world"])
        stage.press("/")
        #expect(stage.app.isTyping)
        stage.type("q")
        stage.press("space", "W", "backspace", "w")
        #expect(stage.app.view.prompt?.text == "q w")
        #expect(stage.text().contains("/q w"))
        stage.press("enter")
        #expect(stage.app.view.prompt == nil)
        #expect(stage.app.view.query(in: .stream) == "q w")
        #expect(stage.app.view.stream.highlighted != nil)
    }

    @Test(arguments: ["escape", "ctrl-c", "ctrl-g"])
    func `a prompt can be left without searching`(key: String) {
        var stage = Stage()
        stage.press("/")
        stage.type("abc")
        #expect(stage.press(key).isEmpty)
        #expect(stage.app.view.prompt == nil)
        #expect(stage.app.view.query(in: .stream).isEmpty)
    }

    @Test func `backspace in an empty prompt leaves it and ctrl-u empties it`() {
        var stage = Stage()
        stage.press("/", "a", "b", "ctrl-u")
        #expect(stage.app.view.prompt?.text == "")
        stage.press("backspace")
        #expect(stage.app.view.prompt == nil)
    }

    @Test func `a prompt is bounded`() {
        var stage = Stage()
        stage.press("/")
        for _ in 0..<1000 { stage.press("日") }
        #expect((stage.app.view.prompt?.text.count ?? 0) <= 200)
        stage.checkedFrame()
    }

    @Test func `ctrl-c outside of anything quits`() {
        var stage = Stage()
        #expect(stage.press("ctrl-c") == [.quit])
        #expect(stage.press("q") == [.quit])
        stage.press("?")
        #expect(stage.press("q").isEmpty)
        #expect(stage.app.view.overlay == nil)
    }
}
