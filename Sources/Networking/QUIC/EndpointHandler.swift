import NIOCore
import QUIC
import Timeline

/// Stands between a UDP socket and an endpoint, on the thread of its event loop.
///
/// One round is: all that was read goes in, the user has its turn, all that is to be sent goes
/// out, and one wake-up is set for the earliest deadline. A round is bounded, so that the other
/// sockets of the thread have theirs; what is left goes on in the next one.
@safe
final class EndpointHandler: ChannelInboundHandler, NIOScheduledCallbackHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    let endpoint: Endpoint
    let user: any EndpointUser
    private var socket: DatagramSocket
    private let clock: @Sendable () -> Instant
    private let report: StatisticsBoard
    private let loop: any EventLoop
    private weak var channel: (any Channel)?
    /// The other sockets of the port.
    private let steering: EndpointSteering?

    private var statistics = QUICDriverStatistics()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: Endpoint.batchCapacity, alignment: 64)
    /// A batch in the buffer that the socket did not take, and how much of it was taken.
    private var waiting: (header: DatagramBatch.Header, sent: Int)?
    private var retryTime: Instant?
    /// When the first of what is being read was read.
    private var firstReadTime: Instant?
    private var wakeUp: (time: Instant, callback: NIOScheduledCallback)?
    private var isTurnAsked = false
    private var isClosed = false
    private var slice = TimeSlice()
    /// Addresses of this machine that a client chose to send from.
    private var chosenAddresses: [NetworkAddress] = []

    /// Batches of up to 64 KiB that one round sends.
    private static let batchesPerRound = 2
    /// How long what came is worked on before what it has led to is sent.
    private static let patience = Interval(nanoseconds: 300_000)
    /// How long a full socket is left alone: less than it needs to empty at 10 Gbit/s.
    private static let pause = Interval.milliseconds(1)

    init(
        _ endpoint: Endpoint, _ user: any EndpointUser, _ socket: DatagramSocket,
        on channel: any Channel, steering: EndpointSteering?,
        clock: @escaping @Sendable () -> Instant, report: StatisticsBoard
    ) {
        (self.endpoint, self.user, self.socket) = (endpoint, user, socket)
        (self.clock, self.report, self.channel) = (clock, report, channel)
        (loop, self.steering) = (channel.eventLoop, steering)
    }

    deinit { unsafe buffer.deallocate() }

    // MARK: What NIO calls

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosed else { return }
        let envelope = unwrapInboundIn(data)
        guard let remote = NetworkAddress(envelope.remoteAddress) else { return }
        // Each has its own time: the work on those before it belongs to the round trip, by which
        // ngtcp2 bounds the window.
        let now = clock()
        let firstTime = firstReadTime ?? now
        firstReadTime = firstTime
        let metadata = envelope.metadata
        let count = envelope.data.readableBytes
        let size = metadata?.segmentSize.map { max(1, $0) }
        statistics.batchesReceived += 1
        statistics.bytesReceived += UInt64(count)
        statistics.datagramsReceived += size.map { UInt64((count + $0 - 1) / $0) } ?? 1
        let batch = ForwardedDatagrams(
            bytes: envelope.data, segmentSize: size, remote: remote,
            local: local(metadata?.packetInfo), ecn: .init(metadata?.ecnState))
        if let steering, steering.isForOthers(batch, than: endpoint.settings.steeringByte) {
            sort(batch, steering, at: now)
        } else {
            receive(batch, at: now)
        }
        // Handshakes are slow work: who has an answer does not wait for those behind.
        if clock() - firstTime > Self.patience {
            firstReadTime = nil
            run()
        }
    }

    private func receive(_ batch: ForwardedDatagrams, at now: Instant) {
        endpoint.receive(
            batch.bytes.readableBytesSpan, segmentSize: batch.segmentSize, from: batch.remote,
            to: batch.local, ecn: batch.ecn, at: now)
    }

    /// Gives each of several datagrams to the endpoint that it is for.
    private func sort(
        _ batch: ForwardedDatagrams, _ steering: EndpointSteering, at now: Instant
    ) {
        for single in batch.singles {
            guard let owner = steering.owner(of: single.bytes.readableBytesSpan),
                owner != endpoint.settings.steeringByte
            else {
                receive(single, at: now)
                continue
            }
            if steering.forward(single, to: owner) {
                statistics.batchesForwarded += 1
            } else {
                statistics.batchesDropped += 1
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        firstReadTime = nil
        run()
    }

    func handleScheduledCallback(eventLoop: some EventLoop) {
        wakeUp = nil
        run()
    }

    /// The socket is gone without our doing; nothing can be said to anyone.
    func channelInactive(context: ChannelHandlerContext) {
        guard !isClosed else { return }
        end(sending: false)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The channel closes itself where it cannot go on.
        statistics.lastError = NetworkError(translating: error).message
        report.post(statistics)
    }

    // MARK: Requests

    func execute(_ body: (Endpoint, any EndpointUser, Instant) -> Void) {
        guard !isClosed else { return }
        body(endpoint, user, clock())
        run()
    }

    /// Takes a datagram that came to another socket of the same port.
    func receive(_ datagram: ForwardedDatagrams) {
        guard !isClosed else { return }
        receive(datagram, at: clock())
        askForTurn()
    }

    func giveUpSegmentation() {
        socket.giveUpSegmentation()
        statistics.usesSegmentation = false
    }

    /// Closes all connections, says so to the peers, and gives the socket back.
    func close() {
        guard !isClosed else { return }
        end(sending: true)
        channel?.close(promise: nil)
    }

    private func end(sending: Bool) {
        let now = clock()
        for handle in endpoint.handles { endpoint.close(handle) }
        user.endpointChanged(endpoint, at: now)
        waiting = nil
        while let header = unsafe endpoint.nextBatch(into: buffer, at: now) {
            guard sending else { continue }
            _ = unsafe socket.send(UnsafeRawBufferPointer(buffer), header, from: 0, &statistics)
        }
        user.endpointChanged(endpoint, at: now)
        isClosed = true
        wakeUp?.callback.cancel()
        wakeUp = nil
        statistics.isOpen = false
        report.post(statistics)
    }

    // MARK: A round

    private func run() {
        guard !isClosed else { return }
        var isDone = false
        // Sending may bring events (a stream is writable again), which bring data to send.
        for _ in 0..<4 {
            user.endpointChanged(endpoint, at: clock())
            let known = endpoint.eventCount
            isDone = flush()
            if !isDone || endpoint.eventCount <= known { break }
            isDone = false
        }
        if !isDone, waiting == nil { askForTurn() }
        setWakeUp()
        report.post(statistics)
        slice.offer(at: clock())
    }

    /// Sends what there is; false when a part is left for later.
    private func flush() -> Bool {
        if let (header, sent) = waiting {
            if let retryTime, clock() < retryTime { return false }
            guard send(header, from: sent) else { return false }
        }
        for _ in 0..<Self.batchesPerRound {
            guard let header = unsafe endpoint.nextBatch(into: buffer, at: clock()) else {
                return true
            }
            note(header.local)
            guard send(header, from: 0) else { return false }
        }
        return false
    }

    private func send(_ header: DatagramBatch.Header, from start: Int) -> Bool {
        switch unsafe socket.send(
            UnsafeRawBufferPointer(buffer), header, from: start, &statistics)
        {
        case .sent:
            (waiting, retryTime) = (nil, nil)
            return true
        case .mustWait(let sent):
            waiting = (header, sent)
            retryTime = clock() + Self.pause
            return false
        }
    }

    private func askForTurn() {
        guard !isTurnAsked else { return }
        isTurnAsked = true
        loop.assumeIsolated().execute { [self] in
            isTurnAsked = false
            run()
        }
    }

    /// An earlier wake-up stays, and sets the next one then: most deadlines move away before they
    /// come.
    private func setWakeUp() {
        var due = user.deadline
        let next = waiting == nil ? endpoint.deadline : retryTime
        if let next { due = due.map { min($0, next) } ?? next }
        guard let due else {
            wakeUp?.callback.cancel()
            wakeUp = nil
            return
        }
        if let wakeUp {
            if wakeUp.time <= due { return }
            wakeUp.callback.cancel()
        }
        let delay = max(.zero, due - clock())
        do {
            let callback = try loop.assumeIsolated().scheduleCallback(
                in: delay.amount, handler: self)
            wakeUp = (due, callback)
        } catch {
            // The thread is ending, and closes the channel with it.
            wakeUp = nil
        }
    }

    // MARK: Addresses

    /// The address that a datagram was sent to.
    ///
    /// A client that listens on all addresses has paths from "any", which survive a change of
    /// network, except where it chose an address by itself.
    private func local(_ information: NIOPacketInfo?) -> NetworkAddress {
        guard socket.local.isWildcard, let information,
            let address = NetworkAddress(information.destinationAddress)
        else { return socket.local }
        let place = address.with(port: socket.local.port)
        if endpoint.settings.server == nil, !chosenAddresses.contains(place) {
            return socket.local
        }
        return place
    }

    private func note(_ local: NetworkAddress) {
        guard socket.local.isWildcard, endpoint.settings.server == nil, !local.isWildcard,
            !chosenAddresses.contains(local)
        else { return }
        if chosenAddresses.count >= 16 { chosenAddresses.removeFirst() }
        chosenAddresses.append(local)
    }
}

extension ExplicitCongestionNotification {
    init(_ state: NIOExplicitCongestionNotificationState?) {
        switch state {
        case .transportCapableFlag0: self = .capable0
        case .transportCapableFlag1: self = .capable1
        case .congestionExperienced: self = .experienced
        case .transportNotCapable, nil: self = .notCapable
        }
    }
}
