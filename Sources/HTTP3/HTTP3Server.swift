/// Answers requests of HTTP/3 connections (RFC 9114).
///
/// `.request` begins an exchange; `respond`, `send` and `finish` answer it, `cancel` gives it up.
/// The requests' priorities (RFC 9218) order what the endpoint sends.
package final class HTTP3Server: HTTP3Connections {
    package init(_ settings: HTTP3Settings = HTTP3Settings()) {
        super.init(settings, isServer: true)
    }

    /// Answers with a head; more than one only while it is informational.
    package func respond(to stream: HTTP3Stream, _ head: ResponseHead, isEnd: Bool = false) {
        with(stream.connection) {
            $0.send(
                head: head.lines, on: stream.id, isEnd: isEnd, isFinal: !head.isInformational)
        }
    }

    /// Opens the WebTransport session that a request asks for.
    package func acceptWebTransport(_ session: HTTP3Stream, fields: [HeaderField] = []) {
        with(session.connection) { $0.acceptWebTransport(session.id, fields: fields) }
    }
}
