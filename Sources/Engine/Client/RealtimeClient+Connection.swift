import RealtimeProtocol
package import Timeline

extension RealtimeClient {
    mutating func connect() {
        switch phase {
        case .idle, .ended, .retrying: break
        case .connecting, .greeting, .open: return
        }
        isLeaving = false
        lastErrorCode = nil
        if case .retrying = phase {} else { attempt = 0 }
        phase = .connecting(attempt: attempt)
        orders.append(.connect(attempt: attempt))
    }

    mutating func leave() {
        isLeaving = true
        greetingDeadline = nil
        responseRetryAt = nil
        orders.append(.stopPlayback)
        if isListening { orders.append(.capture(false)) }
        isListening = false
        isTalking = false
        orders.append(.disconnect(reason: ""))
        phase = .ended(reason: "you left")
    }

    /// Does what is due: another attempt, or giving a silent server up.
    package mutating func advance(to now: Instant) -> [ClientOrder] {
        if case .retrying(let number, let time, _) = phase, time <= now {
            attempt = number
            phase = .connecting(attempt: number)
            orders.append(.connect(attempt: number))
        }
        if let due = responseRetryAt, due <= now {
            responseRetryAt = nil
            if phase == .open, wantsResponse, !isAnswering, openCalls.isEmpty {
                wantsResponse = false
                createResponse()
            }
        }
        if let deadline = greetingDeadline, deadline <= now {
            greetingDeadline = nil
            notices.append(
                "the server did not greet within \(Int(Self.greetingTimeout.seconds)) s")
            orders.append(.disconnect(reason: "no session.created"))
            lost("no session.created", at: now, mayRetry: true)
        }
        return takeOrders()
    }

    mutating func socketOpened(at now: Instant) {
        guard !isLeaving else { return }
        // Open is only said when the server has greeted: a wrong key fails after the handshake.
        phase = .greeting
        greetingDeadline = now + Self.greetingTimeout
    }

    mutating func closed(code: Int?, reason: String, at now: Instant) {
        let words = [code.map(String.init), reason.isEmpty ? nil : reason].compactMap { $0 }
        lost(
            "closed" + (words.isEmpty ? "" : " " + words.joined(separator: " ")), at: now,
            mayRetry: ReconnectPolicy.mayRetry(closeCode: code))
    }

    mutating func failed(reason: String, at now: Instant) {
        let refusal = HandshakeRefusal(reason: reason)
        lost(
            reason, at: now,
            mayRetry: refusal.map { ReconnectPolicy.mayRetry(status: $0.status) } ?? true)
    }

    /// The connection is gone: tries again unless that cannot help.
    private mutating func lost(_ reason: String, at now: Instant, mayRetry: Bool) {
        greetingDeadline = nil
        responseRetryAt = nil
        // What was asked for and not even begun is asked for again.
        if phase == .open, requestedResponse != nil { wantsResponse = true }
        activeResponse = nil
        requestedResponse = nil
        uncommittedBytes = 0
        sentSettings = nil
        openCalls = []
        orders.append(.stopPlayback)
        if isLeaving {
            phase = .ended(reason: "you left")
            return
        }
        // What failed twice over, as a close after its error, is one loss.
        switch phase {
        case .retrying, .ended, .idle: return
        case .connecting, .greeting, .open: break
        }
        let isFatal = lastErrorCode.map(ReconnectPolicy.isFatal(errorCode:)) ?? false
        let next = attempt + 1
        guard mayRetry, !isFatal, let delay = configuration.reconnect.delay(attempt: next) else {
            phase = .ended(reason: reason)
            notices.append(
                mayRetry && !isFatal
                    ? "gave up after \(attempt) attempts: \(reason)" : "not tried again: \(reason)")
            return
        }
        phase = .retrying(attempt: next, at: now + delay, reason: reason)
    }

    /// The server greeted: settings, then what the conversation was, then what was waiting.
    mutating func greeted(_ session: SessionInfo) {
        inputFormat = session.inputAudioFormat
        outputFormat = session.outputAudioFormat
        greetingDeadline = nil
        let isReconnected = attempt > 0 || memory.hasServed
        attempt = 0
        lastErrorCode = nil
        phase = .open
        sendSettings()
        if isReconnected {
            let items = memory.seeds()
            for item in items { send(.itemCreate(item: item, previous: nil)) }
            notices.append("connected again; \(items.count) items of the conversation restored")
        }
        memory.hasServed = true
        let waiting = queue
        queue = []
        queuedBytes = 0
        for frame in waiting { orders.append(.send(frame)) }
        for message in queuedMessages { memory.note(message: message.text, id: message.id) }
        queuedMessages = []
        if wantsResponse {
            wantsResponse = false
            createResponse()
        }
    }
}
