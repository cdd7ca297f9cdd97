import JSONText
import TemporalLogic
import Timeline

/// The fields of one event that comparisons in formulas may speak of.
///
/// `type`, `bytes`, `gap_ms` (since the token before) and `time_ms` (since the log began) are the
/// engine's; any other name is a path into the event's JSON, such as `response.status` or
/// `rate_limits.0.remaining`.
struct EventFields: Sendable {
    private let name: String
    private let byteCount: Int
    private let gap: Double?
    private let time: Instant
    private let json: JSON?

    init(of moment: Moment, name: String) {
        self.name = name
        byteCount = moment.byteCount
        gap = moment.gap
        time = moment.time
        json = try? JSON(parsing: moment.raw)
    }

    /// The field's value; nil when the event has none.
    subscript(field: String) -> JSON? {
        switch field {
        case "type": .string(name)
        case "bytes": JSON(byteCount)
        case "gap_ms": gap.map { JSON($0) }
        case "time_ms": JSON((time - .zero).milliseconds)
        default: value(at: field)
        }
    }

    private func value(at path: String) -> JSON? {
        var value = json
        for key in path.split(separator: ".") {
            switch value {
            case .object: value = value?[String(key)]
            case .array(let elements):
                guard let index = Int(key), elements.indices.contains(index) else { return nil }
                value = elements[index]
            default: return nil
            }
        }
        return value
    }
}

/// A comparison of a field with a literal; false for an event without the field, or with one of
/// another type.
struct FieldComparison: Sendable {
    var field: String
    var comparison: Comparison
    var literal: Literal

    func holds(_ fields: EventFields) -> Bool {
        guard let value = fields[field] else { return false }
        switch literal {
        case .number(let number):
            guard let actual = value.doubleValue else { return false }
            return ordered(actual, number)
        case .boolean(let wanted):
            guard let actual = value.boolValue else { return false }
            return comparison == .equal
                ? actual == wanted
                : comparison == .notEqual && actual != wanted
        case .string(let text):
            guard let actual = value.stringValue else { return false }
            switch comparison {
            case .contains: return Self.contains(actual, text)
            case .lacks: return !Self.contains(actual, text)
            default: return ordered(Array(actual.utf8), Array(text.utf8))
            }
        }
    }

    private func ordered(_ a: Double, _ b: Double) -> Bool {
        switch comparison {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        case .contains, .lacks: false
        }
    }

    private func ordered(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        switch comparison {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a.lexicographicallyPrecedes(b)
        case .lessOrEqual: !b.lexicographicallyPrecedes(a)
        case .greater: b.lexicographicallyPrecedes(a)
        case .greaterOrEqual: !a.lexicographicallyPrecedes(b)
        case .contains, .lacks: false
        }
    }

    private static func contains(_ text: String, _ part: String) -> Bool {
        let text = Array(text.utf8)
        let part = Array(part.utf8)
        guard part.count <= text.count else { return false }
        return (0...text.count - part.count).contains { start in
            text[start..<start + part.count].elementsEqual(part)
        }
    }
}
