import Testing
import Timeline

@testable import Interface

struct KeyScriptTests {
    @Test func `every step is read with its line`() throws {
        let script = try KeyScript(
            parsing: """
                # a title

                resize 120x36
                  wait 1.5s
                press tab ctrl-p ? mouse-press@3,4
                type hello  world
                expect "it says \"so\""
                frame the-end-2
                """)
        #expect(
            script.lines == [
                .init(number: 3, step: .resize(columns: 120, rows: 36)),
                .init(number: 4, step: .wait(.seconds(1.5))),
                .init(number: 5, step: .press(["tab", "ctrl-p", "?", "mouse-press@3,4"])),
                .init(number: 6, step: .type("hello  world")),
                .init(number: 7, step: .expect("it says \"so\"")),
                .init(number: 8, step: .frame("the-end-2")),
            ])
    }

    @Test func `an empty script and one of comments do nothing`() throws {
        #expect(try KeyScript(parsing: "").lines.isEmpty)
        #expect(try KeyScript(parsing: "# one\n\n   # two\n").lines.isEmpty)
    }

    @Test(arguments: [
        ("resize", "COLUMNSxROWS"), ("resize 80", "COLUMNSxROWS"), ("resize 0x24", "“0x24”"),
        ("resize 80x24x9", "COLUMNSxROWS"), ("resize 80x2001", "COLUMNSxROWS"),
        ("resize 80xax24", "COLUMNSxROWS"), ("resize 80x24x", "COLUMNSxROWS"),
        ("wait", "time"), ("wait soon", "“soon”"), ("wait -1s", "“-1s”"), ("wait 1e300s", "time"),
        ("press", "keys"), ("press q ctrl-", "“ctrl-”"), ("press mouse-press@1", "“mouse-press@1”"),
        ("expect hello", "quotes"), ("expect \"", "quotes"), ("expect", "quotes"),
        ("frame", "name"), ("frame a b", "name"), ("frame ../x", "name"),
        ("jump 3", "“jump”"), ("Wait 2s", "“Wait”"),
    ])
    func `a bad line is named with its number and reason`(line: String, reason: String) {
        do {
            _ = try KeyScript(parsing: "# title\nwait 1s\n\n\(line)\nwait 2s\n")
            Issue.record("“\(line)” was taken")
        } catch {
            #expect(error.line == 4)
            #expect(error.message.contains(reason), "\(error.message)")
        }
    }

    @Test func `typing is one key a character`() {
        #expect(KeyScript.keys(typing: "a ä👍🏽") == ["a", "space", "ä", "👍🏽"])
    }
}

struct MouseInputTests {
    @Test(arguments: MouseInput.Kind.allCases)
    func `crosses the log and back`(kind: MouseInput.Kind) {
        for (column, row) in [(0, 0), (12, 5), (9999, 9999)] {
            let mouse = MouseInput(kind: kind, column: column, row: row)
            #expect(MouseInput(mouse.text) == mouse)
            #expect(MouseInput.isValid(mouse.text))
        }
    }

    @Test(arguments: [
        "", "mouse-press", "mouse-press@", "mouse-press@1", "mouse-press@1,", "mouse-press@1,2,3",
        "mouse-press@-1,2", "mouse-press@10000,0", "mouse-fly@1,2", "mouse-press@1,2@3",
        "wheel-up@a,b",
        "mouse-press@99999999999999999999,0",
    ])
    func `anything else is no mouse event`(text: String) { #expect(MouseInput(text) == nil) }
}
