import Glibc
import NIOCore
import NIOWebSocket
import TLS
import Timeline

/// The state of one WebSocket on its thread: frames in, events out (RFC 6455).
final class WebSocketCore {
    enum Role: Sendable {
        case client, server
    }

    private enum Phase: Equatable {
        case connecting
        case open
        /// At least one close frame has passed.
        case closing
        case over
    }

    let role: Role
    let options: WebSocketOptions
    let loop: any EventLoop
    /// Dropped at the end, which lets go of the connection.
    var receiver: ((WebSocketEvent) -> Void)?
    private let budget: SendBudget
    /// What ends the attempt to connect.
    var giveUp: (() -> Void)?

    private var phase = Phase.connecting
    private var channel: (any Channel)?
    /// Given to `send` before frames could be written.
    private var early: [(WebSocketOpcodeKind, [UInt8], Int)]? = []
    private var assembly = MessageAssembly()
    private var liveness: Liveness?
    private var ourClose: CloseFrame?
    private var theirClose: CloseFrame?
    private var isOursFirst = false
    private var closeTimer: Scheduled<Void>?
    private var isReading = true
    private var isWritable = true

    init(role: Role, options: WebSocketOptions, budget: SendBudget, loop: any EventLoop) {
        self.budget = budget
        self.role = role
        self.options = options
        self.loop = loop
    }

    // MARK: opening

    var isConnecting: Bool { phase == .connecting }

    /// The far end has agreed; frames can be written once `start` was called.
    func opened(_ handshake: WebSocketHandshake) {
        guard phase == .connecting else { return }
        giveUp = nil
        phase = .open
        deliver(.opened(handshake))
    }

    /// Frames go through `channel` from now on.
    func start(_ channel: any Channel) {
        self.channel = channel
        guard phase != .over else {
            channel.close(promise: nil)
            return
        }
        if !isReading { applyReading() }
        let waiting = early ?? []
        early = nil
        // What was given before our close goes before it.
        let close = ourClose
        ourClose = nil
        for (kind, bytes, cost) in waiting { send(kind, bytes, cost: cost) }
        ourClose = close
        if let close, phase == .closing { write(close) }
        startPings()
    }

    // MARK: sending

    func send(_ kind: WebSocketOpcodeKind, _ bytes: [UInt8], cost: Int) {
        if early != nil, phase != .over, ourClose == nil {
            early?.append((kind, bytes, cost))
            return
        }
        // After our close frame nothing may be sent (RFC 6455 §5.5.1).
        guard phase != .over, ourClose == nil, let channel else {
            budget.giveBack(cost)
            if kind == .text || kind == .binary { noteDrop(bytes: bytes.count) }
            return
        }
        let written = channel.eventLoop.makePromise(of: Void.self)
        let budget = self.budget
        written.futureResult.assumeIsolated().whenComplete { _ in budget.giveBack(cost) }
        let opcode: WebSocketOpcode =
            switch kind {
            case .text: .text
            case .binary: .binary
            case .ping: .ping
            case .pong: .pong
            }
        let limit = opcode == .text || opcode == .binary ? options.fragmentBytes : nil
        guard let limit, bytes.count > limit else {
            channel.writeAndFlush(frame(opcode, bytes[...]), promise: written)
            return
        }
        var start = 0
        while start < bytes.count {
            let end = min(start + limit, bytes.count)
            let part = frame(
                start == 0 ? opcode : .continuation, bytes[start..<end], isLast: end == bytes.count)
            channel.write(part, promise: end == bytes.count ? written : nil)
            start = end
        }
        channel.flush()
    }

    func noteDrop(bytes: Int) {
        if phase != .over { deliver(.dropped(messages: 1, bytes: bytes)) }
    }

    private func frame(
        _ opcode: WebSocketOpcode, _ bytes: ArraySlice<UInt8>, isLast: Bool = true
    ) -> WebSocketFrame {
        // Room for the frame's header before the bytes saves the encoder a second buffer.
        let room = 14
        var buffer = ByteBufferAllocator().buffer(capacity: room + bytes.count)
        buffer.writeRepeatingByte(0, count: room)
        buffer.moveReaderIndex(forwardBy: room)
        buffer.writeBytes(bytes)
        // Clients mask, so that nothing on the way takes the bytes for HTTP (RFC 6455 §10.3).
        return WebSocketFrame(
            fin: isLast, opcode: opcode, maskKey: role == .client ? .random() : nil, data: buffer)
    }

    // MARK: closing

    func close(code: Int?, reason: String) {
        let frame = CloseFrame(code: code, reason: reason)
        switch phase {
        case .connecting:
            giveUp?()
            finish(
                .closed(WebSocketClosure(code: code, reason: reason, isClean: false, isOurs: true)))
        case .open, .closing:
            guard ourClose == nil else { return }
            sendClose(frame)
        case .over: return
        }
    }

    func abort() {
        guard phase != .over else { return }
        giveUp?()
        let channel = self.channel
        finish(.failed(NetworkError(.cancelled, "the connection was cut by us")))
        // With no time to linger the far end is told at once (RST) that the connection is gone.
        guard let channel else { return }
        guard let socket = channel as? any SocketOptionProvider else {
            channel.close(promise: nil)
            return
        }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated()
            .whenComplete { _ in channel.close(promise: nil) }
    }

    private func sendClose(_ frame: CloseFrame) {
        if theirClose == nil { isOursFirst = true }
        ourClose = frame
        phase = .closing
        if early == nil { write(frame) }
        if theirClose != nil { return endCleanly() }
        closeTimer = loop.assumeIsolated().scheduleTask(in: options.closeTimeout.amount) {
            self.closeTimer = nil
            self.finish(.closed(self.closure(frame, isClean: false)))
            self.channel?.close(promise: nil)
        }
    }

    private func write(_ close: CloseFrame) {
        channel?.writeAndFlush(frame(.connectionClose, close.payload[...]), promise: nil)
    }

    private func received(close payload: [UInt8]) {
        guard let frame = CloseFrame(payload: payload) else {
            return violate(1002, "a close frame with half a code or a reason that is no text")
        }
        guard theirClose == nil else { return }
        theirClose = frame
        phase = .closing
        deliver(.closing(code: frame.code, reason: frame.reason))
        if phase == .over { return }
        if ourClose != nil { return endCleanly() }
        if !options.isTransparent { sendClose(frame) }
    }

    private func endCleanly() {
        guard phase != .over, let first = isOursFirst ? ourClose : theirClose else { return }
        let channel = self.channel
        finish(.closed(closure(first, isClean: true)))
        // The server ends TCP; a client waits a moment for it (RFC 6455 §7.1.1).
        if role == .server {
            channel?.close(promise: nil)
        } else {
            loop.assumeIsolated().scheduleTask(in: .seconds(1)) { channel?.close(promise: nil) }
        }
    }

    private func closure(_ frame: CloseFrame, isClean: Bool) -> WebSocketClosure {
        WebSocketClosure(
            code: frame.code, reason: frame.reason, isClean: isClean, isOurs: isOursFirst)
    }

    // MARK: receiving

    func received(_ frame: WebSocketFrame) {
        guard phase == .open || phase == .closing, theirClose == nil else { return }
        liveness?.heard(at: .now())
        if frame.rsv1 || frame.rsv2 || frame.rsv3 {
            return violate(1002, "a frame of an extension that was not agreed on")
        }
        if (frame.maskKey != nil) != (role == .server) {
            let problem = role == .server ? "a client's frame without mask" : "a masked frame"
            return violate(1002, problem)
        }
        let bytes = Array(frame.unmaskedData.readableBytesView)
        switch frame.opcode {
        case .ping:
            if !options.isTransparent { send(.pong, bytes, cost: 0) }
            deliver(.ping(bytes))
        case .pong:
            let roundTrip = liveness?.answered(bytes, at: .now())
            deliver(.pong(bytes, roundTrip: roundTrip))
        case .connectionClose: received(close: bytes)
        case .text, .binary, .continuation:
            let step = assembly.add(
                bytes, opcode: frame.opcode, isLast: frame.fin, limit: options.maximumMessageBytes)
            switch step {
            case .incomplete: return
            case .text(let text):
                if options.validatesText, !UTF8Text.isValid(text) {
                    return violate(1007, "a text message that is not UTF-8")
                }
                deliver(.text(text))
            case .binary(let bytes): deliver(.binary(bytes))
            case .violation(let code, let reason): violate(code, reason)
            }
        default: violate(1002, "a frame of a kind that nobody knows")
        }
    }

    /// Tells the far end what it did wrong and ends the connection.
    func violate(_ code: Int, _ reason: String) {
        guard phase == .open || phase == .closing else { return }
        if ourClose == nil { write(CloseFrame(code: code, reason: reason)) }
        let channel = self.channel
        finish(
            .failed(
                NetworkError(
                    .protocolViolation(closeCode: code), "the far end sent \(reason)")))
        channel?.close(promise: nil)
    }

    /// The channel is gone, or of no use any more.
    func failed(_ error: NetworkError) {
        guard phase != .over else { return }
        let channel = self.channel
        // TCP ended after the close frame of one end only.
        if phase == .closing, let frame = isOursFirst ? ourClose : theirClose {
            finish(.closed(closure(frame, isClean: false)))
        } else {
            finish(.failed(error))
        }
        channel?.close(promise: nil)
    }

    func becameWritable(_ yes: Bool) {
        guard phase == .open || phase == .closing, yes != isWritable else { return }
        isWritable = yes
        deliver(.writable(yes))
    }

    // MARK: reading and liveness

    func setReading(_ on: Bool) {
        guard on != isReading else { return }
        isReading = on
        applyReading()
    }

    private func applyReading() {
        liveness?.isPaused = !isReading
        channel?.setOption(.autoRead, value: isReading).whenComplete { _ in }
    }

    private func startPings() {
        guard let interval = options.pingInterval, phase == .open else { return }
        liveness = Liveness(timeout: options.pongTimeout)
        schedulePing(in: interval)
    }

    private func schedulePing(in interval: Interval) {
        closeTimer?.cancel()
        closeTimer = loop.assumeIsolated().scheduleTask(in: interval.amount) { self.ping(interval) }
    }

    private func ping(_ interval: Interval) {
        guard phase == .open, var watch = liveness else { return }
        let now = NIODeadline.now()
        if watch.isSilent(at: now) {
            failed(
                NetworkError(
                    .silent,
                    "nothing was heard from the far end, which did not answer a ping in \(options.pongTimeout.nanoseconds / 1_000_000) ms"
                ))
            return
        }
        if let payload = watch.nextPing(at: now) { send(.ping, payload, cost: 0) }
        liveness = watch
        schedulePing(in: watch.isWaiting ? min(interval, options.pongTimeout) : interval)
    }

    // MARK: events

    private func deliver(_ event: WebSocketEvent) { receiver?(event) }

    /// Reports the end; nothing is reported after it.
    func finish(_ event: WebSocketEvent) {
        guard phase != .over else { return }
        phase = .over
        closeTimer?.cancel()
        closeTimer = nil
        giveUp = nil
        let lost = early ?? []
        early = nil
        for (_, _, cost) in lost { budget.giveBack(cost) }
        let last = receiver
        receiver = nil
        if !lost.isEmpty {
            last?(.dropped(messages: lost.count, bytes: lost.reduce(0) { $0 + $1.1.count }))
        }
        last?(event)
    }
}
