import JSONText
import TemporalLogic

/// Lists property packs and files: their parameters and what they demand.
package struct PropertyListCommand {
    package var selection: PropertySelection
    package var asJSON: Bool

    package init(selection: PropertySelection, asJSON: Bool) {
        self.selection = selection
        self.asJSON = asJSON
    }

    package func run() throws(FileError) -> String {
        let choosesNothing = selection.files.isEmpty && selection.packs.isEmpty
        let sources = try selection.sources(packs: choosesNothing ? ["all"] : selection.packs)
        if asJSON {
            return JSON.object([
                .init(key: "format", value: "midstream-properties/1"),
                .init(key: "packs", value: .array(sources.map(Self.json))),
            ]).pretty(indent: 2) + "\n"
        }
        return sources.map(Self.text).joined(separator: "\n")
    }

    private static func text(_ source: PropertySelection.Source) -> String {
        let mark = source.isDefault ? "  (watched by default)" : ""
        var result = source.name + mark + "\n"
        for line in source.file.summary.split(separator: "\n") { result += "  " + line + "\n" }
        for parameter in source.file.parameters {
            result += "  parameter \(parameter.name) = \(parameter.value)"
            result += comment(parameter.comment) + "\n"
        }
        for property in source.file.properties {
            result += "  \(property.name)" + comment(property.comment) + "\n"
            result += "      \(property.formula)\n"
        }
        return result
    }

    private static func comment(_ text: String) -> String {
        text.isEmpty ? "" : "  # " + text.split(separator: "\n").joined(separator: " ")
    }

    private static func json(_ source: PropertySelection.Source) -> JSON {
        .object([
            .init(key: "name", value: .string(source.name)),
            .init(key: "default", value: .bool(source.isDefault)),
            .init(key: "summary", value: .string(source.file.summary)),
            .init(
                key: "parameters",
                value: .array(
                    source.file.parameters.map { parameter in
                        .object([
                            .init(key: "name", value: .string(parameter.name)),
                            .init(key: "value", value: .string(parameter.value)),
                            .init(key: "comment", value: .string(parameter.comment)),
                        ])
                    })),
            .init(
                key: "properties",
                value: .array(
                    source.file.properties.map { property in
                        .object([
                            .init(key: "name", value: .string(property.name)),
                            .init(key: "formula", value: .string(property.formula.description)),
                            .init(key: "comment", value: .string(property.comment)),
                        ])
                    })),
        ])
    }
}
