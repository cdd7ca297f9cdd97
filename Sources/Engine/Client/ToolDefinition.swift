package import JSONText
import Timeline

/// A tool that the model may call.
package struct ToolDefinition: Equatable, Sendable {
    package var name: String
    package var description: String
    /// JSON Schema of the arguments.
    package var parameters: JSON
    package var kind: Kind

    package enum Kind: Equatable, Sendable {
        /// Answered by this program.
        case builtIn(BuiltInTool)
        /// A program that gets the arguments on its standard input and answers on its output.
        case command(String, timeoutMilliseconds: Int)
        /// A person answers.
        case manual
    }

    package init(name: String, description: String, parameters: JSON, kind: Kind) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.kind = kind
    }

    var json: JSON {
        [
            "type": "function", "name": .string(name), "description": .string(description),
            "parameters": parameters,
        ]
    }
}

/// Tools for trying tool calls out, answered from what is measured anyway.
package enum BuiltInTool: String, CaseIterable, Sendable {
    case rollDice = "roll_dice"
    case sessionReport = "session_report"

    package var definition: ToolDefinition {
        switch self {
        case .rollDice:
            ToolDefinition(
                name: rawValue, description: "Rolls dice and says what each shows.",
                parameters: [
                    "type": "object",
                    "properties": [
                        "count": ["type": "integer", "minimum": 1, "maximum": 20],
                        "sides": ["type": "integer", "minimum": 2, "maximum": 1000],
                    ], "required": ["count"], "additionalProperties": false,
                ], kind: .builtIn(self))
        case .sessionReport:
            ToolDefinition(
                name: rawValue,
                description: "Says what was measured of this conversation: turns, latency, cost.",
                parameters: ["type": "object", "properties": [:], "additionalProperties": false],
                kind: .builtIn(self))
        }
    }

    /// What the tool answers, a JSON text; an error is told to the model in the same way.
    func answer(
        _ arguments: String, session: SessionState?, random: inout SeededRandom
    ) -> String {
        guard let parsed = try? JSON(parsing: Array(arguments.utf8)) else {
            return Self.text(["error": "the arguments are no JSON"])
        }
        switch self {
        case .rollDice:
            let count = parsed["count"]?.intValue ?? 1
            let sides = parsed["sides"]?.intValue ?? 6
            guard (1...20).contains(count), (2...1000).contains(sides) else {
                return Self.text(["error": "count is 1 to 20, sides 2 to 1000"])
            }
            let rolls = (0..<count).map { _ in Int.random(in: 1...sides, using: &random) }
            return Self.text([
                "rolls": .array(rolls.map { JSON($0) }), "sum": JSON(rolls.reduce(0, +)),
            ])
        case .sessionReport:
            guard let session else { return Self.text(["error": "nothing is measured yet"]) }
            let latencies = session.turns.compactMap { $0.firstResponseLatency?.milliseconds }
            let mean =
                latencies.isEmpty
                ? JSON.null : JSON((latencies.reduce(0, +) / Double(latencies.count)).rounded())
            return Self.text([
                "turns": JSON(session.turns.total), "mean_first_response_ms": mean,
                "tokens": JSON(session.tokens.total),
                "cost_usd": session.spending.totalCost.map { JSON($0) } ?? .null,
            ])
        }
    }

    private static func text(_ json: JSON) -> String { String(decoding: json.bytes, as: UTF8.self) }
}
