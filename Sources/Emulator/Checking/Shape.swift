import JSONText

/// What a JSON value may look like: the part of a schema that the server's complaints need.
indirect enum Shape: Sendable {
    case any
    case string
    case boolean
    case oneOf([String])
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case array(Shape)
    case object([Field])
    /// An object whose fields depend on its `type`.
    case tagged([(type: String, fields: [Field])])
    /// An object of any names.
    case map(Shape)
    /// The first that is of the value's kind decides.
    case either([Shape])
    case nullable(Shape)

    struct Field: Sendable {
        var name: String
        var shape: Shape
        var isRequired: Bool

        init(_ name: String, _ shape: Shape, required: Bool = false) {
            self.name = name
            self.shape = shape
            isRequired = required
        }
    }
}

/// Why the server refuses a client's event, in its own words.
struct Complaint: Error, Equatable, Sendable {
    var code: String
    var message: String
    var parameter: String?
}

extension Shape {
    /// Throws the first complaint about `value`; `path` is "session.audio.input".
    func check(_ value: JSON, at path: String) throws(Complaint) {
        switch self {
        case .any: return
        case .nullable(let shape):
            if !value.isNull { try shape.check(value, at: path) }
        case .string: if value.stringValue == nil { throw wrongType(value, path) }
        case .boolean: if value.boolValue == nil { throw wrongType(value, path) }
        case .oneOf(let choices):
            guard let text = value.stringValue else { throw wrongType(value, path) }
            if !choices.contains(text) { throw Self.unsupported(text, choices, path) }
        case .integer(let range):
            guard let number = value.intValue else { throw wrongType(value, path) }
            try Self.check(
                Double(number), Double(range.lowerBound)...Double(range.upperBound),
                "integer", path)
        case .number(let range):
            guard let number = value.doubleValue else { throw wrongType(value, path) }
            try Self.check(number, range, "decimal", path)
        case .array(let element):
            guard let elements = value.arrayValue else { throw wrongType(value, path) }
            for (index, value) in elements.enumerated() {
                try element.check(value, at: "\(path)[\(index)]")
            }
        case .map(let element):
            guard let members = value.objectValue else { throw wrongType(value, path) }
            for member in members { try element.check(member.value, at: "\(path).\(member.key)") }
        case .object(let fields):
            guard let members = value.objectValue else { throw wrongType(value, path) }
            try Self.check(members, fields, path)
        case .tagged(let cases): try Self.check(value, cases, self, path)
        case .either(let shapes):
            let fitting = shapes.first { $0.accepts(kindOf: value) }
            guard let fitting else { throw wrongType(value, path) }
            try fitting.check(value, at: path)
        }
    }

    private static func check(
        _ value: JSON, _ cases: [(type: String, fields: [Field])], _ shape: Shape, _ path: String
    ) throws(Complaint) {
        guard let members = value.objectValue else { throw shape.wrongType(value, path) }
        guard let type = value["type"]?.stringValue else {
            throw Complaint(
                code: "missing_required_parameter",
                message: "Missing required parameter: '\(path).type'.", parameter: "\(path).type")
        }
        guard let found = cases.first(where: { $0.type == type }) else {
            throw unsupported(type, cases.map(\.type), "\(path).type")
        }
        try check(members, [Field("type", .string)] + found.fields, path)
    }

    static func check(
        _ members: [JSON.Member], _ fields: [Field], _ path: String
    ) throws(Complaint) {
        let prefix = path.isEmpty ? "" : path + "."
        for field in fields where field.isRequired {
            if !members.contains(where: { $0.key == field.name }) {
                throw Complaint(
                    code: "missing_required_parameter",
                    message: "Missing required parameter: '\(prefix)\(field.name)'.",
                    parameter: prefix + field.name)
            }
        }
        for member in members {
            guard let field = fields.first(where: { $0.name == member.key }) else {
                throw Complaint(
                    code: "unknown_parameter",
                    message: "Unknown parameter: '\(prefix)\(member.key)'.",
                    parameter: prefix + member.key)
            }
            try field.shape.check(member.value, at: prefix + member.key)
        }
    }

    private static func check(
        _ number: Double, _ range: ClosedRange<Double>, _ kind: String, _ path: String
    ) throws(Complaint) {
        if range.contains(number) { return }
        let isBelow = number < range.lowerBound
        let bound = JSON(isBelow ? range.lowerBound : range.upperBound)
        throw Complaint(
            code: "\(kind)_\(isBelow ? "below_min" : "above_max")_value",
            message: "Invalid '\(path)': \(kind) \(isBelow ? "below minimum" : "above maximum") "
                + "value. Expected a value \(isBelow ? ">=" : "<=") \(Self.text(bound)), but got "
                + "\(Self.text(JSON(number))) instead.", parameter: path)
    }

    private static func text(_ value: JSON) -> String {
        String(decoding: value.bytes, as: UTF8.self)
    }

    static func unsupported(_ text: String, _ choices: [String], _ path: String) -> Complaint {
        var list = choices.map { "'\($0)'" }.joined(separator: ", ")
        if choices.count > 1 {
            list =
                choices.dropLast().map { "'\($0)'" }.joined(separator: ", ")
                + ", and '\(choices[choices.count - 1])'"
        }
        return Complaint(
            code: "invalid_value",
            message: "Invalid value: '\(text)'. Supported values are: \(list).", parameter: path)
    }

    private func wrongType(_ value: JSON, _ path: String) -> Complaint {
        Complaint(
            code: "invalid_type",
            message: "Invalid type for '\(path)': expected \(kind), but got "
                + "\(Self.kind(of: value)) instead.", parameter: path)
    }

    private func accepts(kindOf value: JSON) -> Bool {
        switch self {
        case .any: true
        case .nullable(let shape): value.isNull || shape.accepts(kindOf: value)
        case .string, .oneOf: value.stringValue != nil
        case .boolean: value.boolValue != nil
        case .integer: value.intValue != nil
        case .number: value.doubleValue != nil
        case .array: value.arrayValue != nil
        case .object, .tagged, .map: value.objectValue != nil
        case .either(let shapes): shapes.contains { $0.accepts(kindOf: value) }
        }
    }

    private var kind: String {
        switch self {
        case .any: "a value"
        case .nullable(let shape): shape.kind
        case .string, .oneOf: "a string"
        case .boolean: "a boolean"
        case .integer: "an integer"
        case .number: "a decimal"
        case .array: "an array"
        case .object, .tagged, .map: "an object"
        case .either(let shapes): "one of " + shapes.map(\.kind).joined(separator: " or ")
        }
    }

    private static func kind(of value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .number: value.intValue == nil ? "a decimal" : "an integer"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
