/// A line of a header or a trailer.
package struct HeaderField: Equatable, Hashable, Sendable {
    /// In lower case.
    package var name: String
    package var value: String
    /// Whether no intermediary may keep it in a table: secrets.
    package var isSecret: Bool

    package init(_ name: String, _ value: String, isSecret: Bool = false) {
        (self.name, self.value, self.isSecret) = (name, value, isSecret)
    }

    /// What it counts against a limit (RFC 9114, section 4.2.2).
    var size: Int { name.utf8.count + value.utf8.count + 32 }

    /// Whether HTTP/3 allows it: a lower-case token, a value without line breaks, and nothing of
    /// HTTP/1.1's connections (RFC 9114, section 4.2).
    var problem: String? {
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken) else {
            return "a field with an impossible name"
        }
        let isPlain = value.utf8.allSatisfy { $0 != 0 && $0 != 10 && $0 != 13 }
        guard isPlain, value.utf8.first != 32, value.utf8.first != 9, value.utf8.last != 32,
            value.utf8.last != 9
        else { return "field \(name) with an impossible value" }
        switch name {
        case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
            return "field \(name), which HTTP/3 does not have"
        case "te" where value != "trailers": return "field te with more than trailers"
        default: return nil
        }
    }

    /// RFC 9110, section 5.6.2, without capitals.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case 33, 35...39, 42, 43, 45, 46, 94...96, 124, 126: true
        default: false
        }
    }
}

extension [HeaderField] {
    /// The first value of a name.
    package subscript(name: String) -> String? { first { $0.name == name }?.value }
}

/// A field section taken apart: the pseudo header fields and the others (RFC 9114, section 4.3).
struct FieldSection {
    /// At most five, so they are searched one by one.
    private(set) var pseudo: [HeaderField] = []
    private(set) var fields: [HeaderField] = []

    init(_ lines: [HeaderField], allowed: [String]) throws(HTTP3Error) {
        for line in lines {
            guard line.name.utf8.first == UInt8(ascii: ":") else {
                if let problem = line.problem { throw .malformed(problem) }
                fields.append(line)
                continue
            }
            guard fields.isEmpty else { throw .malformed("\(line.name) after other fields") }
            guard allowed.contains(line.name) else { throw .malformed("field \(line.name)") }
            guard pseudo[line.name] == nil else { throw .malformed("field \(line.name) twice") }
            pseudo.append(line)
        }
    }

    /// The announced length of the body; nil without one.
    func contentLength() throws(HTTP3Error) -> UInt64? {
        var length: UInt64?
        for field in fields where field.name == "content-length" {
            guard !field.value.isEmpty, field.value.utf8.allSatisfy({ (48...57).contains($0) }),
                let value = UInt64(field.value), length == nil || length == value
            else { throw .malformed("an impossible content-length") }
            length = value
        }
        return length
    }
}

extension HTTP3Error {
    static func malformed(_ message: String) -> HTTP3Error {
        HTTP3Error(.messageError, message, isOfStream: true)
    }
}
