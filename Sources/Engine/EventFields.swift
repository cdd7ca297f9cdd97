import JSONText
import TemporalLogic
import Timeline

/// The fields of one event that comparisons in formulas may speak of.
///
/// `type`, `bytes`, `gap_ms` (since the token before) and `time_ms` (since the log began) are the
/// engine's; any other name is a path into the event's JSON, such as `response.status` or
/// `rate_limits.0.remaining`. A name that is not found at the top of the event is looked for in the
/// object that the event is about: `status` of a `response.done` is its `response.status`.
///
/// The text is read when the first comparison asks for it, once for all properties.
struct EventFields: Sendable {
    private let name: String
    private let signals: Signals
    private let byteCount: Int
    private let gap: Double?
    private let time: Instant
    private let raw: [UInt8]
    private var json: JSON?
    private var isRead = false

    init(
        name: String, signals: Signals, byteCount: Int, gap: Double?, time: Instant, raw: [UInt8]
    ) {
        self.name = name
        self.signals = signals
        self.byteCount = byteCount
        self.gap = gap
        self.time = time
        self.raw = raw
    }

    /// The field's value; nil when the event has none.
    mutating func value(of field: Field) -> JSON? {
        switch field {
        case .type: return .string(name)
        case .bytes: return JSON(byteCount)
        case .gap: return gap.map { JSON($0) }
        case .time: return JSON((time - .zero).milliseconds)
        case .path(let keys):
            // A piece of a stream is flat: nothing to find below an object, and much to read.
            if signals.contains(.delta), let first = keys.first, Self.objects.contains(first) {
                return nil
            }
            if !isRead {
                json = try? JSON(parsing: raw)
                isRead = true
            }
            return value(at: keys, in: json) ?? principal.flatMap { value(at: keys, in: $0) }
        }
    }

    /// Objects of the protocol that no piece of a stream carries.
    private static let objects: [String] = [
        "response", "item", "session", "error", "part", "conversation", "usage", "rate_limits",
    ]

    /// What a comparison is about.
    enum Field: Sendable {
        case type, bytes, gap, time
        case path([String])

        init(_ name: String) {
            switch name {
            case "type": self = .type
            case "bytes": self = .bytes
            case "gap_ms": self = .gap
            case "time_ms": self = .time
            default: self = .path(name.split(separator: ".").map(String.init))
            }
        }
    }

    /// The object that the event is about: the first of these that it has.
    private var principal: JSON? {
        for key in Self.principals {
            if let object = json?[key], case .object = object { return object }
        }
        return nil
    }

    private static let principals = ["response", "item", "session", "error", "part"]

    private func value(at keys: [String], in object: JSON?) -> JSON? {
        var value = object
        for key in keys {
            switch value {
            case .object: value = value?[key]
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
    private let field: EventFields.Field
    private let comparison: Comparison
    private let literal: Literal

    init(field: String, comparison: Comparison, literal: Literal) {
        self.field = EventFields.Field(field)
        self.comparison = comparison
        self.literal = literal
    }

    /// Whether it is about times.
    var needsClock: Bool {
        switch field {
        case .gap, .time: true
        case .type, .bytes, .path: false
        }
    }

    func holds(_ fields: inout EventFields) -> Bool {
        guard let value = fields.value(of: field) else { return false }
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
