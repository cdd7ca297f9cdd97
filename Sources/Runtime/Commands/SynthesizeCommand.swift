import JSONText
import TemporalLogic

/// Builds a controller from a specification, or says why there is none.
package struct SynthesizeCommand {
    package enum Output: Sendable { case text, json, dot }

    package var path: String
    package var output = Output.text

    package init(path: String) { self.path = path }

    /// - Returns: the text, and 0 with a controller, 1 when none exists.
    package func run() throws(FileError) -> (text: String, status: CInt) {
        let text = String(decoding: try FileAccess.read(path), as: UTF8.self)
        let file = try SynthesisFile(parsing: text, path: path)
        let synthesis = Synthesis(
            inputs: file.inputs, outputs: file.outputs, assumptions: file.assumptions,
            guarantees: file.guarantees)
        do throws(Synthesis.Failure) {
            return (show(try synthesis.controller(), file), 0)
        } catch {
            return (try explain(error, synthesis, file), 1)
        }
    }

    private func show(_ controller: Controller, _ file: SynthesisFile) -> String {
        switch output {
        case .text: Self.text(controller, file)
        case .json: Self.json(controller, path).pretty(indent: 2) + "\n"
        case .dot: Self.dot(controller)
        }
    }

    // MARK: a controller

    /// The names whose bits are set.
    private static func names(_ names: [String], _ bits: UInt64) -> [String] {
        names.indices.filter { bits >> UInt64($0) & 1 == 1 }.map { names[$0] }
    }

    private static func shown(_ names: [String], _ bits: UInt64) -> String {
        let set = Self.names(names, bits)
        return set.isEmpty ? "-" : set.joined(separator: " ")
    }

    private static func text(_ controller: Controller, _ file: SynthesisFile) -> String {
        var result = "A controller of \(controller.machine.count) states, checked against "
        result +=
            "\(file.guarantees.count) guarantees under \(file.assumptions.count) assumptions.\n"
        result += "state: inputs / outputs -> next state\n"
        for (state, row) in controller.machine.enumerated() {
            for (input, move) in row.enumerated() {
                let inputs = shown(controller.inputs, UInt64(input))
                let outputs = shown(controller.outputs, move.outputs)
                result += "\(state): \(inputs) / \(outputs) -> \(move.next)\n"
            }
        }
        return result
    }

    private static func json(_ controller: Controller, _ path: String) -> JSON {
        func texts(_ names: [String]) -> JSON { .array(names.map { .string($0) }) }
        let states = controller.machine.map { row -> JSON in
            .array(
                row.enumerated().map { input, move in
                    .object([
                        .init(
                            key: "inputs", value: texts(names(controller.inputs, UInt64(input)))),
                        .init(
                            key: "outputs", value: texts(names(controller.outputs, move.outputs))),
                        .init(key: "next", value: JSON(move.next)),
                    ])
                })
        }
        return .object([
            .init(key: "format", value: "midstream-controller/1"),
            .init(key: "file", value: .string(path)),
            .init(key: "realizable", value: true),
            .init(key: "verified", value: true),
            .init(key: "inputs", value: texts(controller.inputs)),
            .init(key: "outputs", value: texts(controller.outputs)),
            .init(key: "states", value: .array(states)),
        ])
    }

    private static func dot(_ controller: Controller) -> String {
        var result = "digraph controller {\n  rankdir=LR;\n  start [shape=point];\n"
        result += "  start -> 0;\n"
        for (state, row) in controller.machine.enumerated() {
            result += "  \(state) [shape=circle];\n"
            for (input, move) in row.enumerated() {
                let inputs = shown(controller.inputs, UInt64(input))
                let outputs = shown(controller.outputs, move.outputs)
                result += "  \(state) -> \(move.next) [label=\"\(inputs) / \(outputs)\"];\n"
            }
        }
        return result + "}\n"
    }

    // MARK: none

    private func explain(
        _ failure: Synthesis.Failure, _ synthesis: Synthesis, _ file: SynthesisFile
    ) throws(FileError) -> String {
        switch failure {
        case .unrealizable: return explainUnrealizable(synthesis, file)
        case .unsupported(let formula, let reason):
            let all = file.assumptions + file.guarantees
            let text = all.indices.contains(formula) ? all[formula].description : path
            throw FileError(path: text, message: reason)
        case .tooLarge(let limit):
            throw FileError(path: path, message: "the game has more than \(limit) states")
        case .unverified:
            throw FileError(path: path, message: "a controller was found but not proved")
        }
    }

    private func explainUnrealizable(_ synthesis: Synthesis, _ file: SynthesisFile) -> String {
        let why = synthesis.unrealizability()
        let core = (why?.core ?? Array(file.guarantees.indices)).map {
            file.guarantees[$0].description
        }
        let steps = (why?.play ?? []).map { letter in
            (
                inputs: letter & (1 << UInt64(file.inputs.count) - 1),
                outputs: letter >> UInt64(file.inputs.count)
            )
        }
        if output == .json {
            func texts(_ names: [String]) -> JSON { .array(names.map { .string($0) }) }
            return JSON.object([
                .init(key: "format", value: "midstream-controller/1"),
                .init(key: "file", value: .string(path)),
                .init(key: "realizable", value: false),
                .init(key: "core", value: texts(core)),
                .init(
                    key: "play",
                    value: .array(
                        steps.map { step in
                            .object([
                                .init(
                                    key: "inputs",
                                    value: texts(Self.names(file.inputs, step.inputs))),
                                .init(
                                    key: "outputs",
                                    value: texts(Self.names(file.outputs, step.outputs))),
                            ])
                        })),
            ]).pretty(indent: 2) + "\n"
        }
        var result = "Unrealizable: the environment can defeat every controller.\n"
        result +=
            core.count == 1
            ? "This guarantee cannot be kept:\n" : "These guarantees cannot be kept together:\n"
        for text in core { result += "  \(text)\n" }
        guard !steps.isEmpty else {
            return result
                + "No finite play breaks one: the environment keeps something from ever recurring.\n"
        }
        result += "The environment forces a breach, whatever the controller answers, as here:\n"
        for (place, step) in steps.enumerated() {
            let inputs = Self.shown(file.inputs, step.inputs)
            result += "  \(place): \(inputs) / \(Self.shown(file.outputs, step.outputs))\n"
        }
        return result
    }
}
