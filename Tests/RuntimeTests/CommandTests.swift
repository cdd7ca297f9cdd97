import Engine
import Foundation
import Interface
import JSONText
import Recordings
import Testing
import Timeline

@testable import Runtime

struct DemoTests {
    @Test func `every demo has a recording, a script and a title`() throws {
        #expect(Demos.names == PackageFiles.demos)
        #expect(Demos.names == PackageFiles.scripts)
        #expect(Demos.names.contains(Demos.standard))
        for name in Demos.names {
            #expect(try Demos.source(name).count ?? 0 > 0)
            #expect(try Demos.source(name).warnings.isEmpty)
            #expect(try Demos.script(name) != nil)
            #expect(Demos.title(name).count > 10)
        }
        #expect(Set(Demos.names.map(Demos.title)).count == Demos.names.count)
    }

    @Test func `the embedded files are those of the package`() throws {
        for name in Demos.names {
            let file = try Recording(
                reading: FileAccess.read(PackageFiles.path("recordings/\(name).jsonl")))
            #expect(try Demos.source(name).count == UInt64(file.events.count))
            #expect(
                try Demos.script(name)
                    == KeyScript(parsing: PackageFiles.text("recordings/\(name).keys")))
        }
    }

    @Test func `an unknown demo is an error that names the known ones`() {
        #expect { try Demos.source("opera") } throws: { error in
            "\(error)".contains("opera") && "\(error)".contains("tour")
        }
    }
}

struct NarratorTests {
    private func lines(_ name: String, batch: Int) throws -> [String] {
        let source = try Demos.source(name)
        var engine = Engine(configuration: .forRecording(source.header))
        var narrator = PlainNarrator()
        var cursor = try source.cursor(at: 0)
        var lines: [String] = []
        var count = 0
        while let event = try cursor.next() {
            engine.apply(event)
            count += 1
            if count % batch == 0 { lines += narrator.lines(for: engine) }
        }
        return lines + narrator.lines(for: engine)
    }

    @Test func `the failure demo is told in plain labelled lines`() throws {
        let lines = try lines("failure", batch: 1)
        let text = lines.joined(separator: "\n")
        for words in [
            "user: What should a client do when something goes wrong?", "assistant: Say so,",
            "failure: response failed: inference_rate_limit_exceeded", "pattern: failed turn",
            "verdict: no response fails is ", "warning: response incomplete: max_output_tokens",
            "failure: connection reset by peer", "interruption: ",
        ] { #expect(text.contains(words), "\(words)") }
        let label = try Regex(#"\d\d:\d\d\.\d [a-z_ ]+: "#)
        for line in lines {
            #expect(line.prefixMatch(of: label) != nil, "\(line)")
            #expect(
                line.unicodeScalars.allSatisfy {
                    $0.value >= 0x20 && !(0x2500...0x28FF).contains($0.value)
                })
        }
    }

    @Test(arguments: ["text", "tool-call", "voice-barge-in"])
    func `nothing is said twice`(name: String) throws {
        let lines = try lines(name, batch: 1)
        #expect(Set(lines).count == lines.count)
        #expect(try self.lines(name, batch: 50).count <= lines.count)
    }
}

struct ConvertTests {
    @Test(arguments: PackageFiles.demos)
    func `a recording converted is the same recording`(name: String) throws {
        let folder = try TemporaryDirectory()
        let input = PackageFiles.path("recordings/\(name).jsonl")
        let output = folder.path("out.jsonl")
        let count = try ConvertCommand.run(input: input, output: output, replaces: false)
        let before = try Recording(reading: FileAccess.read(input))
        #expect(try Recording(reading: FileAccess.read(output)) == before)
        #expect(count == before.events.count)
        #expect(throws: FileError(path: output, message: "it exists already")) {
            try ConvertCommand.run(input: input, output: output, replaces: false)
        }
        #expect(try ConvertCommand.run(input: input, output: output, replaces: true) == count)
        #expect(
            try AnalyzeCommand.analyze(output).0.json().bytes
                == AnalyzeCommand.analyze(input).0.json().bytes ? true : false)
    }

    @Test func `raw realtime events become a recording`() throws {
        let folder = try TemporaryDirectory()
        let lines =
            #"{"type":"session.created","session":{"id":"s"}}"# + "\n"
            + #"{"type":"response.create"}"# + "\n"
        try FileAccess.write(Array(lines.utf8), to: folder.path("raw"), replaces: false)
        #expect(
            try ConvertCommand.run(
                input: folder.path("raw"), output: folder.path("out"), replaces: false) == 2)
        let again = try Recording(reading: FileAccess.read(folder.path("out")))
        #expect(again.events.count == 2)
        #expect(again.header.clock == .none)
    }

    @Test func `nothing is written when nothing can be read`() throws {
        let folder = try TemporaryDirectory()
        try FileAccess.write(Array("hello".utf8), to: folder.path("in"), replaces: false)
        #expect(throws: FileError.self) {
            try ConvertCommand.run(
                input: folder.path("in"), output: folder.path("out"), replaces: false)
        }
        #expect(!FileAccess.exists(folder.path("out")))
    }
}

struct AnalyzeTests {
    @Test(arguments: PackageFiles.demos)
    func `the analysis is the same twice and for any size of batch`(name: String) throws {
        let path = PackageFiles.path("recordings/\(name).jsonl")
        let first = try AnalyzeCommand.analyze(path).0.json().bytes
        #expect(try AnalyzeCommand.analyze(path).0.json().bytes == first ? true : false)
        for batch in [1, 5, 100] {
            var playing = try Playing(try EventSource(opening: path), readsAhead: batch == 5)
            try playing.perform(.speed(.infinity))
            try playing.go(to: .zero, limit: batch)
            #expect(playing.app.engine.json().bytes == first ? true : false, "batches of \(batch)")
        }
    }

    @Test(arguments: PackageFiles.demos)
    func `every line of a demo is an event`(name: String) throws {
        let path = PackageFiles.path("recordings/\(name).jsonl")
        let lines = try FileAccess.read(path).split(separator: 0x0A).count
        let (engine, source) = try AnalyzeCommand.analyze(path)
        #expect(source.count == UInt64(lines - 1))
        #expect(engine.sessions.reduce(0) { $0 + $1.eventCount } == UInt64(lines - 1))
    }
}

/// The built program, beside the test bundle.
enum Program {
    static func run(_ arguments: [String]) throws -> (text: String, status: Int32) {
        let process = Process()
        process.executableURL = url
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (String(decoding: bytes, as: UTF8.self), process.terminationStatus)
    }

    private static var url: URL {
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = executable.deletingLastPathComponent().appending(path: "midstream-tui")
        if FileManager.default.isExecutableFile(atPath: beside.path()) { return beside }
        return PackageFiles.root.appending(path: ".build/debug/midstream-tui")
    }
}

struct ManualPageTests {
    @Test func `every action and every subcommand is in the manual page`() throws {
        let (page, status) = try Program.run(["manual"])
        #expect(status == 0)
        #expect(page.hasPrefix(".TH MIDSTREAM-TUI 1\n"))
        for entry in ActionTable.entries {
            let id = entry.id.replacing("-", with: "\\-")
            #expect(page.contains("(\(id))."), "\(entry.id)")
        }
        let help = try JSON(parsing: Array(Program.run(["--experimental-dump-help"]).text.utf8))
        let commands = (help["command"]?["subcommands"]?.arrayValue ?? [])
            .filter { $0["shouldDisplay"]?.boolValue ?? true }
            .compactMap { $0["commandName"]?.stringValue }.filter { $0 != "help" }
        #expect(commands.count >= 7)
        for command in commands {
            #expect(page.contains("\n.SS \(command.replacing("-", with: "\\-"))\n"), "\(command)")
        }
        // No line of text may be taken for a request of the formatter.
        for line in page.split(separator: "\n") where line.hasPrefix(".") {
            let known = [".TH ", ".SH ", ".SS ", ".B ", ".I ", ".TP", ".PP"]
            #expect(known.contains { line.hasPrefix($0) }, "\(line)")
        }
    }
}
