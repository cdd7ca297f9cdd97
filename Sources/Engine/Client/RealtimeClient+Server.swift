import RealtimeProtocol
package import Timeline

extension RealtimeClient {
    /// Takes in what crossed the boundary on this client's socket.
    ///
    /// - Parameter session: what was measured so far, for the built-in tools.
    package mutating func observe(
        _ payload: Payload, at now: Instant, session: SessionState?
    ) -> [ClientOrder] {
        switch payload {
        case .opened: socketOpened(at: now)
        case .closed(let code, let reason): closed(code: code, reason: reason, at: now)
        case .failed(let reason): failed(reason: reason, at: now)
        case .received(let bytes):
            if let event = RealtimeDecoder.server(bytes).body {
                observe(event, at: now, session: session)
            }
        case .sent, .receivedBinary, .sentBinary, .key, .resize, .statistics, .mark, .unknown: break
        }
        return takeOrders()
    }

    private mutating func observe(
        _ event: ServerEvent, at now: Instant, session: SessionState?
    ) {
        switch event {
        case .sessionCreated(let info): greeted(info)
        case .sessionUpdated(let info):
            inputFormat = info.inputAudioFormat
            outputFormat = info.outputAudioFormat
        case .error(let error):
            lastErrorCode = error.code
            if error.eventID == nil || error.eventID == requestedResponse {
                requestedResponse = nil
            }
            // A response that was never created would block the next one.
            if error.code == "conversation_already_has_active_response" {
                wantsResponse = true
                // No end of an answer that we know of will ask again.
                if !isAnswering { responseRetryAt = now + Self.responseRetryDelay }
            }
            // Its end was lost on the way; waiting for it would block every answer after it.
            if error.code == "response_cancel_not_active" { settle() }
        case .responseCreated(let response):
            activeResponse = response.id
            requestedResponse = nil
            responseRetryAt = nil
        case .responseDone(let response): finish(response)
        case .audioDelta(let address, let chunk):
            guard !silenced.contains(address.responseID) else { return }
            orders.append(
                .play(
                    AudioPiece(
                        itemID: address.itemID, contentIndex: address.contentIndex,
                        format: outputFormat, bytes: chunk.decoded())))
        case .speechStarted:
            guard settings.interruptsResponse else { return }
            if let activeResponse { silence(activeResponse) }
            orders.append(.stopPlayback)
        case .inputAudioCommitted: uncommittedBytes = 0
        case .outputItemDone(let item, _, _): call(item, session: session)
        case .itemAdded(let item, _), .itemDone(let item, _), .itemCreated(let item, _):
            memory.note(item)
        case .itemDeleted(let id): memory.remove(id)
        case .inputTranscriptionCompleted(let id, _, let transcript, _):
            memory.note(transcript: transcript, of: id)
        default: break
        }
    }

    private mutating func finish(_ response: ResponseInfo) {
        // The event that it was created with may have been lost on the way.
        if activeResponse == nil { requestedResponse = nil }
        if activeResponse == response.id { activeResponse = nil }
        if let code = response.error?.code { lastErrorCode = code }
        for item in response.output { memory.note(item) }
        goOn()
    }

    /// No answer is going on, the server says.
    private mutating func settle() {
        activeResponse = nil
        if requestedResponse == cancelledRequest { requestedResponse = nil }
        goOn()
    }

    /// Asks for the answer that was waiting for the one before it.
    private mutating func goOn() {
        guard wantsResponse, !isAnswering, openCalls.isEmpty else { return }
        createResponse()
    }

    /// Answers a call of a tool, or has it answered.
    private mutating func call(_ item: Item, session: SessionState?) {
        guard item.type == "function_call", item.status != "incomplete", let id = item.callID,
            let name = item.name
        else { return }
        let call = ToolCall(callID: id, name: name, arguments: item.arguments ?? "")
        memory.note(item)
        openCalls.append(call)
        guard let tool = configuration.tools.first(where: { $0.name == name }) else {
            answer(id, #"{"error":"there is no such tool"}"#)
            return
        }
        switch tool.kind {
        case .builtIn(let builtIn):
            answer(id, builtIn.answer(call.arguments, session: session, random: &random))
        case .command(let command, let timeout):
            orders.append(.run(call, command: command, timeoutMilliseconds: timeout))
        case .manual:
            notices.append("\(name) was called: answer it with the tool key")
        }
    }
}
