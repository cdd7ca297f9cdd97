import Interface
import JSONText

/// The figures of a run, and what they were measured with.
package struct BenchmarkReport: Sendable {
    /// What a figure is meant to stay under or above.
    enum Aim: Sendable {
        case atMost(Double)
        case atLeast(Double)

        func isMet(by value: Double) -> Bool {
            switch self {
            case .atMost(let limit): value <= limit
            case .atLeast(let limit): value >= limit
            }
        }
    }

    /// One figure: a name, a value with its unit, its aim.
    struct Figure: Sendable {
        var section: String
        /// What other tools' figures for the same work are filed under.
        var id: String?
        var name: String
        var value: Double
        var unit: String
        var aim: Aim?
    }

    private(set) var figures: [Figure] = []
    /// What the figures with an id were measured with and what came out, by id.
    private var works: [JSON.Member] = []
    private var section = ""

    mutating func begin(_ name: String) { section = name }

    mutating func add(
        _ name: String, _ value: Double, _ unit: String, _ aim: Aim? = nil, id: String? = nil
    ) {
        figures.append(
            Figure(section: section, id: id, name: name, value: value, unit: unit, aim: aim))
    }

    /// Keeps the input of a figure and its result, so that another tool can do the same work.
    mutating func file(_ id: String, input: JSON, answer: JSON) {
        works.append(
            .init(
                key: id,
                value: .object([
                    .init(key: "input", value: input), .init(key: "answer", value: answer),
                ])))
    }

    /// Writes inputs and answers as one JSON object.
    package func writeWorks(to path: String) throws(FileError) {
        try FileAccess.write(JSON.object(works).bytes, to: path, replaces: true)
    }

    package func text(asJSON: Bool) -> String {
        asJSON ? json.pretty(indent: 2) + "\n" : table
    }

    private var table: String {
        var text = ""
        var shown = ""
        for figure in figures {
            if figure.section != shown {
                text += (shown.isEmpty ? "" : "\n") + figure.section + "\n"
                shown = figure.section
            }
            let value = Self.number(figure.value) + " " + figure.unit
            text += "  " + pad(figure.name, 52) + pad(value, 20)
            if let aim = figure.aim {
                text += pad(Self.words(aim), 14)
                text += aim.isMet(by: figure.value) ? "met" : "not met"
            }
            while text.last == " " { text.removeLast() }
            text += "\n"
        }
        return text
    }

    private static func words(_ aim: Aim) -> String {
        switch aim {
        case .atMost(let limit): "≤ " + number(limit, isAim: true)
        case .atLeast(let limit): "≥ " + number(limit, isAim: true)
        }
    }

    private static func number(_ value: Double, isAim: Bool = false) -> String {
        if isAim, value == value.rounded() { return "\(Int(value))" }
        return NumberText.fixed(value, value < 10 ? 3 : value < 1000 ? 1 : 0)
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private var json: JSON {
        .array(
            figures.map { figure in
                var members: [JSON.Member] = [
                    .init(key: "section", value: .string(figure.section)),
                    .init(key: "name", value: .string(figure.name)),
                    .init(key: "value", value: JSON(figure.value)),
                    .init(key: "unit", value: .string(figure.unit)),
                ]
                if let id = figure.id { members.append(.init(key: "id", value: .string(id))) }
                if let aim = figure.aim {
                    switch aim {
                    case .atMost(let limit):
                        members.append(.init(key: "atMost", value: JSON(limit)))
                    case .atLeast(let limit):
                        members.append(.init(key: "atLeast", value: JSON(limit)))
                    }
                    members.append(.init(key: "met", value: .bool(aim.isMet(by: figure.value))))
                }
                return .object(members)
            })
    }
}
