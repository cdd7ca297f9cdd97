import JSONText
import Testing

@testable import Runtime

struct ModelCommandTests {
    private let model = """
        {"states": [
          {"name": "idle", "true": ["ready"], "next": ["busy", "idle"], "initial": true},
          {"name": "busy", "true": ["work"], "next": ["idle", "dead"]},
          {"name": "dead", "next": ["dead"]}]}
        """

    private func check(_ ctl: [String], _ ltl: [String]) throws -> [CheckCommand.Outcome] {
        var command = CheckCommand(path: "m")
        command.branching = ctl
        command.linear = ltl
        return try command.outcomes(try ModelFile(parsing: Array(model.utf8), path: "m"))
    }

    @Test func `branching formulas hold in the states where they should`() throws {
        let found = try check(["EF AG !ready", "AG EF ready", "ready -> EX work", "AF work"], [])
        #expect(found.map(\.holds) == [true, false, true, false])
        #expect(
            found.map(\.states) == [
                ["idle", "busy", "dead"], [], ["idle", "busy", "dead"], ["busy"],
            ])
    }

    @Test func `a violated linear formula comes with a path`() throws {
        let found = try check(
            [], ["G F ready", "G(work -> X(ready | !work))", "G(ready -> F work)"])
        #expect(found.map(\.holds) == [false, true, false])
        #expect(found[0].path == ["idle", "busy", "dead"])
        #expect(found[0].loop == 2)
        #expect(found[1].path == nil)
        #expect(found[2].path == ["idle"])
    }

    @Test(arguments: [
        ("[]", "states"), (#"{"states":[{}]}"#, "initial"),
        (#"{"states":[{"initial":true,"next":["b"]}]}"#, "no state “b”"),
        (#"{"states":[{"name":"a","initial":1}]}"#, "true or false"),
        (#"{"states":[{"name":"a"},{"name":"a"}]}"#, "two states"),
        (#"{"states":[{"nme":"a","initial":true}]}"#, "nme"), ("{", "byte"),
    ])
    func `a wrong model is an error with its place`(text: String, words: String) {
        #expect { _ = try ModelFile(parsing: Array(text.utf8), path: "m") } throws: { error in
            "\(error)".contains(words)
        }
    }

    private func synthesize(
        _ text: String, _ output: SynthesizeCommand.Output = .json
    ) throws -> (text: String, status: Int32) {
        let folder = try TemporaryDirectory()
        try FileAccess.write(Array(text.utf8), to: folder.path("spec"), replaces: false)
        var command = SynthesizeCommand(path: folder.path("spec"))
        command.output = output
        return try command.run()
    }

    @Test func `a controller answers every input in every state`() throws {
        let specification = """
            # Two clients and one resource.
            input r1 r2
            output g1, g2
            assume true
            guarantee G !(g1 & g2)
            guarantee G(r1 ->
              F g1)
            guarantee G(r2 -> F g2)
            """
        let (text, status) = try synthesize(specification)
        #expect(status == 0)
        let json = try JSON(parsing: Array(text.utf8))
        #expect(json["realizable"]?.boolValue == true)
        let states = try #require(json["states"]?.arrayValue)
        for state in states {
            let moves = try #require(state.arrayValue)
            #expect(moves.count == 4)
            for move in moves {
                #expect(states.indices.contains(move["next"]?.intValue ?? -1))
                #expect((move["outputs"]?.arrayValue?.count ?? 9) <= 1)
            }
        }
        let dot = try synthesize(specification, .dot).text
        #expect(dot.hasPrefix("digraph controller {"))
        #expect(
            dot.split(separator: "\n").filter { $0.contains("label") }.count == 4 * states.count)
    }

    @Test func `an unrealizable specification is explained by its core and a play`() throws {
        let (text, status) = try synthesize(
            "input in\noutput out\nguarantee G(out <-> X in)\nguarantee G !(out & in)\n")
        #expect(status == 1)
        let json = try JSON(parsing: Array(text.utf8))
        #expect(json["realizable"]?.boolValue == false)
        #expect(json["core"]?.arrayValue?.compactMap(\.stringValue) == ["G(out <-> X in)"])
        #expect(json["play"]?.arrayValue?.count == 2)
        let other = try synthesize(
            "input ready\noutput done\nguarantee G(done -> ready)\nguarantee G F done\n", .text)
        #expect(other.status == 1)
        #expect(other.text.contains("kept together"))
        #expect(other.text.contains("recurring"))
    }

    @Test(arguments: [
        ("inputs a\n", ":1", "inputs"), ("input a\noutput a\n", ":2", "before"),
        ("input a\noutput b\nguarantee G(b -> \n", ":3:18", "operand"),
        ("input a\noutput b\n", "", "no guarantee"), ("input true\n", ":1", "no name"),
        ("input a\noutput b\nguarantee F G b\n", "F G b", "neither"),
        ("input a\noutput b\nguarantee G c\n", "G c", "no input or output"),
    ])
    func `a wrong specification is an error with its place`(
        text: String, place: String, words: String
    ) {
        #expect { _ = try synthesize(text) } throws: { error in
            "\(error)".contains(words) && "\(error)".contains(place)
        }
    }

    @Test func `the exit statuses are 0, 1 and 2`() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("model.json")
        try FileAccess.write(Array(model.utf8), to: path, replaces: false)
        let formulas = [("EF ready", 0), ("AG ready", 1), ("AG(", 2)]
        for (formula, status) in formulas {
            let found = try Program.run(["check", path, "--ctl", formula]).status
            #expect(found == Int32(status))
        }
        let none = try Program.run(["synthesize", folder.path("none")]).status
        #expect(none == 2)
    }
}
