/// The server's half of the opening handshake (RFC 6455 §4.2).
enum Handshake {
    /// Whether a request asks for a WebSocket.
    static func isAsked(for request: HTTPRequest) -> Bool {
        request.fields.list("Upgrade").contains { $0.lowercased() == "websocket" }
            && request.fields.list("Connection").contains { $0.lowercased() == "upgrade" }
    }

    /// The answer to a request for a WebSocket that is not in order; nil when it is.
    static func problem(in request: HTTPRequest) -> HTTPAnswer? {
        guard isAsked(for: request) else { return nil }
        func answer(_ status: Int, _ words: String, _ fields: HTTPFields = [:]) -> HTTPAnswer {
            HTTPAnswer(status: status, fields: fields, body: Array(words.utf8))
        }
        guard request.method == "GET" else {
            return answer(405, "a WebSocket begins with GET", ["Allow": "GET"])
        }
        guard request.fields["Sec-WebSocket-Version"] == "13" else {
            return answer(
                426, "version 13 of WebSocket is spoken here", ["Sec-WebSocket-Version": "13"])
        }
        // 16 bytes in base64.
        guard request.fields["Sec-WebSocket-Key"]?.utf8.count == 24 else {
            return answer(400, "Sec-WebSocket-Key is missing or malformed")
        }
        return nil
    }

    /// The fields of the 101. Extensions that the client offers, such as permessage-deflate, are
    /// declined by not being named (RFC 6455 §9.1).
    static func answer(
        to request: HTTPRequest, _ subprotocol: String?, _ fields: HTTPFields
    ) -> HTTPFields {
        var answer: HTTPFields = [
            "Upgrade": "websocket", "Connection": "Upgrade",
            "Sec-WebSocket-Accept": WebSocketAccept.value(
                for: request.fields["Sec-WebSocket-Key"] ?? ""),
        ]
        if let subprotocol { answer.append("Sec-WebSocket-Protocol", subprotocol) }
        for field in fields.without(ClientRequest.ownFields.union(["sec-websocket-accept"])) {
            answer.append(field.name, field.value)
        }
        return answer
    }
}
