import JSONText

/// Reads the fields of a nested object and reports what is wrong with them under their full path.
struct ObjectReader {
    let path: String
    let members: [JSON.Member]

    /// Nil, with a report, when `value` is not an object.
    init?(_ value: JSON, path: String, _ report: inout DecodingReport) {
        guard case .object(let members) = value else {
            report.note(path, "expected an object, found \(value.kind)")
            return nil
        }
        self.path = path
        self.members = members
    }

    /// The value under `key`, the last of duplicates; nil when absent or null.
    subscript(key: String) -> JSON? {
        guard let value = members.last(where: { $0.key == key })?.value, value != .null else {
            return nil
        }
        return value
    }

    func path(of key: String) -> String { "\(path).\(key)" }

    func string(_ key: String, _ report: inout DecodingReport) -> String? {
        guard let value = self[key] else { return nil }
        if let text = value.stringValue { return text }
        report.note(path(of: key), "expected a text, found \(value.kind)")
        return nil
    }

    func requiredString(_ key: String, _ report: inout DecodingReport) -> String {
        if self[key] == nil { report.note(path(of: key), "is missing") }
        return string(key, &report) ?? ""
    }

    func int(_ key: String, _ report: inout DecodingReport) -> Int? {
        guard let value = self[key] else { return nil }
        if let number = value.intValue { return number }
        let found = value.doubleValue == nil ? value.kind : "a fraction or too large a number"
        report.note(path(of: key), "expected a whole number, found \(found)")
        return nil
    }

    func requiredInt(_ key: String, _ report: inout DecodingReport) -> Int {
        if self[key] == nil { report.note(path(of: key), "is missing") }
        return int(key, &report) ?? 0
    }

    func double(_ key: String, _ report: inout DecodingReport) -> Double? {
        guard let value = self[key] else { return nil }
        if let number = value.doubleValue { return number }
        report.note(path(of: key), "expected a number, found \(value.kind)")
        return nil
    }

    func object(_ key: String, _ report: inout DecodingReport) -> ObjectReader? {
        self[key].flatMap { ObjectReader($0, path: path(of: key), &report) }
    }

    /// The elements of an array with their paths; empty when absent.
    func array(_ key: String, _ report: inout DecodingReport) -> [(value: JSON, path: String)] {
        guard let value = self[key] else { return [] }
        return Self.elements(value, path: path(of: key), &report)
    }

    static func elements(
        _ value: JSON, path: String, _ report: inout DecodingReport
    ) -> [(value: JSON, path: String)] {
        guard case .array(let elements) = value else {
            report.note(path, "expected an array, found \(value.kind)")
            return []
        }
        return elements.enumerated().map { ($0.element, "\(path)[\($0.offset)]") }
    }

    /// Reports the fields that `vocabulary` does not know, and the dialect of those it does.
    func check(_ vocabulary: Vocabulary, _ report: inout DecodingReport) {
        for member in members {
            guard let dialect = vocabulary[member.key] else {
                report.unknownFields.append(path(of: member.key))
                continue
            }
            if dialect != .ga { report.note(dialect) }
        }
    }
}

/// The names that the fields of one kind of object may have, and in which dialect.
struct Vocabulary: Sendable {
    private var dialects: [String: Dialect] = [:]

    init(ga: String, beta: String = "", voiceLive: String = "", xai: String = "") {
        for (names, dialect) in [
            (xai, Dialect.xai), (voiceLive, .voiceLive), (beta, .beta), (ga, .ga),
        ] {
            for name in names.split(separator: " ") { dialects[String(name)] = dialect }
        }
    }

    subscript(name: String) -> Dialect? { dialects[name] }
}

extension JSON {
    /// What kind of value this is, in words for a report.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .number: "a number"
        case .string: "a text"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
