/// One header field as it stood on the wire.
package struct HTTPField: Equatable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// Header fields in their order, names as written; looked up without regard to case (RFC 9110 §5).
package struct HTTPFields: Equatable, Sendable, RandomAccessCollection,
    ExpressibleByDictionaryLiteral
{
    private var fields: [HTTPField]

    package init(_ fields: some Sequence<HTTPField> = []) { self.fields = Array(fields) }

    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { HTTPField($0.0, $0.1) }
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { fields.count }
    package subscript(position: Int) -> HTTPField { fields[position] }

    /// The value of the first field with this name.
    package subscript(name: String) -> String? {
        fields.first { Self.isSame($0.name, name) }?.value
    }

    /// The members of a comma-separated list, over all fields with this name.
    package func list(_ name: String) -> [String] {
        fields.filter { Self.isSame($0.name, name) }.flatMap { field in
            field.value.split(separator: ",").map(Self.trimmed).filter { !$0.isEmpty }
        }
    }

    package func contains(name: String) -> Bool { fields.contains { Self.isSame($0.name, name) } }

    package mutating func append(_ name: String, _ value: String) {
        fields.append(HTTPField(name, value))
    }

    package func without(_ names: Set<String>) -> HTTPFields {
        HTTPFields(fields.filter { !names.contains($0.name.lowercased()) })
    }

    static func isSame(_ a: String, _ b: String) -> Bool { a.lowercased() == b.lowercased() }

    static func trimmed(_ text: Substring) -> String {
        let kept = text.drop { $0 == " " || $0 == "\t" }
        guard let last = kept.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(kept[...last])
    }
}
