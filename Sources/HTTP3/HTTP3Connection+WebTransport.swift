import QUIC

/// WebTransport sessions and datagrams (draft-ietf-webtrans-http3, RFC 9297).
extension HTTP3Connection {
    // MARK: Streams

    /// A stream that the peer opened for a session, which may not have come yet.
    func adopt(_ id: StreamID, session: UInt64, rest: ArraySlice<UInt8>, isEnd: Bool)
        throws(HTTP3Error)
    {
        guard session % 4 == 0 else {
            throw HTTP3Error(.idError, "\(session) is no request's stream")
        }
        let owner = StreamID(Int64(session))
        var stream = WebTransportStream(session: owner, isTold: false)
        stream.input = rest
        stream.isInputEnded = isEnd
        stream.isSent = id.direction == .unidirectional
        webTransportStreams[id] = stream
        if sessions[owner]?.isEstablished == true {
            tell(id)
        } else if sessions[owner] == nil, owner.value < nextRequest,
            messages[owner].map({ $0.phase != .head }) ?? true
        {
            dropStream(id, .sessionGone)
        } else if isWaitingTooMuch {
            dropStream(id, .bufferedStreamRejected)
        }
    }

    private var isWaitingTooMuch: Bool {
        let waiting = webTransportStreams.values.lazy.filter { !$0.isTold }
        return waiting.count(where: { _ in true }) > settings.maximumWaitingStreams
            || waiting.reduce(0) { $0 + $1.input.count } > settings.maximumHeld
    }

    private func tell(_ id: StreamID) {
        guard let session = webTransportStreams[id]?.session else { return }
        webTransportStreams[id]?.isTold = true
        sessions[session]?.streams.insert(id)
        events.append(.webTransportStream(reference(id), session: reference(session)))
        if webTransportStreams[id]?.isStopped == true { events.append(.stopped(reference(id))) }
        pumpWebTransport(id)
    }

    /// The session is established: streams that waited for it are told.
    func releaseWaiting(_ session: StreamID) {
        let waiting = webTransportStreams.filter { $0.value.session == session && !$0.value.isTold }
        for id in waiting.keys.sorted() { tell(id) }
    }

    func pumpWebTransport(_ id: StreamID) {
        while let stream = webTransportStreams[id], stream.isTold, !stream.isPaused,
            !stream.isReceived
        {
            if !stream.input.isEmpty {
                events.append(.body(reference(id), Array(stream.input)))
                webTransportStreams[id]?.input = []
            }
            if stream.isInputEnded {
                webTransportStreams[id]?.isReceived = true
                events.append(.end(reference(id)))
                return forgetWebTransportIfDone(id)
            }
            guard let data = endpoint.read(id, of: handle) else {
                guard let code = stream.closeCode else { return }
                webTransportStreams[id]?.isReceived = true
                events.append(.reset(reference(id), code: code))
                return forgetWebTransportIfDone(id)
            }
            webTransportStreams[id]?.input = data.bytes[...]
            webTransportStreams[id]?.isInputEnded = data.isEnd
        }
    }

    /// The peer gave up sending on a stream; its owner hears of it when it knows the stream.
    func resetWebTransport(_ id: StreamID, _ code: HTTP3ErrorCode) {
        guard let stream = webTransportStreams[id] else { return }
        guard stream.isTold else {
            webTransportStreams[id]?.input = []
            webTransportStreams[id]?.isInputEnded = false
            webTransportStreams[id]?.closeCode = code
            return
        }
        webTransportStreams[id]?.isReceived = true
        events.append(.reset(reference(id), code: code))
        forgetWebTransportIfDone(id)
    }

    /// Nothing more is to be sent on a stream; its owner hears of it when it knows the stream.
    func stoppedWebTransport(_ id: StreamID) {
        guard let stream = webTransportStreams[id], !stream.isSent else { return }
        webTransportStreams[id]?.isSent = true
        webTransportStreams[id]?.isStopped = true
        if stream.isTold { events.append(.stopped(reference(id))) }
        forgetWebTransportIfDone(id)
    }

    func forgetWebTransportIfDone(_ id: StreamID) {
        guard let stream = webTransportStreams[id], stream.isReceived, stream.isSent else { return }
        webTransportStreams[id] = nil
        sessions[stream.session]?.streams.remove(id)
    }

    func dropStream(_ id: StreamID, _ code: HTTP3ErrorCode) {
        webTransportStreams[id] = nil
        endpoint.stopReading(id, of: handle, code: code.rawValue)
        if id.direction == .bidirectional || id.isClientInitiated != isServer {
            endpoint.reset(id, of: handle, code: code.rawValue)
        }
    }

    func openWebTransportStream(
        _ direction: StreamID.Direction, in session: StreamID, priority: StreamPriority
    ) throws(QUICError) -> StreamID {
        guard sessions[session]?.isEstablished == true, !isFailed else {
            throw QUICError(operation: "open a stream", message: "the session is not open")
        }
        let id = try endpoint.openStream(direction, on: handle, priority: priority)
        let type = direction == .bidirectional ? FrameType.webTransport : StreamType.webTransport
        endpoint.send(
            VariableInteger.bytes(type, UInt64(session.value)), on: id, of: handle)
        var stream = WebTransportStream(session: session, isTold: true)
        stream.isReceived = direction == .unidirectional
        webTransportStreams[id] = stream
        sessions[session]?.streams.insert(id)
        return id
    }

    // MARK: Sessions

    /// Answers a client's wish for a session.
    func acceptWebTransport(_ id: StreamID, fields: [HeaderField]) {
        guard !isFailed, sessions[id]?.isEstablished == false else { return }
        sessions[id]?.isEstablished = true
        // A client uses nothing of the session before it has the answer.
        endpoint.setPriority(StreamPriority(urgency: 0), of: id, of: handle)
        send(head: ResponseHead(status: 200, fields: fields).lines, on: id, isEnd: false)
        releaseWaiting(id)
    }

    func takeCapsules(_ bytes: [UInt8], _ id: StreamID) throws(HTTP3Error) {
        var input = bytes[...]
        // Read in place: a copy for each piece would be quadratic in a capsule's length.
        while let capsule = try sessions[id]?.capsules.next(&input) {
            switch capsule {
            case .datagram(let payload): events.append(.datagram(reference(id), payload))
            case .drain: break
            case .close(let code, let reason):
                sessionEnded(id, code: code, reason: reason)
            }
        }
    }

    /// The peer does not read a session's stream any more, and so has given it up.
    func stoppedSession(_ message: MessageStream) throws(HTTP3Error) {
        // A close that came before it has the last word.
        try pump(message)
        guard sessions[message.id] != nil else { return }
        try giveUpReading(message)
        endpoint.stopReading(message.id, of: handle, code: HTTP3ErrorCode.noError.rawValue)
        sessionEnded(message.id, code: 0, reason: "")
    }

    /// The peer ended a session: its streams end too, and so does our side of its request.
    func sessionEnded(_ id: StreamID, code: UInt32, reason: String) {
        guard let session = sessions[id] else { return }
        dropSession(id)
        if session.isEstablished || isServer {
            events.append(.webTransportClosed(reference(id), code: code, reason: reason))
        } else {
            events.append(.reset(reference(id), code: .sessionGone))
        }
        finish(id)
    }

    /// Ends a session from this side.
    func closeWebTransport(_ id: StreamID, code: UInt32, reason: String) {
        guard !isFailed, sessions[id] != nil else { return }
        dropSession(id)
        _ = send(Capsule.close(code: code, reason: reason).bytes, on: id)
        finish(id)
    }

    /// Forgets a session and resets its streams.
    func dropSession(_ id: StreamID) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        for stream in session.streams.sorted() { dropStream(stream, .sessionGone) }
        for (stream, value) in webTransportStreams.sorted(by: { $0.key < $1.key })
        where value.session == id { dropStream(stream, .sessionGone) }
    }

    // MARK: Datagrams

    func datagram(_ bytes: [UInt8]) throws(HTTP3Error) {
        var rest = bytes[...]
        var integer = IntegerDecoder()
        guard let quarter = integer.take(&rest), quarter < 1 << 60 else {
            throw HTTP3Error(.datagramError, "a datagram without a stream")
        }
        let id = StreamID(Int64(quarter * 4))
        // Those of streams that are gone or have not come are dropped, as datagrams may be.
        guard sessions[id]?.isEstablished == true else { return }
        events.append(.datagram(reference(id), Array(rest)))
    }

    /// The most that a datagram of a session can hold.
    func maximumDatagramSize(_ session: StreamID) -> Int {
        let header = VariableInteger.bytes(UInt64(session.value / 4)).count
        return max(0, endpoint.maximumDatagramSize(of: handle) - header)
    }

    /// False when it is too large, too many wait, or the peer takes none.
    func sendDatagram(_ bytes: [UInt8], in session: StreamID) -> Bool {
        guard !isFailed, sessions[session]?.isEstablished == true, peer?.allowsDatagrams == true
        else { return false }
        let header = VariableInteger.bytes(UInt64(session.value / 4))
        return endpoint.sendDatagram(header + bytes, on: handle) != nil
    }
}
