import Cells
import Engine
import Testing
import Timeline

@testable import Interface

struct PlaybackKeyTests {
    private func stage(_ change: (inout PlaybackState) -> Void) -> Stage {
        var stage = Stage()
        var playback = PlaybackState(position: .zero + .seconds(20), duration: .seconds(100))
        change(&playback)
        stage.app.playback = playback
        return stage
    }

    private static func seek(_ seconds: Double) -> PlaybackCommand {
        .seek(.zero + .seconds(seconds))
    }

    private static let keys: [(String, PlaybackCommand)] = [
        ("space", .pause), (".", .step(1)), (",", .step(-1)), ("right", seek(25)),
        ("left", seek(15)), ("shift-right", seek(30)), ("shift-left", seek(10)), ("0", seek(0)),
        ("$", seek(100)), ("]", .speed(2)), ("[", .speed(0.5)), ("backspace", .speed(1)),
        ("M", .speed(.infinity)), ("r", .loop(true)),
    ]

    @Test(arguments: keys)
    func `a key asks the replay`(key: String, command: PlaybackCommand) {
        var stage = stage { _ in }
        #expect(stage.press(key) == [.playback(command)])
    }

    @Test func `playing at the end begins again`() {
        var stage = stage {
            $0.isPlaying = false
            $0.isAtEnd = true
        }
        #expect(stage.press("space") == [.playback(.seek(.zero)), .playback(.play)])
    }

    @Test func `speeds stay within their bounds`() {
        var slow = stage { $0.speed = 0.1 }
        #expect(slow.press("[") == [.playback(.speed(0.1))])
        var fast = stage { $0.speed = 100 }
        #expect(fast.press("]") == [.playback(.speed(100))])
        var unlimited = stage { $0.speed = .infinity }
        #expect(unlimited.press("]") == [.playback(.speed(.infinity))])
        #expect(unlimited.press("[") == [.playback(.speed(100))])
    }

    @Test func `marks are set, visited and taken away`() {
        var stage = stage { _ in }
        stage.press("m")
        #expect(stage.app.view.marks == [.zero + .seconds(20)])
        stage.app.playback.position = .zero
        #expect(stage.press("}") == [.playback(.seek(.zero + .seconds(20)))])
        stage.app.playback.position = .zero + .seconds(20)
        #expect(stage.press("}").isEmpty)
        #expect(stage.app.view.notice == "no mark, turn or failure further on")
        stage.press("m")
        #expect(stage.app.view.marks.isEmpty)
    }
}
