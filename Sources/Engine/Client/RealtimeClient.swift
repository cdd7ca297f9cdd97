import JSONText
import RealtimeProtocol
package import Timeline

/// One side of a conversation with a Realtime server, as a state machine without input or output.
///
/// Wishes of the person and what the server sent go in; orders for the edges come out. Time comes
/// with the calls, so a playbook of events is a test. Every client event carries an `event_id`.
package struct RealtimeClient: Sendable {
    package let configuration: ClientConfiguration
    package internal(set) var phase = ClientPhase.idle
    /// What was asked of the session last.
    package internal(set) var settings: SessionSettings
    /// The microphone is wanted open.
    package internal(set) var isListening = false
    package internal(set) var isMuted = false
    /// A push-to-talk turn is going on.
    package internal(set) var isTalking = false
    /// Calls that nobody has answered yet, in the order in which they were made.
    package internal(set) var openCalls: [ToolCall] = []
    /// The response that the server is working on.
    package internal(set) var activeResponse: String?
    /// What did not reach the server, because there was no connection or too much was waiting.
    package internal(set) var droppedBytes = 0
    /// Sentences for the screen since the last `takeNotices`.
    var notices: [String] = []

    var orders: [ClientOrder] = []
    var memory = ClientMemory()
    var random: SeededRandom
    private var eventNumber = 0
    /// Frames that wait for a connection.
    var queue: [[UInt8]] = []
    var queuedBytes = 0
    /// The messages among them.
    var queuedMessages: [(id: String, text: String)] = []
    /// The `event_id` of a `response.create` that the server has not answered yet.
    var requestedResponse: String?
    /// The request that was cancelled before its answer had a name.
    var cancelledRequest: String?
    /// A response was asked for while another was active.
    var wantsResponse = false
    /// Responses whose late audio must not be heard.
    var silenced: [String] = []
    var inputFormat = AudioFormat.pcm24k
    var outputFormat = AudioFormat.pcm24k
    /// The settings that this connection's server has been sent.
    var sentSettings: SessionSettings?
    var lastErrorCode: String?
    var isLeaving = false
    var attempt = 0
    var greetingDeadline: Instant?
    /// When an answer is asked for again that another one, unknown to us, stood in the way of.
    var responseRetryAt: Instant?
    /// Microphone bytes appended since the last commit.
    var uncommittedBytes = 0

    /// What may wait for a connection, in bytes.
    static let queueLimit = 1 << 20
    static let responseRetryDelay = Interval.seconds(1)
    /// How long a server may take to greet.
    static let greetingTimeout = Interval.seconds(15)

    package init(configuration: ClientConfiguration) {
        self.configuration = configuration
        settings = configuration.settings
        random = SeededRandom(seed: configuration.seed)
    }

    /// An answer is going on or was asked for.
    package var isAnswering: Bool { activeResponse != nil || requestedResponse != nil }

    /// When `advance` has something to do without an event.
    package var nextDeadline: Instant? {
        if case .retrying(_, let time, _) = phase { return time }
        return [greetingDeadline, responseRetryAt].compactMap { $0 }.min()
    }

    /// Takes the sentences that the person should read.
    package mutating func takeNotices() -> [String] {
        defer { notices = [] }
        return notices
    }

    /// Does what is wanted.
    ///
    /// - Parameter session: what was measured so far, for the built-in tools.
    package mutating func perform(
        _ wish: ClientWish, session: SessionState?
    ) -> [ClientOrder] {
        switch wish {
        case .connect: connect()
        case .disconnect: leave()
        case .say(let text): say(text)
        case .createResponse: createResponse()
        case .cancelResponse: cancelResponse()
        case .interrupt: interrupt()
        case .talk(let begins): talk(begins)
        case .openMicrophone(let isOpen): listen(isOpen)
        case .mute(let mutes): isMuted = mutes
        case .captured(let bytes, let time): append(bytes, capturedAt: time)
        case .commitAudio: commit()
        case .clearAudio:
            uncommittedBytes = 0
            send(.audioClear)
        case .deleteItem(let id): send(.itemDelete(itemID: id))
        case .update(let new): update(new)
        case .answerTool(let callID, let output), .toolAnswered(let callID, let output):
            answer(callID, output)
        case .playbackStopped(let cut): truncate(cut)
        case .dropped(let bytes):
            droppedBytes += bytes
            notices.append("the network is too slow: \(bytes) bytes were dropped")
        case .microphoneFailed(let reason):
            isListening = false
            isTalking = false
            notices.append(reason)
        case .microphoneChanged(let words): notices.append(words)
        }
        return takeOrders()
    }

    mutating func takeOrders() -> [ClientOrder] {
        defer { orders = [] }
        return orders
    }

    // MARK: sending

    /// Sends now, or keeps what a later connection can still use.
    ///
    /// - Returns: false when it is dropped, which is said and counted.
    @discardableResult
    mutating func send(_ event: ClientEvent) -> Bool {
        let id = nextEventID()
        if case .responseCreate = event { requestedResponse = id }
        let frame = event.encoded(eventID: id)
        if phase == .open {
            orders.append(.send(frame))
        } else if case .ended = phase {
            notices.append("not connected")
            return false
        } else if queuedBytes + frame.count <= Self.queueLimit {
            queue.append(frame)
            queuedBytes += frame.count
        } else {
            droppedBytes += frame.count
            notices.append("too much waits for the connection: \(frame.count) bytes were dropped")
            return false
        }
        return true
    }

    mutating func nextEventID() -> String {
        eventNumber += 1
        return "evt_client_\(eventNumber)"
    }

    // MARK: turns

    private mutating func say(_ text: String) {
        guard !text.isEmpty else { return }
        interrupt()
        let id = memory.nextItemID()
        let isTaken = send(
            .itemCreate(
                item: [
                    "id": .string(id), "type": "message", "role": "user",
                    "content": [["type": "input_text", "text": .string(text)]],
                ], previous: nil))
        guard isTaken else { return }
        if phase == .open {
            memory.note(message: text, id: id)
        } else {
            queuedMessages.append((id, text))
        }
        createResponse()
    }

    /// Asks for an answer; while one is going on it is asked for at its end, since the server
    /// allows one at a time.
    mutating func createResponse() {
        if isAnswering {
            wantsResponse = true
        } else {
            wantsResponse = false
            send(.responseCreate(nil))
        }
    }

    private mutating func cancelResponse() {
        guard let id = activeResponse else {
            notices.append("no answer is going on")
            return
        }
        wantsResponse = false
        silence(id)
        send(.responseCancel(responseID: id))
    }

    private mutating func interrupt() {
        if let id = activeResponse {
            silence(id)
            send(.responseCancel(responseID: id))
        } else if phase == .open, let requestedResponse {
            // Begun in a moment, or never because a frame was lost: the server's answer tells.
            cancelledRequest = requestedResponse
            send(.responseCancel(responseID: nil))
        }
        orders.append(.stopPlayback)
    }

    mutating func silence(_ responseID: String) {
        silenced.append(responseID)
        if silenced.count > 16 { silenced.removeFirst() }
    }

    /// Tells the server what was heard, so that its idea of the conversation is the listener's.
    private mutating func truncate(_ cut: [HeardAudio]) {
        for part in cut {
            memory.truncate(part.itemID)
            // Another session never had the item.
            guard phase == .open else { continue }
            send(
                .itemTruncate(
                    itemID: part.itemID, contentIndex: part.contentIndex,
                    audioEndMilliseconds: part.milliseconds))
        }
    }

    // MARK: microphone

    private mutating func listen(_ isOpen: Bool) {
        guard isOpen != isListening else { return }
        isListening = isOpen
        isTalking = false
        orders.append(.capture(isOpen))
    }

    private mutating func talk(_ begins: Bool) {
        guard begins != isTalking else { return }
        if begins {
            interrupt()
            if !isListening {
                isListening = true
                orders.append(.capture(true))
            }
            isTalking = true
        } else {
            isTalking = false
            isListening = false
            orders.append(.capture(false))
            endTurn()
        }
    }

    /// Without a detector the client ends the turn; a detector hears silence that we append, since
    /// it counts audio and not time.
    private mutating func endTurn() {
        guard uncommittedBytes > 0 else { return }
        switch settings.turnDetection {
        case .off:
            commit()
            createResponse()
        case .server, .semantic:
            let milliseconds = Double(settings.silenceMilliseconds + 300)
            let count = Int(milliseconds * (inputFormat.bytesPerMillisecond ?? 48)) & ~1
            send(.audioAppend(AudioChunk(encoding: [UInt8](repeating: 0, count: count))))
            uncommittedBytes = 0
        }
    }

    private mutating func append(_ bytes: [UInt8], capturedAt time: Instant) {
        guard isListening || isTalking, !isMuted, !bytes.isEmpty else { return }
        guard phase == .open else {
            droppedBytes += bytes.count
            return
        }
        uncommittedBytes += bytes.count
        let event = ClientEvent.audioAppend(AudioChunk(encoding: bytes))
        orders.append(.sendAudio(event.encoded(eventID: nextEventID()), capturedAt: time))
    }

    private mutating func commit() {
        let milliseconds = Double(uncommittedBytes) / (inputFormat.bytesPerMillisecond ?? 48)
        guard milliseconds >= 100 else {
            notices.append("nothing to commit: the server wants 100 ms of audio at least")
            return
        }
        uncommittedBytes = 0
        send(.audioCommit)
    }

    // MARK: settings and tools

    private mutating func update(_ new: SessionSettings) {
        guard new != settings else { return }
        settings = new
        if phase == .open { sendSettings() }
    }

    mutating func sendSettings() {
        send(.sessionUpdate(settings.json(tools: configuration.tools, after: sentSettings)))
        sentSettings = settings
    }

    mutating func answer(_ callID: String, _ output: String) {
        guard let index = openCalls.firstIndex(where: { $0.callID == callID }) else {
            notices.append("no call \(callID) waits for an answer")
            return
        }
        openCalls.remove(at: index)
        memory.note(callID: callID, output: output)
        send(
            .itemCreate(
                item: [
                    "type": "function_call_output", "call_id": .string(callID),
                    "output": .string(output),
                ], previous: nil))
        // The model goes on when every call of its answer has been answered.
        if openCalls.isEmpty { createResponse() }
    }
}
