package import Timeline
import TextEncodings

/// Something the emulated server does to the connection, and when.
package struct EmulatorOutput: Equatable, Sendable {
    package var time: Instant
    package var act: Act

    package enum Act: Equatable, Sendable {
        /// One text message in one frame; under some scripts its bytes are no UTF-8 or no JSON.
        case text([UInt8])
        /// One text message in several frames, cut anywhere.
        case fragments([[UInt8]])
        case binary([UInt8])
        case ping
        /// Closes the connection in order.
        case close(code: Int, reason: String)
        /// Cuts the connection without a close frame.
        case reset
        /// From now on nothing is read, written or answered, and nothing is closed either.
        case fallSilent
        /// Stops reading what the client sends, so that its socket fills.
        case stopReading
        case resumeReading
    }

    package init(time: Instant, act: Act) {
        self.time = time
        self.act = act
    }
}

/// What a client sends on an open connection.
package enum EmulatorInput: Equatable, Sendable {
    case text([UInt8])
    case binary([UInt8])
}

/// A client's request to open a WebSocket.
package struct HandshakeRequest: Equatable, Sendable {
    /// Path and query, "/v1/realtime?model=gpt-realtime-2.1".
    package var target: String
    /// The value of the header `OpenAI-Beta`.
    package var beta: String?
    /// What the client offers as subprotocols.
    package var subprotocols: [String]

    package init(target: String, beta: String? = nil, subprotocols: [String] = []) {
        self.target = target
        self.beta = beta
        self.subprotocols = subprotocols
    }

    /// The path without the query.
    var path: Substring { target.prefix { $0 != "?" } }

    /// The value of a query parameter, with `%XX` and `+` resolved.
    func parameter(_ name: String) -> String? {
        guard let start = target.firstIndex(of: "?") else { return nil }
        for pair in target[target.index(after: start)...].split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if Self.unescaped(parts[0]) == name {
                return parts.count > 1 ? Self.unescaped(parts[1]) : ""
            }
        }
        return nil
    }

    private static func unescaped(_ text: Substring) -> String {
        let bytes = text.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        return String(decoding: Percent.decoded(bytes), as: UTF8.self)
    }
}

/// What the server answers to the request.
package enum HandshakeAnswer: Equatable, Sendable {
    case accept(subprotocol: String?)
    /// An HTTP answer with a JSON body instead of the WebSocket.
    case refuse(status: Int, body: [UInt8])
}
