import Cells
import Foundation
import Interface
import Runtime
import Testing
import Timeline

/// Every `recordings/NAME.keys` is a test: its expectations hold and its frames are the golden ones.
struct KeyScriptFrameTests {
    static func script(_ name: String) throws -> KeyScript {
        try KeyScript(parsing: PackageFiles.text("recordings/\(name).keys"))
    }

    static func frames(_ name: String) throws -> [(name: String, grid: Grid)] {
        let source = try EventSource(opening: PackageFiles.path("recordings/\(name).jsonl"))
        let run = try PlayCommand(source: source, options: ProgramOptions()).runScript(
            try script(name))
        return run.frames
    }

    @Test(arguments: PackageFiles.scripts)
    func `a key script's frames are the golden ones`(name: String) throws {
        let frames = try Self.frames(name)
        #expect(!frames.isEmpty, "a script without frames tests nothing")
        #expect(Set(frames.map(\.name)).count == frames.count, "a frame's name is used twice")
        for frame in frames { try GoldenFrames.check(frame.grid, "\(name)-\(frame.name)") }
    }

    @Test(arguments: PackageFiles.scripts)
    func `a key script resizes first and begins with its title`(name: String) throws {
        let text = try PackageFiles.text("recordings/\(name).keys")
        #expect(text.hasPrefix("# "))
        let script = try KeyScript(parsing: text)
        guard case .resize? = script.lines.first?.step else {
            Issue.record("the first step is no resize")
            return
        }
    }

    @Test func `a failing expectation names its line and shows the screen`() throws {
        let source = try EventSource(opening: PackageFiles.path("recordings/text.jsonl"))
        let script = try KeyScript(parsing: "resize 80x24\nwait 1s\nexpect \"no such words\"\n")
        #expect {
            try PlayCommand(source: source, options: ProgramOptions()).runScript(script)
        } throws: { error in
            guard let failure = error as? ScriptRun.Failure else { return false }
            return failure.line == 3 && failure.message.contains("no such words")
                && failure.message.contains("1 stream")
        }
    }

    @Test func `no golden frame is left over`() throws {
        var known: Set<String> = Set(EndFrameTests.cases.map(\.name))
        for name in PackageFiles.scripts {
            for line in try Self.script(name).lines {
                if case .frame(let frame) = line.step { known.insert("\(name)-\(frame)") }
            }
        }
        for golden in PackageFiles.names(in: "Tests/Golden", suffix: ".txt")
        where !known.contains(golden) {
            if GoldenFrames.rewrites {
                try FileManager.default.removeItem(
                    at: GoldenFrames.folder.appending(path: golden + ".txt"))
            } else {
                Issue.record("nobody produces Tests/Golden/\(golden).txt")
            }
        }
    }

    /// Speeds whose deadlines do not fall on whole nanoseconds, and loops, must come to an end.
    @Test(arguments: ["]", "] ]", "] ] ] ]", "[ [", "M", "M r", "] ] ] ] ] ] r"])
    func `a script ends at every speed`(keys: String) throws {
        let source = try EventSource(opening: PackageFiles.path("recordings/text.jsonl"))
        let script = try KeyScript(parsing: "resize 80x24\npress \(keys)\nwait 500ms\nframe end\n")
        let run = try PlayCommand(source: source, options: ProgramOptions()).runScript(script)
        #expect(run.frames.count == 1)
    }
}

/// The end of the default demo in every arrangement, size and kind of terminal.
struct EndFrameTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var layout: LayoutPreset
        var columns: Int
        var rows: Int
        var usesASCII = false
        var theme: String?

        var name: String {
            "end-\(layout.rawValue)-\(columns)x\(rows)" + (usesASCII ? "-ascii" : "")
                + (theme.map { "-" + $0 } ?? "")
        }
        var testDescription: String { name }
    }

    static let cases: [Case] =
        LayoutPreset.allCases.flatMap { layout in
            [(40, 12), (80, 24), (120, 36), (200, 60)].map {
                Case(layout: layout, columns: $0.0, rows: $0.1)
            }
        } + LayoutPreset.allCases.map { Case(layout: $0, columns: 120, rows: 36, usesASCII: true) }
        + [Case(layout: .overview, columns: 120, rows: 36, theme: "mono")]

    static func options(_ item: Case) -> ProgramOptions {
        var options = ProgramOptions()
        options.layout = item.layout
        options.usesASCII = item.usesASCII
        options.theme = item.theme
        return options
    }

    @Test(arguments: cases)
    func `the default demo ends with the golden frame`(item: Case) throws {
        let command = PlayCommand(
            source: try Demos.source(Demos.standard), options: Self.options(item))
        let (grid, _) = try command.frame(
            size: Size(columns: item.columns, rows: item.rows), at: nil)
        try GoldenFrames.check(grid, item.name)
        if item.usesASCII {
            let own = grid.text().unicodeScalars.filter { !$0.isASCII }
            #expect(own.allSatisfy { "—’…".unicodeScalars.contains($0) }, "\(own)")
        }
    }

    @Test func `every theme draws the same text in its own colours`() throws {
        let source = try Demos.source(Demos.standard)
        let size = Size(columns: 120, rows: 36)
        var texts: Set<String> = []
        for theme in ThemeLibrary().themes {
            var options = ProgramOptions()
            options.theme = theme.name
            let (grid, used) = try PlayCommand(source: source, options: options).frame(
                size: size, at: nil)
            #expect(used == theme)
            texts.insert(grid.text())
        }
        #expect(texts.count == 1)
    }
}
