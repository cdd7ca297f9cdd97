package import QUIC

/// What a client asks for.
package struct RequestHead: Equatable, Sendable {
    package var method: String
    package var scheme: String
    package var authority: String
    /// With the query.
    package var path: String
    /// The protocol of an extended CONNECT (RFC 9220); "webtransport" for one.
    package var connectProtocol: String?
    package var fields: [HeaderField]
    /// Whether it came as early data: an attacker may have repeated it.
    package var isEarly: Bool

    package init(
        method: String = "GET", scheme: String = "https", authority: String, path: String,
        connectProtocol: String? = nil, fields: [HeaderField] = [], isEarly: Bool = false
    ) {
        self.method = method
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.connectProtocol = connectProtocol
        self.fields = fields
        self.isEarly = isEarly
    }

    /// What the `priority` field says, or the standard (RFC 9218, section 5).
    package var priority: StreamPriority {
        var field = PriorityField()
        for line in fields where line.name == "priority" { field.parse(Array(line.value.utf8)) }
        return field.priority
    }

    /// Checks a decoded field section (RFC 9114, section 4.3.1; RFC 9220, section 3).
    init(_ section: FieldSection, isEarly: Bool) throws(HTTP3Error) {
        guard let method = section.pseudo[":method"], !method.isEmpty else {
            throw .malformed("a request without a method")
        }
        let authority = try Self.authority(of: section)
        let connectProtocol = section.pseudo[":protocol"]
        if method == "CONNECT", connectProtocol == nil {
            guard section.pseudo[":scheme"] == nil, section.pseudo[":path"] == nil,
                section.pseudo[":authority"]?.isEmpty == false
            else { throw .malformed("a CONNECT with a scheme or a path, or without authority") }
        } else {
            guard connectProtocol == nil || method == "CONNECT" else {
                throw .malformed("a protocol without CONNECT")
            }
            guard let scheme = section.pseudo[":scheme"], !scheme.isEmpty,
                let path = section.pseudo[":path"], !path.isEmpty
            else { throw .malformed("a request without scheme or path") }
            guard path.hasPrefix("/") || (path == "*" && method == "OPTIONS") else {
                throw .malformed("a path that does not begin with a slash")
            }
            guard scheme != "https" || !authority.isEmpty else {
                throw .malformed("a request without authority")
            }
        }
        self.init(
            method: method, scheme: section.pseudo[":scheme"] ?? "", authority: authority,
            path: section.pseudo[":path"] ?? "", connectProtocol: connectProtocol,
            fields: section.fields, isEarly: isEarly)
    }

    static let pseudoNames = [":method", ":scheme", ":authority", ":path", ":protocol"]

    private static func authority(of section: FieldSection) throws(HTTP3Error) -> String {
        let host = section.fields["host"]
        guard let authority = section.pseudo[":authority"] else { return host ?? "" }
        guard host == nil || host == authority else {
            throw .malformed("host and authority differ")
        }
        return authority
    }

    var lines: [HeaderField] {
        var out = [HeaderField(":method", method)]
        if method != "CONNECT" || connectProtocol != nil {
            out += [HeaderField(":scheme", scheme), HeaderField(":path", path)]
        }
        out.append(HeaderField(":authority", authority))
        if let connectProtocol { out.append(HeaderField(":protocol", connectProtocol)) }
        return out + fields
    }
}

/// What a server answers first.
package struct ResponseHead: Equatable, Sendable {
    package var status: Int
    package var fields: [HeaderField]

    package init(status: Int, fields: [HeaderField] = []) {
        precondition((100...999).contains(status), "a status has three digits")
        (self.status, self.fields) = (status, fields)
    }

    package var isInformational: Bool { status < 200 }

    static let pseudoNames = [":status"]

    init(_ section: FieldSection) throws(HTTP3Error) {
        guard let text = section.pseudo[":status"], text.utf8.count == 3, let status = Int(text),
            status >= 100, status != 101
        else { throw .malformed("an impossible status") }
        self.init(status: status, fields: section.fields)
    }

    var lines: [HeaderField] { [HeaderField(":status", String(status))] + fields }
}
