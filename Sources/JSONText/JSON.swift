/// A JSON value (RFC 8259); objects keep their order and duplicate keys, numbers keep their text.
package enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    /// The number as it was written, so that no digit is lost.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    /// One name and value of an object.
    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: JSON

        package init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }

    package init(_ value: Int) { self = .number(String(value)) }

    package init(_ value: UInt64) { self = .number(String(value)) }

    /// The shortest text that reads back as `value`; `null` when JSON has no text for it (NaN, ±∞).
    package init(_ value: Double) {
        guard value.isFinite else {
            self = .null
            return
        }
        if value.magnitude <= 0x1p53, let whole = JSON.whole(value) {
            self = .number(String(whole))
        } else {
            self = .number(value.description)
        }
    }

    /// The member of an object; of duplicate keys the last, as most readers do.
    package subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    package var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The number when it is whole and fits, however it is written: `3`, `3.0` and `3e0` are 3.
    package var intValue: Int? {
        guard case .number(let text) = self else { return nil }
        return Int(text) ?? Double(text).flatMap(JSON.whole)
    }

    /// `value` when it is a whole number that fits; made without the C library's rounding functions.
    private static func whole(_ value: Double) -> Int? {
        guard value.magnitude < 0x1p63, Double(Int(value)) == value else { return nil }
        return Int(value)
    }

    /// The nearest double; nil for a number too large to be finite.
    package var doubleValue: Double? {
        guard case .number(let text) = self, let value = Double(text), value.isFinite else {
            return nil
        }
        return value
    }

    package var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var arrayValue: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var objectValue: [Member]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    package var isNull: Bool { self == .null }
}
