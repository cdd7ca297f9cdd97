import Cells
import Engine
import SequenceMatching
import Testing
import Timeline

@testable import Interface

struct PatternLearningTests {
    @Test func `an entry of the stream becomes a pattern of words`() throws {
        var stage = Stage()
        stage.open()
        stage.answer(1, ["Well, how about ", "a nice cup of tea?"])
        #expect(stage.press("1", "I") == [.analyseAgain])
        let pattern = try #require(stage.app.configuration.engine.patterns.last)
        #expect(pattern.name == "learned 1")
        #expect(pattern.kind == .word)
        #expect(
            pattern.symbols.map { String(decoding: $0, as: UTF8.self) }
                == ["well", "how", "about", "a", "nice", "cup", "of", "tea"])
        #expect(stage.text().contains("8 words"))
    }

    @Test func `what lies between two marks becomes a pattern of events`() throws {
        var stage = Stage()
        stage.open()
        stage.answer(1, ["one ", "two ", "three"])
        #expect(stage.press("5", "I") == [])
        #expect(stage.text().contains("marks the beginning"))
        stage.app.playback.position = .zero
        stage.press("m")
        stage.app.playback.position = .zero + .seconds(10)
        stage.press("m")
        #expect(stage.press("I") == [.analyseAgain])
        let pattern = try #require(stage.app.configuration.engine.patterns.last)
        #expect(pattern.kind == .event)
        #expect(
            pattern.symbols.map { String(decoding: $0, as: UTF8.self) } == [
                "connection.opened", "session.created", "response.created",
                "response.output_item.added", "response.output_text.delta",
                "response.output_text.done", "response.done",
            ])
        #expect(stage.press("I") == [.analyseAgain])
        #expect(stage.app.configuration.engine.patterns.last?.name == "learned 2")
    }

    @Test func `the course of a series between two marks becomes a shape`() throws {
        var stage = Stage()
        stage.open()
        stage.answer(1, ["a", "bbb", "cccccc", "ddd", "e", "ff"])
        stage.press("3", "c")
        stage.app.playback.position = .zero
        stage.press("m")
        stage.app.playback.position = .zero + .seconds(10)
        stage.press("m")
        // The key means something else in this pane; the palette knows the action.
        #expect(stage.app.perform(.learn) == [.analyseAgain])
        let pattern = try #require(stage.app.configuration.engine.seriesPatterns.last)
        #expect(pattern.series == "length")
        #expect(pattern.samples == [1, 3, 6, 3, 1, 2])
    }

    @Test func `the library is written as a file that reads back`() throws {
        var stage = Stage()
        stage.open()
        let commands = stage.press("4", "w")
        guard case .write("midstream", ".patterns", let contents)? = commands.last else {
            Issue.record("\(commands)")
            return
        }
        let (library, faults) = PatternLibrary.parse(Array(contents.utf8))
        #expect(faults.isEmpty)
        #expect(library.patterns == EngineConfiguration.standard.patterns)
    }

    @Test func `the patterns pane shows what recurs in each series`() {
        var stage = Stage()
        stage.open()
        let piece = (0..<16).map { String(repeating: "x", count: 1 + ($0 * $0 * 7) % 23) }
        stage.answer(1, piece + (0..<30).map { String(repeating: "y", count: 1 + $0 % 4) } + piece)
        stage.press("4", "z", "c", "c")
        #expect(stage.text().contains("motifs: token length"))
        #expect(stage.text().contains("recurs"))
        #expect(stage.text().contains("unusual"))
        stage.press("enter")
        #expect(stage.text().contains("z-normalised distance 0.000"))
        stage.press("q", "c")
        #expect(stage.text().contains("in which something can recur"))
        // Through the series that are left, and back to the hits.
        for _ in SeriesKind.allCases.dropFirst(2) { stage.press("c") }
        #expect(!stage.text().contains("motifs:"))
        for size in [Size(columns: 40, rows: 12), Size(columns: 80, rows: 24)] {
            stage.resize(size)
            stage.press("c")
            stage.checkedFrame()
        }
    }

    @Test func `the palette reads a library`() {
        var stage = Stage()
        stage.open()
        stage.press(":")
        stage.type("patterns my.patterns")
        #expect(stage.press("enter") == [.loadPatterns("my.patterns")])
    }
}
