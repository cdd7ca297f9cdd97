import NIOCore
import NIOPosix
package import QUIC
import Synchronization
package import Timeline

/// A UDP socket with its endpoint on one thread: servers, clients, or both at once.
package final class QUICDriver: Sendable {
    /// Where it listens; the address may be the wildcard. A client's connections begin here: those
    /// that begin at one address end with it.
    package let localAddress: NetworkAddress
    private let loop: any EventLoop
    private let handler: NIOLoopBound<EndpointHandler>
    private let board: StatisticsBoard

    /// How many messages one call reads, each of up to 64 KiB, and how many calls a round has.
    private static let messagesPerRead = 16
    private static let readsPerRound = 2

    package var port: Int { Int(localAddress.port) }

    /// Binds a UDP socket (IPv4, or IPv6 where `::` takes both) on one event loop of `threads`;
    /// port 0 takes any that is free. `user` is made on that thread. Asks the name service and
    /// waits for the thread, so it must not be called on a networking thread.
    package convenience init(
        _ settings: EndpointSettings, host: String, port: Int, threads: NetworkThreads,
        now: @escaping @Sendable () -> Instant, user: @escaping @Sendable () -> any EndpointUser
    ) throws(NetworkError) {
        let address = try NetworkAddress.resolving(host: host, port: port)
        try self.init(
            settings, address: address, steering: nil, thread: threads.next(), now: now, user: user)
    }

    init(
        _ settings: EndpointSettings, address: NetworkAddress, steering: EndpointSteering?,
        thread: NetworkThread, now: @escaping @Sendable () -> Instant,
        user: @escaping @Sendable () -> any EndpointUser
    ) throws(NetworkError) {
        let socket = try DatagramSocket(bindingTo: address, sharesPort: steering != nil)
        let board = StatisticsBoard()
        let loop = thread.loop
        var settings = settings
        if let wanted = settings.loopbackPayload, wanted > DatagramSocket.loopbackPayload {
            settings.loopbackPayload = nil
        }
        do {
            handler = try loop.flatSubmit { [settings] in
                Self.open(
                    socket, settings, steering, on: loop, board: board, now: now, user: user)
            }.wait()
        } catch {
            throw NetworkError.opening(socket.local, error)
        }
        (localAddress, self.loop, self.board) = (socket.local, loop, board)
    }

    private static func open(
        _ socket: DatagramSocket, _ settings: EndpointSettings, _ steering: EndpointSteering?,
        on loop: any EventLoop, board: StatisticsBoard, now: @escaping @Sendable () -> Instant,
        user: @escaping @Sendable () -> any EndpointUser
    ) -> EventLoopFuture<NIOLoopBound<EndpointHandler>> {
        let bootstrap = DatagramBootstrap(group: loop)
            // Nothing is read before the options hold that tell of congestion and segments.
            .channelOption(.autoRead, value: false)
            .channelOption(.datagramVectorReadMessageCount, value: messagesPerRead)
            .channelOption(.maxMessagesPerRead, value: UInt(readsPerRound))
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: messagesPerRead * 65_536))
        return bootstrap.withBoundSocket(socket.descriptor).flatMapThrowing { channel in
            do {
                let endpoint = try Endpoint(settings)
                let handler = EndpointHandler(
                    endpoint, user(), socket, on: channel, steering: steering, clock: now,
                    report: board)
                try prepare(channel, isWildcard: socket.local.isWildcard)
                try channel.pipeline.syncOperations.addHandler(handler)
                try channel.syncOptions?.setOption(.autoRead, value: true)
                let bound = NIOLoopBound(handler, eventLoop: loop)
                if let byte = settings.steeringByte { steering?.add(byte, bound, on: loop) }
                return bound
            } catch {
                channel.close(promise: nil)
                throw error
            }
        }
    }

    private static func prepare(_ channel: any Channel, isWildcard: Bool) throws {
        guard let options = channel.syncOptions else { return }
        try options.setOption(.explicitCongestionNotification, value: true)
        if isWildcard { try options.setOption(.receivePacketInfo, value: true) }
        if System.supportsUDPReceiveOffload {
            try options.setOption(.datagramReceiveOffload, value: true)
            try options.setOption(.datagramReceiveSegmentSize, value: true)
        }
    }

    /// Runs `body` on the endpoint's thread, then sends what follows; not once it is closed.
    /// Callable from any thread.
    package func execute(
        _ body: @escaping @Sendable (Endpoint, any EndpointUser, Instant) -> Void
    ) {
        loop.execute { [handler] in handler.value.execute(body) }
    }

    /// Closes all connections, tells the peers, and gives the socket back; done when it returns.
    package func close() {
        if loop.inEventLoop { return handler.value.close() }
        do {
            try loop.submit { [handler] in handler.value.close() }.wait()
        } catch {
            // The thread has ended, and has closed the socket with it.
        }
    }

    /// Sends every datagram by itself, as where the kernel cannot cut; a packet filter or a
    /// capture then sees them one by one.
    package func giveUpSegmentation() {
        loop.execute { [handler] in handler.value.giveUpSegmentation() }
    }

    package var statistics: QUICDriverStatistics { board.current }
}

/// Where a driver's figures lie for other threads.
final class StatisticsBoard: Sendable {
    private let value = Mutex(QUICDriverStatistics())

    var current: QUICDriverStatistics { value.withLock { $0 } }

    func post(_ statistics: QUICDriverStatistics) { value.withLock { $0 = statistics } }
}

extension NetworkError {
    static func opening(_ address: NetworkAddress, _ error: any Error) -> NetworkError {
        switch error {
        case let error as NetworkError: error
        case let error as QUICError: NetworkError(.transport(error), error.description)
        default: NetworkError(.listening, "cannot listen on \(address): \(error)")
        }
    }
}
