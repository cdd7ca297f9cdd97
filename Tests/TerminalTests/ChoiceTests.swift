import Cells
import Foundation
import Terminal
import Testing
import Timeline

struct ChoiceTests {
    @Test(arguments: [
        (ColorChoice.auto, ["TERM": "xterm"], 8, ColorDepth.ansi16),
        (.auto, ["TERM": "xterm-256color"], 256, .ansi256),
        (.auto, ["TERM": "xterm", "COLORTERM": "truecolor"], 8, .rgb),
        (.auto, ["TERM": "xterm", "COLORTERM": "24bit"], 8, .rgb),
        (.auto, ["TERM": "screen-256color", "COLORTERM": "truecolor", "TMUX": "x"], 256, .rgb),
        (.auto, ["TERM": "screen-256color", "COLORTERM": "truecolor"], 256, .ansi256),
        (.auto, ["TERM": "xterm-direct"], 1 << 24, .rgb),
        (.auto, ["TERM": "vt100"], 0, .mono),
        (.auto, ["TERM": "xterm", "NO_COLOR": "1", "COLORTERM": "truecolor"], 8, .mono),
        (.auto, ["TERM": "xterm", "NO_COLOR": ""], 8, .ansi16),
        (.always, ["TERM": "vt100", "NO_COLOR": "1"], 0, .ansi16),
        (.always, ["TERM": "xterm", "NO_COLOR": "1", "COLORTERM": "truecolor"], 8, .rgb),
        (.never, ["TERM": "xterm", "COLORTERM": "truecolor"], 256, .mono),
        (.ansi16, ["NO_COLOR": "1"], 256, .ansi16),
        (.ansi256, [:], 8, .ansi256),
        (.rgb, [:], 8, .rgb),
    ])
    func `the depth follows the choice, then the environment, then the terminal type`(
        choice: ColorChoice, environment: [String: String], available: Int, depth: ColorDepth
    ) {
        let result = choice.depth(environment: environment, available: available)
        #expect(result.depth == depth)
        #expect(!result.reason.isEmpty)
    }

    @Test func `a wake-up is seen once, however often it was signalled`() throws {
        let wakeup = try Wakeup()
        func isReadable() -> Bool {
            var descriptor = pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)
            return unsafe poll(&descriptor, 1, 0) == 1
        }
        #expect(!isReadable())
        wakeup.drain()
        for _ in 0..<3 { wakeup.signal() }
        #expect(isReadable())
        wakeup.drain()
        #expect(!isReadable())
    }
}
