import QUIC

/// One HTTP/3 connection, of a client or a server, over an endpoint.
///
/// It reads its streams when told that there is something, and sends at once; what happened is
/// appended to `events`. A peer that breaks the protocol has its connection closed with the code
/// that RFC 9114 names, and nothing of it is listened to any more.
final class HTTP3Connection {
    let handle: ConnectionHandle
    let endpoint: Endpoint
    let isServer: Bool
    let settings: HTTP3Settings
    let encoder: QPACKEncoder
    let decoder: QPACKDecoder
    var events: [HTTP3Event] = []
    /// What the peer said of itself; nil until it has.
    var peer: HTTP3PeerSettings?

    var messages: [StreamID: MessageStream] = [:]
    var inbound: [StreamID: InboundStream] = [:]
    var sessions: [StreamID: WebTransportSession] = [:]
    var webTransportStreams: [StreamID: WebTransportStream] = [:]
    /// Messages whose field sections wait for the table, in the order of arrival.
    var blocked: [StreamID] = []
    /// Priorities of requests that have not come yet.
    var priorityUpdates: [StreamID: StreamPriority] = [:]
    /// One past the last request that a client began.
    var nextRequest: Int64 = 0
    var isGoingAway = false
    var peerGoAway: UInt64?
    private(set) var isFailed = false

    private var control: StreamID?
    private var encoderStream: StreamID?
    private var decoderStream: StreamID?
    /// Peer's control, encoder and decoder streams that have come.
    var criticalSeen: Set<UInt64> = []
    private var maximumPush: UInt64?

    /// Whether something was sent on a stream of our own that the peer may not read.
    private var hasControlGrown = false

    /// Bytes of unfinished messages in memory.
    private var held = 0

    /// What may wait on a stream of our own that the peer does not read.
    private static let controlBacklog = 256 << 10
    private static let priorityUpdateLimit = 256

    init(
        _ handle: ConnectionHandle, on endpoint: Endpoint, isServer: Bool, settings: HTTP3Settings
    ) throws(HTTP3Error) {
        (self.handle, self.endpoint, self.isServer) = (handle, endpoint, isServer)
        self.settings = settings
        encoder = try QPACKEncoder(capacity: settings.tableCapacity)
        decoder = try QPACKDecoder(
            capacity: settings.tableCapacity, blockedStreams: settings.blockedStreams,
            streams: 65_536)
    }

    /// Opens the control streams and says what this side can.
    func start() {
        do throws(QUICError) {
            control = try open(StreamType.control, settings.frame(isServer: isServer))
            encoderStream = try open(StreamType.encoder, [])
            decoderStream = try open(StreamType.decoder, [])
        } catch {
            fail(HTTP3Error(.internalError, error.message))
        }
    }

    private func open(_ type: UInt64, _ first: [UInt8]) throws(QUICError) -> StreamID {
        let stream = try endpoint.openStream(
            .unidirectional, on: handle, priority: StreamPriority(urgency: 0), isIdempotent: true)
        endpoint.send(VariableInteger.bytes(type) + first, on: stream, of: handle)
        return stream
    }

    func reference(_ id: StreamID) -> HTTP3Stream { HTTP3Stream(connection: handle, id: id) }

    // MARK: Events of the endpoint

    func process(_ kind: EndpointEvent.Kind) {
        if case .closed(let reason) = kind {
            isFailed = true
            events.append(.closed(handle, reason))
            return
        }
        guard !isFailed else { return }
        do throws(HTTP3Error) {
            try take(kind)
            try flushTables()
        } catch {
            fail(error)
        }
    }

    private func take(_ kind: EndpointEvent.Kind) throws(HTTP3Error) {
        switch kind {
        case .streamOpened(let id): try opened(id)
        case .readable(let id): try readable(id)
        case .writable(let id):
            if messages[id] != nil || webTransportStreams[id] != nil {
                events.append(.writable(reference(id)))
            }
        case .streamReset(let id, let code): try reset(id, HTTP3ErrorCode(rawValue: code))
        case .stopSending(let id): try stopped(id)
        case .streamClosed(let id, let code):
            try closed(id, code.map { HTTP3ErrorCode(rawValue: $0) } ?? .requestCancelled)
        case .datagram(let bytes, _): try datagram(bytes)
        default: break
        }
    }

    private func opened(_ id: StreamID) throws(HTTP3Error) {
        guard id.direction == .bidirectional else {
            inbound[id] = InboundStream()
            return
        }
        guard isServer else {
            // Only WebTransport lets servers open such streams.
            guard settings.maximumWebTransportSessions > 0 else {
                throw HTTP3Error(.streamCreationError, "a server opened a bidirectional stream")
            }
            inbound[id] = InboundStream()
            return
        }
        nextRequest = max(nextRequest, id.value + 4)
        messages[id] = MessageStream(
            id, isServer: true, mayBeWebTransport: settings.maximumWebTransportSessions > 0,
            headerLimit: settings.maximumFieldSection)
    }

    private func readable(_ id: StreamID) throws(HTTP3Error) {
        if let message = messages[id] {
            try pump(message)
            guard held <= settings.maximumHeld else {
                throw HTTP3Error(.excessiveLoad, "\(held) bytes of unfinished messages")
            }
        } else if webTransportStreams[id] != nil {
            pumpWebTransport(id)
        } else if inbound[id] != nil {
            try pumpInbound(id)
        } else {
            // Nobody waits for it any more.
            endpoint.stopReading(id, of: handle, code: HTTP3ErrorCode.noError.rawValue)
        }
    }

    /// Counts what a message holds now.
    func recount(_ message: MessageStream) {
        held += message.heldCount - message.countedHeld
        message.countedHeld = message.heldCount
    }

    private func reset(_ id: StreamID, _ code: HTTP3ErrorCode) throws(HTTP3Error) {
        if let message = messages[id] {
            guard !message.isReceived else { return }
            try giveUpReading(message)
            if sessions[id] != nil {
                sessionEnded(id, code: 0, reason: "")
                return
            }
            events.append(.reset(reference(id), code: code))
            forgetIfDone(message)
        } else if webTransportStreams[id] != nil {
            resetWebTransport(id, code)
        } else if let stream = inbound.removeValue(forKey: id) {
            try stream.checkMayEnd()
        }
    }

    private func stopped(_ id: StreamID) throws(HTTP3Error) {
        if id == control || id == encoderStream || id == decoderStream {
            throw HTTP3Error(.closedCriticalStream, "the peer stopped a control stream")
        }
        if let message = messages[id] {
            message.isSent = true
            if sessions[id] != nil {
                try stoppedSession(message)
            } else {
                events.append(.stopped(reference(id)))
            }
            forgetIfDone(message)
        } else {
            stoppedWebTransport(id)
        }
    }

    /// Both directions are done; what was not told before comes with it.
    private func closed(_ id: StreamID, _ code: HTTP3ErrorCode) throws(HTTP3Error) {
        if let message = messages[id] {
            message.closeCode = code
            if !message.isSent {
                message.isSent = true
                events.append(.stopped(reference(id)))
            }
            try pump(message)
            forgetIfDone(message)
        } else if webTransportStreams[id] != nil {
            stoppedWebTransport(id)
            webTransportStreams[id]?.closeCode = code
            pumpWebTransport(id)
        }
    }

    // MARK: Tables

    /// Tells the peer's encoder what was read, and checks that it listens.
    func flushTables() throws(HTTP3Error) {
        let instructions = decoder.takeInstructions()
        if !instructions.isEmpty, let decoderStream {
            endpoint.send(instructions, on: decoderStream, of: handle)
            hasControlGrown = true
        }
        guard hasControlGrown else { return }
        hasControlGrown = false
        for stream in [control, encoderStream, decoderStream] {
            guard let stream else { continue }
            guard endpoint.unsentBytes(stream, of: handle) <= Self.controlBacklog else {
                throw HTTP3Error(.excessiveLoad, "the peer does not read a control stream")
            }
        }
    }

    /// Sends a field section; the table's entries first, so that it need not wait when none is lost.
    func sendSection(_ lines: [HeaderField], on id: StreamID) throws(HTTP3Error) {
        let (section, instructions) = try encoder.encode(lines, on: id)
        if !instructions.isEmpty, let encoderStream {
            endpoint.send(instructions, on: encoderStream, of: handle)
            hasControlGrown = true
        }
        endpoint.send(FrameType.frame(FrameType.headers, section), on: id, of: handle)
    }

    func sendControl(_ frame: [UInt8]) {
        guard let control else { return }
        endpoint.send(frame, on: control, of: handle)
        hasControlGrown = true
    }

    // MARK: Control frames

    func control(_ part: FramePart) throws(HTTP3Error) {
        switch part {
        case .settings(let settings):
            let peer = try HTTP3PeerSettings(settings)
            self.peer = peer
            encoder.allow(
                capacity: min(peer.tableCapacity, UInt64(self.settings.tableCapacity)),
                blockedStreams: peer.blockedStreams)
            events.append(.ready(handle, peer))
        case .goAway(let id): try goAway(id)
        case .maximumPush(let id):
            guard isServer else {
                throw HTTP3Error(.frameUnexpected, "a server sent MAX_PUSH_ID")
            }
            guard id >= maximumPush ?? 0 else {
                throw HTTP3Error(.idError, "MAX_PUSH_ID went down")
            }
            maximumPush = id
        case .cancelPush: throw HTTP3Error(.idError, "a push that nobody promised")
        case .priorityUpdate(let element, let isPush, let field):
            try priorityUpdate(element, isPush, field)
        case .data, .headers, .headersTooLong, .webTransport: break
        }
    }

    private func goAway(_ id: UInt64) throws(HTTP3Error) {
        guard isServer || id % 4 == 0, id <= peerGoAway ?? .max else {
            throw HTTP3Error(.idError, "GOAWAY names \(id)")
        }
        peerGoAway = id
        if !isServer { events.append(.goAway(handle, StreamID(Int64(id)))) }
    }

    /// RFC 9218, section 7.2; it may come before its request.
    private func priorityUpdate(_ element: UInt64, _ isPush: Bool, _ field: [UInt8])
        throws(HTTP3Error)
    {
        guard isServer else {
            throw HTTP3Error(.frameUnexpected, "a server sent PRIORITY_UPDATE")
        }
        guard !isPush, element % 4 == 0 else {
            throw HTTP3Error(.idError, "PRIORITY_UPDATE names \(element)")
        }
        let id = StreamID(Int64(element))
        let priority = PriorityField(field).priority
        if let message = messages[id], message.phase != .head {
            endpoint.setPriority(priority, of: id, of: handle)
        } else if messages[id] != nil || id.value >= nextRequest {
            guard priorityUpdates[id] != nil || priorityUpdates.count < Self.priorityUpdateLimit
            else { return }
            priorityUpdates[id] = priority
        }
    }

    // MARK: The end

    /// Ends the connection for what the peer did.
    func fail(_ error: HTTP3Error) {
        guard !isFailed else { return }
        isFailed = true
        endpoint.close(handle, code: error.code.rawValue, reason: error.message)
    }

    /// Takes no more requests, and ends the connection when those that came are answered.
    func shutDown() {
        guard !isGoingAway, !isFailed else { return }
        isGoingAway = true
        sendControl(
            FrameType.frame(
                FrameType.goAway, VariableInteger.bytes(isServer ? UInt64(nextRequest) : 0)))
        closeIfIdle()
    }

    func closeIfIdle() {
        guard isGoingAway, messages.isEmpty else { return }
        endpoint.closeWhenDelivered(handle, code: HTTP3ErrorCode.noError.rawValue)
    }
}
