import Cells
import Engine
import Interface
import SequenceMatching
import Testing
import Timeline

@testable import Runtime

struct PatternFileTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    private func write(_ name: String, _ text: String) throws -> String {
        try FileAccess.write(Array(text.utf8), to: folder.path(name), replaces: true)
        return folder.path(name)
    }

    @Test func `a library of every kind of pattern is read`() throws {
        let path = try write(
            "my.patterns",
            """
            # what our support agent says
            event "tool round" ~1: response.create response.created response.done
            word greeting ~2: welcome to the example support line
            series swell of loudness ~0.3 shape 2: 0 0.1 0.4 0.1 0
            series pause of gap ~50: 20 400 20
            """)
        let (library, problems) = try PatternFile.read(path)
        #expect(problems.isEmpty)
        #expect(library.patterns.map(\.name) == ["tool round", "greeting"])
        #expect(library.series.map(\.series) == ["loudness", "gap"])
        #expect(library.series[0].comparison == .byShape(radius: 2))
    }

    @Test(arguments: [
        ("event a b\n", "1:10: there is no colon"), ("tone a: 1\n", "1:1: a pattern begins"),
        ("\nevent a ~x: b\n", "2:9: a tolerance is"), ("word: a\n", "1:5: the pattern has no name"),
        (
            "series a of tempo: 1\n",
            "1:13: there is no such series; there are gap, length, loudness"
        ),
        ("series a: 1 two\n", "1:13: this is no finite number"),
        ("word a: \"b\n", "1:9: the quote is not closed"), ("word a:\n", "1:7: nothing stands"),
        ("series a shape: 1\n", "1:10: shape wants"),
    ])
    func `a fault is told with its line and column`(text: String, words: String) throws {
        let path = try write("bad.patterns", text)
        let (library, problems) = try PatternFile.read(path)
        #expect(library == PatternLibrary())
        #expect(
            problems.map { "\($0)" }.first?.hasPrefix("\(path):\(words)") == true, "\(problems)")
        var configuration = EngineConfiguration()
        #expect(throws: FileError.self) { try PatternFile.add([path], to: &configuration) }
    }

    @Test func `analyze, the configuration file and a replay search for a file's patterns`() throws
    {
        let path = try write("own.patterns", "word ladder: climb the ladder\n")
        let recording = PackageFiles.path("recordings/text.jsonl")
        let (engine, _) = try AnalyzeCommand.analyze(recording, patternPaths: [path])
        #expect(engine.sessions[0].hits.map(\.name) == ["ladder"])

        let source = try EventSource(opening: recording)
        let configured = try write("tui.toml", "patterns = [\"own.patterns\", \"none.patterns\"]\n")
        var options = ProgramOptions()
        options.configurationPath = configured
        let wiring = try Wiring(options, header: source.header, remembers: false)
        #expect(wiring.configuration.engine.patterns.last?.name == "ladder")
        #expect(wiring.problems.count == 1)
        #expect("\(wiring.problems)".contains("none.patterns"))

        options.configurationPath = nil
        options.patternPaths = [path]
        let command = PlayCommand(source: source, options: options)
        #expect(
            try command.frame(size: .init(columns: 120, rows: 36), at: nil).grid.text()
                .contains("ladder"))
    }

    @Test func `a learned pattern is found in what was played before`() throws {
        let source = try EventSource(opening: PackageFiles.path("recordings/text.jsonl"))
        var app = App(configuration: AppConfiguration(engine: .standard, themes: [.midstreamDark]))
        var replay = try Replay(source, into: &app, now: .zero)
        try replay.readAhead(&app)
        try replay.seek(&app, to: .zero + .seconds(16), now: .zero)
        let before = try #require(app.session)
        #expect(!before.hits.contains { $0.name == "ladder" })
        let ladder = Pattern(
            name: "ladder", kind: .word,
            symbols: ["climb", "the", "ladder"].map { Array($0.utf8) })
        #expect(app.add(PatternLibrary(patterns: [ladder])) == [.analyseAgain])
        try replay.analyseAgain(&app, now: .zero)
        let after = try #require(app.session)
        #expect(after.hits.contains { $0.name == "ladder" })
        #expect(after.eventCount == before.eventCount)
        #expect(app.playback.position == .zero + .seconds(16))
        try replay.readAhead(&app)
        try replay.seek(&app, to: .zero + .seconds(1), now: .zero)
        #expect(app.session?.hits.isEmpty == true)
        try replay.seek(&app, to: .zero + .seconds(16), now: .zero)
        #expect(app.session?.hits.contains { $0.name == "ladder" } == true)
    }
}
