import HTTP3

/// Who may read: tokens, and the origins of pages.
extension WebHost {
    /// Refuses a request that may not be answered, or notes which page may read the answer.
    func isRefused(_ head: RequestHead, on stream: HTTP3Stream) -> Bool {
        let origins = head.fields.filter { $0.name == "origin" }.map(\.value)
        guard !origins.isEmpty else { return false }
        // Where a token is wanted, who has it may be any page.
        let isAllowed =
            settings.token != nil
            || origins.allSatisfy { settings.origins.takes($0, authority: head.authority) }
        guard isAllowed, origins.count == 1 else {
            server.stopReading(stream)
            let reason =
                origins.count > 1
                ? "a request has one origin"
                : "pages from \(origins[0]) may not read here: allow it on the host "
                    + "(--allow-origin), or use a token"
            refuse(403, reason, on: stream)
            return true
        }
        pages[stream] = origins[0]
        return false
    }

    /// What lets a browser give the answer to the page that asked (Fetch, section 3.2).
    func fields(forPageOn stream: HTTP3Stream) -> [HeaderField] {
        guard let origin = pages.removeValue(forKey: stream) else { return [] }
        return [
            HeaderField("access-control-allow-origin", origin), HeaderField("vary", "origin"),
            HeaderField("access-control-expose-headers", "retry-after, www-authenticate"),
        ]
    }

    /// Answers a browser that asks before a page's request whether it may send it.
    func answerPreflight(_ head: RequestHead, on stream: HTTP3Stream) {
        server.stopReading(stream)
        requestCounts["204", default: 0] += 1
        var fields = fields(forPageOn: stream)
        fields += [
            HeaderField("access-control-allow-methods", "GET, HEAD"),
            HeaderField("access-control-allow-headers", "authorization, last-event-id, priority"),
            HeaderField("access-control-max-age", "600"),
        ]
        if head.fields["access-control-request-private-network"] != nil {
            fields.append(HeaderField("access-control-allow-private-network", "true"))
        }
        server.respond(to: stream, ResponseHead(status: 204, fields: fields), isEnd: true)
    }

    func hasToken(_ head: RequestHead, _ target: ResourceTarget) -> Bool {
        guard let token = settings.token else { return true }
        if let shown = target["token"], Self.isSame(Array(shown.utf8), token) { return true }
        guard let value = head.fields["authorization"], value.utf8.count > 7,
            value.prefix(7).lowercased() == "bearer "
        else { return false }
        return Self.isSame(Array(value.utf8.dropFirst(7)), token)
    }

    /// Compares in a time that does not tell how much is right.
    private static func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The page runs its own script and connects to hosts, and does nothing else.
    static let pageFields = [
        HeaderField(
            "content-security-policy",
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
                + "connect-src https:; base-uri 'none'; form-action 'none'; "
                + "frame-ancestors 'none'"),
        HeaderField("referrer-policy", "no-referrer"), HeaderField("vary", "accept"),
    ]
}
