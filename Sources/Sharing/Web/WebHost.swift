import HTTP3
package import QUIC
package import Timeline

/// Shows one log to readers over HTTP/3 and WebTransport, on the endpoint's thread.
///
/// Readers follow a source as server-sent events or JSON Lines, from any place of the log; one
/// that is slower than the log costs no memory, since what it has missed is asked for with
/// `historyWanted`. See docs/WEB.md.
package final class WebHost {
    let settings: WebHostSettings
    /// The recording's header line, without its newline.
    let header: [UInt8]
    let log: WebLog
    let server: HTTP3Server
    var followers: [HTTP3Stream: WebFollower] = [:]
    /// In the order of their coming, so that turns do not depend on hashes.
    var followerOrder: [HTTP3Stream] = []
    /// Sessions that are to be closed when the end of their streams has arrived.
    var partings: [Parting] = []
    /// Connections that have followed something.
    var readers: [ConnectionHandle: WebReader] = [:]
    var questions: [WebRequestNumber: Question] = [:]
    /// Origins of pages that wait for the head of an answer.
    var pages: [HTTP3Stream: String] = [:]
    var outputs: [WebHostOutput] = []
    var requestCounts: [String: UInt64] = [:]
    var eventsSent: UInt64 = 0
    private var nextNumber: UInt64 = 1
    /// What the host says at its end, once it ends.
    private(set) var farewell: String?

    /// A WebTransport session at its end: a browser gives up what it has not read when the session
    /// closes, so that comes last.
    struct Parting {
        var session: HTTP3Stream
        var streams: [HTTP3Stream]
        var reason: String
    }

    /// What an answer of the program is for.
    enum Question {
        case history(HTTP3Stream)
        case snapshot(HTTP3Stream, isHead: Bool)
        case metrics(HTTP3Stream, isHead: Bool)

        var stream: HTTP3Stream {
            switch self {
            case .history(let stream), .snapshot(let stream, _), .metrics(let stream, _): stream
            }
        }
    }

    /// - Parameters:
    ///   - header: the recording's header line, which precedes JSON Lines from the beginning.
    ///   - nextSequence: the sequence of the first event that `append` will bring; those before
    ///     are in the history.
    package init(_ settings: WebHostSettings, header: [UInt8], nextSequence: UInt64 = 0) {
        self.settings = settings
        self.header = header.last == UInt8(ascii: "\n") ? header.dropLast() : header
        log = WebLog(limit: settings.tail, shares: settings.shares, nextSequence: nextSequence)
        server = HTTP3Server(settings.http3)
    }

    /// The application protocol of connections that are a web host's.
    package static let protocolName = HTTP3Connections.protocolName

    // MARK: The log

    /// Takes new events of the log; `advance` sends them.
    package func append(_ events: [Event]) {
        for event in events { log.append(event) }
    }

    /// What is asked of the program, and who came and went, since the last call.
    package func takeOutput() -> [WebHostOutput] {
        var out: [WebHostOutput] = []
        swap(&out, &outputs)
        return out
    }

    // MARK: Connections

    /// Takes an event of a connection that speaks HTTP/3.
    package func process(_ event: EndpointEvent, on endpoint: Endpoint, at now: Instant) {
        server.process(event, on: endpoint, at: now)
        takeEvents(at: now)
    }

    func takeEvents(at now: Instant) {
        for event in server.takeOutput() {
            switch event {
            case .request(let stream, let head):
                if farewell != nil {
                    server.cancel(stream, code: .requestRejected)
                } else {
                    answer(head, on: stream, at: now)
                }
            case .writable(let stream):
                guard let follower = followers[stream] else { continue }
                follower.isHeld = false
                tellSummary(follower, at: now)
                feed(follower, at: now)
            case .stopped(let stream), .reset(let stream, _): forget(stream)
            case .webTransportStream(let stream, _):
                // Nobody listens there.
                server.cancel(stream, code: .webTransport(0))
            case .webTransportClosed(let session, _, _):
                partings.removeAll { $0.session == session }
                for stream in followerOrder where followers[stream]?.session == session {
                    forget(stream)
                }
            case .closed(let connection, let reason):
                partings.removeAll { $0.session.connection == connection }
                forget(readerOn: connection, reason)
                pages = pages.filter { $0.key.connection != connection }
                for stream in followerOrder where stream.connection == connection {
                    forget(stream)
                }
                questions = questions.filter { $0.value.stream.connection != connection }
            default: break
            }
        }
    }

    /// A reader has gone.
    func forget(_ stream: HTTP3Stream) {
        if let follower = followers.removeValue(forKey: stream) {
            followerOrder.removeAll { $0 == stream }
            if let request = follower.request { questions[request.number] = nil }
        }
        pages[stream] = nil
        questions = questions.filter { $0.value.stream != stream }
    }

    /// Sends what is new to whom it concerns.
    package func advance(on endpoint: Endpoint, at now: Instant) {
        for stream in followerOrder {
            guard let follower = followers[stream] else { continue }
            feed(follower, at: now)
            follower.lag.note(
                next: follower.next, head: min(follower.end ?? log.head, log.head), at: now)
            tellSummary(follower, at: now)
            keepAlive(follower, at: now)
        }
        closeSessions { parting in
            parting.streams.allSatisfy { server.unacknowledgedBytes($0) == 0 }
        }
        takeEvents(at: now)
    }

    /// When `advance` is to be called at the latest; nil when nothing is to come.
    package var deadline: Instant? {
        var soonest: Instant?
        func add(_ time: Instant) { soonest = soonest.map { min($0, time) } ?? time }
        for follower in followers.values {
            if follower.form == .events, !follower.isHeld, follower.request == nil {
                add(follower.lastSent + settings.keepAlive)
            }
            summaryTime(of: follower).map(add)
        }
        return soonest
    }

    private func keepAlive(_ follower: WebFollower, at now: Instant) {
        guard follower.form == .events, !follower.isHeld, follower.request == nil,
            now - follower.lastSent >= settings.keepAlive
        else { return }
        follower.lastSent = now
        follower.isHeld = !server.send(Array(":\n\n".utf8), on: follower.stream)
    }

    /// Ends what is being followed with the log's last event, and takes no more requests. Who is
    /// behind gets the rest first, as long as `advance` is called; see `isTakingLeave` and `cutOff`.
    package func close(reason: String, on endpoint: Endpoint, at now: Instant) {
        farewell = reason
        for stream in followerOrder { followers[stream]?.limit(to: log.head) }
        for handle in endpoint.handles { server.shutDown(handle) }
        advance(on: endpoint, at: now)
    }

    /// Whether readers wait, at the host's end, for the rest of the log.
    package var isTakingLeave: Bool {
        farewell != nil && !(followers.isEmpty && partings.isEmpty)
    }

    /// Breaks off what is still being followed, so that nobody takes it for complete.
    package func cutOff(reason: String, at now: Instant) {
        farewell = reason
        for stream in followerOrder { followers[stream].map { giveUp($0, reason: reason) } }
        closeSessions(code: 1) { _ in true }
        takeEvents(at: now)
    }

    func ask(_ question: Question) -> WebRequestNumber {
        let number = WebRequestNumber(nextNumber)
        nextNumber += 1
        questions[number] = question
        return number
    }
}
