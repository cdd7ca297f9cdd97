import QUIC

/// Requests and responses.
extension HTTP3Connection {
    // MARK: Reading

    /// Reads a message as far as it has come; what only the message did wrong ends only it.
    func pump(_ message: MessageStream) throws(HTTP3Error) {
        defer { recount(message) }
        do throws(HTTP3Error) {
            while try drain(message) {
                if message.isInputEnded { return try ended(message) }
                guard let data = endpoint.read(message.id, of: handle) else {
                    return try endedByClose(message)
                }
                message.input = data.bytes[...]
                message.isInputEnded = data.isEnd
                if data.isEarly { message.isEarly = true }
            }
        } catch {
            guard error.isOfStream else { throw error }
            try refuse(message, error.code)
        }
    }

    /// Takes apart what was read; whether more may be read.
    private func drain(_ message: MessageStream) throws(HTTP3Error) -> Bool {
        if message.section != nil { try resolve(message) }
        while message.section == nil, !message.isPaused, !message.isReceived {
            guard let part = try message.decoder.next(&message.input) else {
                return messages[message.id] === message
            }
            try take(part, message)
        }
        return false
    }

    private func take(_ part: FramePart, _ message: MessageStream) throws(HTTP3Error) {
        switch part {
        case .headers(let bytes):
            guard message.phase != .trailed else {
                throw HTTP3Error(.frameUnexpected, "a field section after the trailers")
            }
            message.section = try QPACKSection(
                bytes, on: message.id, limit: settings.maximumFieldSection)
            try resolve(message)
        case .headersTooLong:
            guard message.phase != .trailed else {
                throw HTTP3Error(.frameUnexpected, "a field section after the trailers")
            }
            // The peer's encoder must not wait for what is not read.
            try decoder.cancel(message.id)
            try tooLarge(message)
        case .data(let bytes):
            guard message.phase == .body else {
                throw HTTP3Error(.frameUnexpected, "a body without a head or after its trailers")
            }
            try body(bytes, message)
        case .webTransport(let session):
            messages[message.id] = nil
            try adopt(
                message.id, session: session, rest: message.input, isEnd: message.isInputEnded)
            message.isReceived = true
        default: break
        }
    }

    private func body(_ bytes: [UInt8], _ message: MessageStream) throws(HTTP3Error) {
        if let left = message.bodyLeft {
            guard UInt64(bytes.count) <= left else {
                throw .malformed("a body longer than its content-length")
            }
            message.bodyLeft = left - UInt64(bytes.count)
        }
        if sessions[message.id] != nil {
            try takeCapsules(bytes, message.id)
        } else if !bytes.isEmpty {
            events.append(.body(reference(message.id), bytes))
        }
    }

    /// Expands the field section of a message, unless it has to wait for the table.
    private func resolve(_ message: MessageStream) throws(HTTP3Error) {
        guard let section = message.section else { return }
        guard let lines = try section.lines(with: decoder) else {
            guard blocked.count < settings.blockedStreams else {
                throw HTTP3Error(.decompressionFailed, "too many field sections wait")
            }
            if !blocked.contains(message.id) { blocked.append(message.id) }
            return
        }
        message.section = nil
        if section.isTooLarge { return try tooLarge(message) }
        switch message.phase {
        case .head where isServer: try takeRequest(lines, message)
        case .head: try takeResponse(lines, message)
        case .body:
            let section = try FieldSection(lines, allowed: [])
            message.phase = .trailed
            events.append(.trailers(reference(message.id), section.fields))
        case .trailed: break
        }
    }

    private func takeRequest(_ lines: [HeaderField], _ message: MessageStream) throws(HTTP3Error) {
        let section = try FieldSection(lines, allowed: RequestHead.pseudoNames)
        let head = try RequestHead(section, isEarly: message.isEarly)
        message.bodyLeft = try section.contentLength()
        guard !isGoingAway else {
            return try refuse(message, .requestRejected)
        }
        message.phase = .body
        message.isBodyless = head.method == "HEAD"
        endpoint.setPriority(
            priorityUpdates.removeValue(forKey: message.id) ?? head.priority, of: message.id,
            of: handle)
        if head.connectProtocol == "webtransport" {
            guard sessions.count < settings.maximumWebTransportSessions else {
                return try refuse(message, .requestRejected)
            }
            sessions[message.id] = WebTransportSession()
        }
        events.append(.request(reference(message.id), head))
    }

    private func takeResponse(_ lines: [HeaderField], _ message: MessageStream) throws(HTTP3Error) {
        let section = try FieldSection(lines, allowed: ResponseHead.pseudoNames)
        let head = try ResponseHead(section)
        if head.isInformational {
            events.append(.response(reference(message.id), head))
            return
        }
        let length = try section.contentLength()
        if !message.isBodyless, head.status != 204, head.status != 304 {
            message.bodyLeft = length
        }
        message.phase = .body
        events.append(.response(reference(message.id), head))
        guard sessions[message.id] != nil else { return }
        if (200...299).contains(head.status) {
            sessions[message.id]?.isEstablished = true
            events.append(.webTransportOpened(reference(message.id)))
            releaseWaiting(message.id)
        } else {
            dropSession(message.id)
        }
    }

    /// A request that is too large is told so; a response is given up.
    private func tooLarge(_ message: MessageStream) throws(HTTP3Error) {
        guard isServer, message.phase == .head else {
            return try refuse(message, .excessiveLoad)
        }
        try sendSection(ResponseHead(status: 431).lines, on: message.id)
        endpoint.finish(message.id, of: handle)
        message.isSent = true
        endpoint.stopReading(message.id, of: handle, code: HTTP3ErrorCode.noError.rawValue)
        message.isReceived = true
        forgetIfDone(message)
    }

    private func ended(_ message: MessageStream) throws(HTTP3Error) {
        guard !message.isReceived else { return }
        guard message.decoder.isBetweenFrames else {
            throw HTTP3Error(.frameError, "a stream ends within a frame")
        }
        guard message.phase != .head else {
            throw HTTP3Error(.requestIncomplete, "a message without a head", isOfStream: true)
        }
        guard message.bodyLeft ?? 0 == 0 else {
            throw .malformed("a body shorter than its content-length")
        }
        message.isReceived = true
        if sessions[message.id] != nil {
            sessionEnded(message.id, code: 0, reason: "")
        } else {
            events.append(.end(reference(message.id)))
        }
        forgetIfDone(message)
    }

    /// A stream that is closed and has nothing more to read ended without its end.
    private func endedByClose(_ message: MessageStream) throws(HTTP3Error) {
        guard let code = message.closeCode, !message.isReceived else { return }
        try giveUpReading(message)
        if sessions[message.id] != nil {
            sessionEnded(message.id, code: 0, reason: "")
        } else {
            events.append(.reset(reference(message.id), code: code))
        }
        forgetIfDone(message)
    }

    // MARK: Giving up

    /// Ends a message that breaks the rules, in both directions.
    func refuse(_ message: MessageStream, _ code: HTTP3ErrorCode) throws(HTTP3Error) {
        let wasTold = message.phase != .head
        try giveUpReading(message)
        endpoint.stopReading(message.id, of: handle, code: code.rawValue)
        endpoint.reset(message.id, of: handle, code: code.rawValue)
        message.isSent = true
        if sessions[message.id] != nil {
            sessionEnded(message.id, code: 0, reason: "")
        } else if wasTold || !isServer {
            events.append(.reset(reference(message.id), code: code))
        }
        forgetIfDone(message)
    }

    /// What follows on a message's stream is not read; its encoder may forget it.
    func giveUpReading(_ message: MessageStream) throws(HTTP3Error) {
        guard !message.isReceived else { return }
        message.isReceived = true
        message.input = []
        message.section = nil
        recount(message)
        blocked.removeAll { $0 == message.id }
        try decoder.cancel(message.id)
    }

    func forgetIfDone(_ message: MessageStream) {
        guard message.isDone else { return }
        messages[message.id] = nil
        priorityUpdates[message.id] = nil
        closeIfIdle()
    }

    // MARK: Sending

    func send(head lines: [HeaderField], on id: StreamID, isEnd: Bool, isFinal: Bool = true) {
        guard !isFailed, let message = messages[id], !message.isSent else { return }
        do throws(HTTP3Error) {
            try sendSection(lines, on: id)
            try flushTables()
        } catch {
            return fail(error)
        }
        if isFinal { message.isHeadSent = true }
        if isEnd { finish(id) }
    }

    func send(_ bytes: [UInt8], on id: StreamID) -> Bool {
        guard !isFailed else { return true }
        if webTransportStreams[id] != nil {
            return endpoint.send(bytes, on: id, of: handle)
        }
        guard let message = messages[id], !message.isSent else { return true }
        precondition(message.isHeadSent, "a body follows a head")
        guard !bytes.isEmpty, mayHaveBody(message) else { return true }
        endpoint.send(dataHeader(bytes.count), on: id, of: handle)
        return endpoint.send(bytes, on: id, of: handle)
    }

    func send(_ bytes: SharedBytes, on id: StreamID) -> Bool {
        guard !isFailed else { return true }
        if webTransportStreams[id] == nil {
            guard let message = messages[id], !message.isSent else { return true }
            precondition(message.isHeadSent, "a body follows a head")
            guard bytes.count > 0, mayHaveBody(message) else { return true }
            endpoint.send(dataHeader(bytes.count), on: id, of: handle)
        }
        return endpoint.send(bytes, on: id, of: handle)
    }

    /// An answer to HEAD is its head only, whatever else is sent (RFC 9110, section 9.3.2).
    private func mayHaveBody(_ message: MessageStream) -> Bool {
        !(isServer && message.isBodyless)
    }

    private func dataHeader(_ count: Int) -> [UInt8] {
        VariableInteger.bytes(FrameType.data, UInt64(count))
    }

    func finish(_ id: StreamID) {
        if webTransportStreams[id] != nil {
            endpoint.finish(id, of: handle)
            webTransportStreams[id]?.isSent = true
            return forgetWebTransportIfDone(id)
        }
        guard let message = messages[id], !message.isSent else { return }
        endpoint.finish(id, of: handle)
        message.isSent = true
        forgetIfDone(message)
    }

    func cancel(_ id: StreamID, _ code: HTTP3ErrorCode) {
        guard !isFailed else { return }
        if let stream = webTransportStreams[id] {
            sessions[stream.session]?.streams.remove(id)
            return dropStream(id, code)
        }
        guard let message = messages[id] else { return }
        do throws(HTTP3Error) { try giveUpReading(message) } catch { return fail(error) }
        endpoint.reset(id, of: handle, code: code.rawValue)
        endpoint.stopReading(id, of: handle, code: code.rawValue)
        message.isSent = true
        dropSession(id)
        forgetIfDone(message)
    }

    func stopReading(_ id: StreamID) {
        guard !isFailed, let message = messages[id], !message.isReceived else { return }
        do throws(HTTP3Error) { try giveUpReading(message) } catch { return fail(error) }
        endpoint.stopReading(id, of: handle, code: HTTP3ErrorCode.noError.rawValue)
        forgetIfDone(message)
    }

    func pause(_ id: StreamID, _ isPaused: Bool) {
        guard !isFailed else { return }
        if let message = messages[id] {
            message.isPaused = isPaused
            guard !isPaused else { return }
            do throws(HTTP3Error) {
                try pump(message)
                try flushTables()
            } catch { fail(error) }
        } else if webTransportStreams[id] != nil {
            webTransportStreams[id]?.isPaused = isPaused
            if !isPaused { pumpWebTransport(id) }
        }
    }
}
