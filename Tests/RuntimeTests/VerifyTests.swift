import Engine
import Foundation
import JSONText
import TemporalLogic
import Testing

@testable import Runtime

struct VerifyTests {
    /// Runs the command on a trace and gives its JSON for the first property.
    private func verify(
        _ formula: String, _ trace: JSON, positions: Bool = false
    ) throws -> JSON {
        let folder = try TemporaryDirectory()
        let path = folder.path("trace.json")
        try FileAccess.write(trace.bytes, to: path, replaces: false)
        var command = VerifyCommand(path: path)
        command.selection.formulas = [formula]
        command.isTrace = true
        command.withPrefixes = true
        command.withPositions = positions
        let json = VerifyReport.json(try command.outcomes(), path)
        // What a reader of the output gets.
        let read = try JSON(parsing: Array(json.pretty(indent: 2).utf8))
        return try #require(read["properties"]?.arrayValue?.first)
    }

    private func names(_ letters: String) -> JSON { .array(letters.map { .string(String($0)) }) }

    private func bits(_ value: JSON?) -> String {
        (value?.arrayValue ?? []).map { $0.boolValue.map { $0 ? "1" : "0" } ?? "?" }.joined()
    }

    @Test(.enabled(if: ReferenceTraces.arePresent))
    func `linear formulas get the reference verdicts on every prefix`() throws {
        let signs = [
            "true": "T", "false": "F", "inconclusive": "?", "presumablyTrue": "t",
            "presumablyFalse": "f",
        ]
        for item in try ReferenceTraces.cases("ltl.json") {
            let trace = try #require(item["trace"]?.arrayValue).compactMap(\.stringValue)
            let text = try #require(item["formula"]?.stringValue)
            let found = try verify(text, .array(trace.map(names)))
            func prefixes(_ key: String) -> String {
                (found[key]?.arrayValue ?? []).map { signs[$0.stringValue ?? ""] ?? "!" }.joined()
            }
            #expect(found["ltlf"]?.boolValue == item["ltlf"]?.boolValue, "\(text)")
            #expect(prefixes("ltl3") == item["ltl3_prefix"]?.stringValue, "\(text)")
            #expect(prefixes("rvltl") == item["rv4_prefix"]?.stringValue, "\(text)")
            let decided = (item["ltl3_prefix"]?.stringValue ?? "").prefix { $0 == "?" }.count
            #expect(
                found["decidedAt"]?.intValue == (decided == trace.count ? nil : decided),
                "\(text)")
            // The spelling of another tool is the same formula, but for its strong next.
            if let spelling = item["spot_ltlf"]?.stringValue, !text.contains("N") {
                #expect(
                    try Formula(parsing: spelling).description
                        == Formula(parsing: text).description)
            }
        }
    }

    @Test(.enabled(if: ReferenceTraces.arePresent))
    func `timed formulas get the reference verdicts at every position`() throws {
        for item in try ReferenceTraces.cases("mtl_timestamped.json") {
            let text = try #require(item["formula"]?.stringValue)
            let states = try #require(item["trace"]?.arrayValue).map { state -> JSON in
                .object([
                    .init(key: "time", value: state.arrayValue?[0] ?? .null),
                    .init(key: "true", value: names(state.arrayValue?[1].stringValue ?? "")),
                ])
            }
            let found = try verify(text, .array(states), positions: true)
            #expect(bits(found["pointwise"]) == item["own3"]?.stringValue, "\(text)")
            let closed = item["verdict_closed"]?.stringValue ?? ""
            for (verdict, expected) in zip(bits(found["pointwiseAtEnd"]), closed)
            where expected != "?" { #expect(verdict == expected, "\(text)") }
            for key in ["monpoly", "explanator2_formula"] {
                guard let spelling = item[key]?.stringValue else { continue }
                #expect(
                    try Formula(parsing: spelling, boundsIn: .milliseconds).description
                        == Formula(parsing: text, boundsIn: .milliseconds).description)
            }
        }
    }

    @Test(.enabled(if: ReferenceTraces.arePresent))
    func `formulas about the past get the reference verdicts at every event`() throws {
        for item in try ReferenceTraces.cases("mtl_past_discrete.json") {
            let text = try #require(item["formula"]?.stringValue)
            let trace = try #require(item["trace"]?.arrayValue).map { names($0.stringValue ?? "") }
            let found = try verify(text, .array(trace), positions: true)
            #expect(bits(found["pointwise"]) == item["verdict"]?.stringValue, "\(text)")
            if let spelling = item["reelay"]?.stringValue {
                #expect(
                    try Formula(parsing: spelling).description
                        == Formula(parsing: text).description)
            }
        }
    }

    @Test(.enabled(if: ReferenceTraces.arePresent))
    func `comparisons of numbers get the reference robustness`() throws {
        for item in try ReferenceTraces.cases("stl_robustness.json") {
            let text = try #require(item["formula"]?.stringValue)
            let x = try #require(item["x"]?.arrayValue)
            let y = try #require(item["y"]?.arrayValue)
            let states = zip(x, y).map { x, y -> JSON in
                .object([
                    .init(
                        key: "values",
                        value: .object([.init(key: "x", value: x), .init(key: "y", value: y)]))
                ])
            }
            let found = try verify(text, .array(states), positions: true)
            let values = try #require(found["robustnessAt"]?.arrayValue)
            let expected = try #require(item["robustness"]?.arrayValue)
            for index in 0..<(item["valid_until"]?.intValue ?? 0) {
                #expect(isNear(values[index], expected[index]), "\(text) at \(index)")
            }
        }
    }

    private func isNear(_ a: JSON, _ b: JSON) -> Bool {
        guard let first = a.doubleValue, let second = b.doubleValue else {
            return a.stringValue == b.stringValue
        }
        return abs(first - second) <= 1e-9
    }

    @Test func `the weak next at the end is true of the finite trace and false of endless ones`()
        throws
    {
        let found = try verify("N false", [["a"]])
        #expect(found["ltlf"]?.boolValue == true)
        #expect(found["verdict"]?.stringValue == "false")
    }

    @Test(arguments: [
        ("[1]", "state 0"), ("{}", "array of states"), ("[[1]]", "string"),
        ("[{\"time\":2},{\"time\":1}]", "backwards"), ("[{\"tru\":[]}]", "tru"),
        ("[{\"time\":\"x\"}]", "number"), ("[", "byte"),
    ])
    func `a wrong trace is an error with its place`(text: String, words: String) {
        #expect { _ = try TraceFile(parsing: Array(text.utf8), path: "t") } throws: { error in
            "\(error)".contains(words)
        }
    }

    @Test(arguments: [
        (["G !response.created"], 1), (["F response.done"], 0), (["G(a -> "], 2), ([], 0),
    ])
    func `the exit status tells what holds`(formulas: [String], status: Int) throws {
        let options = formulas.flatMap { ["--formula", $0] }
        let path = PackageFiles.path("recordings/text.jsonl")
        let found = try Program.run(["verify", path] + options).status
        #expect(found == Int32(status))
    }

    @Test func `a report in JUnit's format is written and well-formed`() throws {
        let folder = try TemporaryDirectory()
        let path = PackageFiles.path("recordings/failure.jsonl")
        var command = VerifyCommand(path: path)
        command.junitPath = folder.path("report.xml")
        let outcomes = try command.outcomes()
        let text = VerifyReport.junit(outcomes, path)
        #expect(XMLCheck.isWellFormed(text))
        let failed = outcomes.count { !$0.holds }
        #expect(failed > 3)
        #expect(text.contains("failures=\"\(failed)\""))
        #expect(text.components(separatedBy: "<testcase ").count == outcomes.count + 1)
    }

    @Test func `a parameter changes the verdict, and an unknown one is an error`() throws {
        let path = PackageFiles.path("recordings/voice-barge-in.jsonl")
        var command = VerifyCommand(path: path)
        command.selection.packs = ["latency"]
        let outcomes = try command.outcomes()
        #expect(outcomes.allSatisfy { $0.holds })
        command.selection.settings = ["latency=100ms"]
        let failed = try command.outcomes().filter { !$0.holds }
        #expect(failed.map(\.name) == ["speech is answered in time"])
        // One violation for each of the turns that were answered later than that.
        #expect(failed[0].violations.count >= 5)
        #expect(failed[0].witness.contains(failed[0].violations[0]))
        command.selection.settings = ["latncy=100ms"]
        #expect { _ = try command.outcomes() } throws: { error in "\(error)".contains("latncy") }
        command.selection.settings = ["latency=soon"]
        #expect { _ = try command.outcomes() } throws: { error in "\(error)".contains("soon") }
    }

    @Test func `timed properties are skipped where there is no clock`() throws {
        let folder = try TemporaryDirectory()
        let lines =
            #"{"type":"session.created","session":{"id":"s"}}"# + "\n"
            + #"{"type":"response.create"}"# + "\n"
        try FileAccess.write(Array(lines.utf8), to: folder.path("raw"), replaces: false)
        var command = VerifyCommand(path: folder.path("raw"))
        command.selection.formulas = [
            "G(response.create -> F[<=1ms] response.created)", "G !error",
        ]
        let outcomes = try command.outcomes()
        #expect(outcomes.map { $0.skipped != nil } == [true, false])
        #expect(outcomes.allSatisfy { $0.holds })
    }

    @Test func `a bare field is looked for in the object that the event is about`() throws {
        var command = VerifyCommand(path: PackageFiles.path("recordings/failure.jsonl"))
        command.selection.formulas = [
            "F(response.done & status = \"failed\")",
            "F(response.done & response.status = \"failed\")",
            "G(response.done -> (status = \"failed\" <-> response.status = \"failed\"))",
            "F(response.done & type = \"failed\")",
        ]
        let outcomes = try command.outcomes()
        #expect(outcomes.map(\.verdict) == [.true, .true, .presumablyTrue, .presumablyFalse])
        #expect(outcomes[0].decidedAt != nil)
        #expect(outcomes[0].decidedAt == outcomes[1].decidedAt)
        #expect(outcomes[0].witness == outcomes[0].decidedAt.map { [$0] })
    }

    @Test func `a bound that is too long is called so`() {
        #expect { _ = try Formula(parsing: "F[<=99999999999999999999] a") } throws: { error in
            "\(error)".contains("too long")
        }
        #expect { _ = try Formula(parsing: "F[<=1.5] a") } throws: { error in
            "\(error)".contains("whole")
        }
    }

    @Test func `an analysis judges the chosen properties`() throws {
        let path = PackageFiles.path("recordings/failure.jsonl")
        var selection = PropertySelection()
        selection.packs = ["budget"]
        let chosen = try selection.definitions()
        let states = try AnalyzeCommand.analyze(path, properties: chosen).0.sessions[0].properties
        #expect(states.map(\.name) == chosen.map(\.name))
        let status = try Program.run(["analyze", path, "--pack", "budget"]).status
        #expect(status == 0)
        let wrong = try Program.run(["analyze", path, "--pack", "budgets"]).status
        #expect(wrong == 1)
    }

    @Test func `the command says on a recording what the engine says`() throws {
        for name in Demos.names {
            let path = PackageFiles.path("recordings/\(name).jsonl")
            let outcomes = try VerifyCommand(path: path).outcomes()
            let states = try AnalyzeCommand.analyze(path).0.sessions[0].properties
            #expect(outcomes.map(\.name) == states.map(\.name))
            #expect(outcomes.map(\.verdict) == states.map(\.verdict))
            #expect(outcomes.map(\.isVacuous) == states.map(\.isVacuous))
        }
    }
}

/// The reference values, where they are present.
enum ReferenceTraces {
    static let folder: String =
        ProcessInfo.processInfo.environment["REFERENCE_VALUES"]
        ?? PackageFiles.path("../shared/golden")

    static var arePresent: Bool { FileAccess.exists(folder + "/ltl.json") }

    static func cases(_ file: String) throws -> [JSON] {
        try JSON(parsing: FileAccess.read(folder + "/" + file))["cases"]?.arrayValue ?? []
    }
}

/// Whether tags nest and attributes are quoted: as much of XML as a report uses.
enum XMLCheck {
    static func isWellFormed(_ text: String) -> Bool {
        var open: [Substring] = []
        for part in text.split(separator: "<").dropFirst() {
            guard let end = part.firstIndex(of: ">") else { return false }
            let tag = part[..<end]
            guard tag.count(where: { $0 == "\"" }) % 2 == 0 else { return false }
            let name = tag.drop { $0 == "/" }.prefix { $0 != " " && $0 != "/" && $0 != ">" }
            if tag.hasPrefix("/") {
                guard open.popLast() == name else { return false }
            } else if !tag.hasSuffix("/") {
                open.append(name)
            }
        }
        return open.isEmpty
    }
}
