import NIOCore
import NIOPosix
import Synchronization
package import Timeline

/// A bad network between two that speak UDP: what comes to its port goes to a server and back,
/// later, in another order, twice or not at all, as the faults say.
///
/// For demonstrations and tests of what crosses a network, on machines whose kernel cannot do it.
/// Each client gets a socket of its own towards the server.
package final class DatagramRelay: Sendable {
    package struct Faults: Sendable, Equatable {
        /// Added to each way.
        package var delay = Interval.zero
        /// Up to so much more, at random; what overtakes comes in another order.
        package var jitter = Interval.zero
        /// The share of datagrams that is lost, from 0 to 1, each way.
        package var loss = 0.0
        /// The share that comes twice.
        package var duplication = 0.0

        package init() {}
    }

    /// What has passed in both directions.
    package struct Counts: Sendable, Equatable {
        package var forwarded = 0
        package var lost = 0
    }

    package let port: Int
    private let channel: any Channel
    private let core: Core

    /// Listens on a free port of 127.0.0.1 and forwards to `server` on this machine.
    package init(
        to server: Int, faults: Faults, seed: UInt64, threads: NetworkThreads
    ) throws(NetworkError) {
        let core = Core(faults: faults, seed: seed)
        self.core = core
        do {
            let target = try SocketAddress(ipAddress: "127.0.0.1", port: server)
            let loop = threads.next().loop
            channel = try DatagramBootstrap(group: loop)
                .channelOption(
                    .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536)
                )
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            FrontHandler(core: core, server: target))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).wait()
        } catch {
            throw NetworkError(.listening, "the relay cannot listen: \(error)")
        }
        port = channel.localAddress?.port ?? 0
    }

    /// Changes what goes wrong from now on.
    package func change(_ faults: Faults) { core.change(faults) }

    package var counts: Counts { core.counts }

    package func close() { channel.close(promise: nil) }

    // MARK: what both ways share

    /// The faults and their dice.
    fileprivate final class Core: Sendable {
        private struct State {
            var faults: Faults
            var random: SeededRandom
            var counts = Counts()
        }

        private let state: Mutex<State>

        init(faults: Faults, seed: UInt64) {
            state = Mutex(State(faults: faults, random: SeededRandom(seed: seed)))
        }

        func change(_ faults: Faults) { state.withLock { $0.faults = faults } }

        var counts: Counts { state.withLock { $0.counts } }

        /// After how long a datagram arrives, once for each time it does.
        func delays() -> [Interval] {
            state.withLock { state in
                if state.random.unit() < state.faults.loss {
                    state.counts.lost += 1
                    return []
                }
                state.counts.forwarded += 1
                let copies = state.random.unit() < state.faults.duplication ? 2 : 1
                return (0..<copies).map { _ in
                    let jitter = Double(state.faults.jitter.nanoseconds) * state.random.unit()
                    return state.faults.delay + Interval(nanoseconds: Int64(jitter))
                }
            }
        }

        /// Lets `send` run when its datagram arrives, if it does.
        func pass(on loop: any EventLoop, _ send: @escaping @Sendable () -> Void) {
            for delay in delays() {
                if delay == .zero {
                    send()
                } else {
                    loop.scheduleTask(in: delay.amount, send)
                }
            }
        }
    }

    /// From clients to the server; knows each client's own socket.
    private final class FrontHandler: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>

        private let core: Core
        private let server: SocketAddress
        private var backs: [SocketAddress: EventLoopFuture<any Channel>] = [:]

        init(core: Core, server: SocketAddress) {
            (self.core, self.server) = (core, server)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let envelope = unwrapInboundIn(data)
            let client = envelope.remoteAddress
            let known = backs[client] ?? open(for: client, context)
            backs[client] = known
            let (core, server) = (core, server)
            known.whenSuccess { back in
                core.pass(on: back.eventLoop) {
                    back.writeAndFlush(
                        AddressedEnvelope(remoteAddress: server, data: envelope.data),
                        promise: nil)
                }
            }
        }

        private func open(
            for client: SocketAddress, _ context: ChannelHandlerContext
        ) -> EventLoopFuture<any Channel> {
            let (core, front) = (core, context.channel)
            return DatagramBootstrap(group: context.eventLoop)
                .channelOption(
                    .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536)
                )
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            BackHandler(core: core, front: front, client: client))
                    }
                }
                .bind(host: "127.0.0.1", port: 0)
        }

        func channelInactive(context: ChannelHandlerContext) {
            for back in backs.values {
                back.whenSuccess { $0.close(promise: nil) }
            }
            backs = [:]
        }
    }

    /// From the server to one client.
    private final class BackHandler: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>

        private let core: Core
        private let front: any Channel
        private let client: SocketAddress

        init(core: Core, front: any Channel, client: SocketAddress) {
            (self.core, self.front, self.client) = (core, front, client)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data).data
            let (front, client) = (front, client)
            core.pass(on: context.eventLoop) {
                front.writeAndFlush(
                    AddressedEnvelope(remoteAddress: client, data: bytes), promise: nil)
            }
        }
    }
}
