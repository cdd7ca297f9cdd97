import JSONText
import Timeline

/// Which of the session's functions the emulated model calls, and with what arguments.
enum ToolChoice {
    /// A decision to call.
    struct Call: Equatable, Sendable {
        var name: String
        /// JSON text that fits the function's schema.
        var arguments: String
    }

    /// The call that `text` asks for; nil when it asks for none or `choice` forbids it.
    ///
    /// A function is asked for when the text shares a telling word with its name or description.
    static func call(
        for text: String, tools: [JSON], choice: JSON, _ random: inout SeededRandom
    ) -> Call? {
        let functions = tools.filter { $0["type"]?.stringValue == "function" }
        guard !functions.isEmpty, choice.stringValue != "none" else { return nil }
        var chosen: JSON?
        if let name = choice["name"]?.stringValue {
            chosen = functions.first { $0["name"]?.stringValue == name }
        } else {
            chosen = best(of: functions, for: text)
            if chosen == nil, choice.stringValue == "required" { chosen = functions[0] }
        }
        guard let chosen, let name = chosen["name"]?.stringValue else { return nil }
        let schema = chosen["parameters"] ?? ["type": "object"]
        var writer = ArgumentWriter(text: text, root: schema, random: random)
        let arguments = writer.value(for: schema)
        random = writer.random
        return Call(
            name: name, arguments: String(decoding: arguments.bytes, as: UTF8.self))
    }

    private static func best(of functions: [JSON], for text: String) -> JSON? {
        let spoken = words(text)
        var best: (score: Int, function: JSON)?
        for function in functions {
            let name = words(function["name"]?.stringValue ?? "")
            let description = words(function["description"]?.stringValue ?? "")
            let score =
                3 * name.count { spoken.contains($0) }
                + description.count { spoken.contains($0) }
            if score >= 2, score > best?.score ?? 0 { best = (score, function) }
        }
        return best?.function
    }

    private static let common: Set<String> = [
        "about", "with", "what", "when", "where", "which", "from", "that", "this", "have", "tool",
        "function", "call", "given", "return", "user", "some", "then", "will", "would", "could",
        "please", "tell", "your", "into", "them", "there", "their", "look", "current", "name",
    ]

    private static func words(_ text: String) -> [String] {
        var result: [String] = []
        for word in text.split(whereSeparator: { !$0.isLetter }) {
            let plain = LanguageModel.plain(word)
            if plain.count > 2, !common.contains(plain), !result.contains(plain) {
                result.append(plain)
            }
        }
        return result
    }
}

/// Writes a value for a JSON schema, taking names and numbers from what the user said.
struct ArgumentWriter {
    let text: String
    let root: JSON
    var random: SeededRandom
    private var numbers: [Double] = []
    private var names: [String] = []

    init(text: String, root: JSON, random: SeededRandom) {
        self.text = text
        self.root = root
        self.random = random
        numbers = text.split(whereSeparator: { !($0.isNumber || $0 == "." || $0 == "-") })
            .compactMap { Double($0.hasSuffix(".") ? $0.dropLast() : $0) }
        names = Self.names(in: text)
    }

    /// What is quoted, then what follows "in", "for", "to" and the like.
    private static func names(in text: String) -> [String] {
        var names: [String] = []
        for (index, part) in text.split(separator: "\"", omittingEmptySubsequences: false)
            .enumerated()
        where index % 2 == 1 && !part.isEmpty {
            names.append(String(part))
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        for (index, word) in words.enumerated().dropLast()
        where ["in", "for", "of", "to", "at", "from", "about", "on"].contains(word.lowercased()) {
            var following = words[(index + 1)...].prefix { $0.first?.isUppercase == true }
            if following.isEmpty { following = words[(index + 1)...].prefix(1) }
            // A name ends where a mark stands.
            if let stop = following.firstIndex(where: { $0.last?.isPunctuation == true }) {
                following = following[following.startIndex...stop]
            }
            let name = following.joined(separator: " ")
                .filter { !",.;:!?\"".contains($0) }
            if !name.isEmpty { names.append(name) }
        }
        return names
    }

    /// A value that fits `schema`; `depth` bounds schemas that contain themselves.
    mutating func value(for schema: JSON, depth: Int = 0) -> JSON {
        if let constant = schema["const"] { return constant }
        if let choices = schema["enum"]?.arrayValue, !choices.isEmpty { return choice(choices) }
        if let path = schema["$ref"]?.stringValue, depth < 8 {
            return value(for: resolve(path), depth: depth + 1)
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            if let first = schema[key]?.arrayValue?.first, depth < 8 {
                return value(for: first, depth: depth + 1)
            }
        }
        let type = schema["type"]?.stringValue ?? schema["type"]?.arrayValue?.first?.stringValue
        switch type {
        case "string": return .string(string(schema))
        case "integer": return JSON(Int(number(schema).rounded(.up)))
        case "number": return JSON(number(schema))
        case "boolean": return true
        case "null": return nil
        case "array":
            let count = min(max(1, schema["minItems"]?.intValue ?? 1), 8)
            guard depth < 8, let items = schema["items"] else { return [] }
            return .array((0..<count).map { _ in value(for: items, depth: depth + 1) })
        default: return object(schema, depth)
        }
    }

    private mutating func object(_ schema: JSON, _ depth: Int) -> JSON {
        let required = schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        var members: [JSON.Member] = []
        for property in schema["properties"]?.objectValue ?? [] {
            // What is optional is left out where schemas nest deeply.
            guard depth < 6 || required.contains(property.key) else { continue }
            members.append(
                .init(key: property.key, value: value(for: property.value, depth: depth + 1)))
        }
        return .object(members)
    }

    private mutating func choice(_ choices: [JSON]) -> JSON {
        let lowered = text.lowercased()
        return choices.first { choice in
            choice.stringValue.map { !$0.isEmpty && lowered.contains($0.lowercased()) } ?? false
        } ?? choices[0]
    }

    private mutating func string(_ schema: JSON) -> String {
        var result: String
        switch schema["format"]?.stringValue {
        case "date": result = "2026-08-21"
        case "time": result = "10:00:00Z"
        case "date-time": result = "2026-08-21T10:00:00Z"
        case "email": result = "somebody@example.com"
        case "uri": result = "https://example.com/"
        default: result = names.isEmpty ? text : names.removeFirst()
        }
        if let limit = schema["maxLength"]?.intValue {
            result = String(result.prefix(max(0, limit)))
        }
        if let least = schema["minLength"]?.intValue, result.count < min(least, 4096) {
            result += String(repeating: "x", count: min(least, 4096) - result.count)
        }
        return result
    }

    private mutating func number(_ schema: JSON) -> Double {
        var value = numbers.isEmpty ? 1 : numbers.removeFirst()
        if let least = schema["minimum"]?.doubleValue { value = max(value, least) }
        if let most = schema["maximum"]?.doubleValue { value = min(value, most) }
        return min(max(value, -1e15), 1e15)
    }

    /// "#/$defs/Name" within the function's schema; an unknown path is any value.
    private func resolve(_ path: String) -> JSON {
        var value = root
        for step in path.split(separator: "/") where step != "#" {
            guard let next = value[String(step)] else { return ["type": "string"] }
            value = next
        }
        return value
    }
}
