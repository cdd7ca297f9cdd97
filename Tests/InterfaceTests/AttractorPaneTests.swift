import Cells
import Engine
import Testing
import Timeline

@testable import Interface

@Suite struct AttractorPaneTests {
    /// A session whose tokens have lengths in a chaotic order.
    private func stage(_ size: Size, tokens: Int = 200) -> Stage {
        var stage = Stage(size: size, preset: .phase)
        stage.open()
        var x = 0.3
        stage.answer(
            0,
            (0..<tokens).map { _ in
                x = 3.9 * x * (1 - x)
                return String(repeating: "a", count: 1 + Int(12 * x))
            })
        stage.press("3", "c")
        return stage
    }

    private func screen(_ stage: inout Stage, _ size: Size) -> [String] {
        let grid = stage.app.frame(size)
        return (0..<size.rows).map { row in
            String(String.UnicodeScalarView((0..<size.columns).map { grid[$0, row].scalar }))
        }
    }

    @Test(arguments: [
        Size(columns: 80, rows: 24), Size(columns: 120, rows: 36), Size(columns: 200, rows: 60),
        Size(columns: 40, rows: 12),
    ])
    func `w goes round the six views, at every size and zoomed`(size: Size) {
        var stage = stage(size)
        for zoomed in [false, true] {
            if zoomed { stage.press("z") }
            for view in AttractorView.allCases {
                #expect(stage.app.view.attractorView == view)
                let lines = screen(&stage, size)
                if size.columns >= 80 {
                    #expect(lines.contains { $0.contains(view.title) }, "\(view) at \(size)")
                }
                stage.press("w")
            }
        }
    }

    @Test func `a few samples, or none, are enough to draw every view`() {
        let size = Size(columns: 120, rows: 36)
        for tokens in [1, 2, 3, 4, 5, 8, 20] {
            var stage = stage(size, tokens: tokens)
            for _ in AttractorView.allCases {
                #expect(!screen(&stage, size).isEmpty)
                stage.press("w")
            }
        }
        var empty = Stage(size: size, preset: .phase)
        empty.open()
        for _ in AttractorView.allCases {
            #expect(!screen(&empty, size).isEmpty)
            empty.press("3", "w")
        }
    }

    @Test func `the numbers have their intervals`() {
        let size = Size(columns: 120, rows: 36)
        var stage = stage(size)
        for _ in 0..<5 { stage.press("w") }
        let lines = screen(&stage, size)
        for label in ["class", "correlation dim", "0-1 test", "permutation", "determinism"] {
            #expect(lines.contains { $0.contains(label) }, "\(label)")
        }
        #expect(lines.contains { $0.contains("determinism") && $0.contains(" to ") })
    }

    @Test func `space turns with the log's time and by hand, and rests when the log does`() {
        let size = Size(columns: 120, rows: 36)
        var stage = stage(size)
        stage.press("w")
        let first = screen(&stage, size)
        #expect(screen(&stage, size) == first)
        stage.press(">")
        #expect(screen(&stage, size) != first)
        stage.press("<")
        #expect(screen(&stage, size) == first)
        stage.app.playback.position = .milliseconds(5000)
        #expect(screen(&stage, size) != first)
    }

    @Test func `O plots the series over the next one that has samples, and at last over itself`() {
        let size = Size(columns: 120, rows: 36)
        var stage = stage(size)
        stage.press("O")
        #expect(stage.app.view.otherSeries == .interTokenGap)
        #expect(screen(&stage, size).contains { $0.contains("token length over inter-token gap") })
        #expect(screen(&stage, size).contains { $0.contains("pairs") })
        stage.press("O")
        #expect(stage.app.view.otherSeries == .tokenSurprise)
        stage.press("O")
        #expect(stage.app.view.otherSeries == nil)
    }
}
