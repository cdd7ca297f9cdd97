import NIOCore
import TLS

/// TLS in a channel: `TLSConnection` between the network's bytes and the program's.
final class TLSHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: TLSConnection
    /// Told the result of the handshake, once.
    private var onHandshake: ((Result<TLSConnection.Agreement, TLSError>) -> Void)?
    private var hasReportedFailure = false

    init(
        _ connection: TLSConnection,
        onHandshake: @escaping (Result<TLSConnection.Agreement, TLSError>) -> Void
    ) {
        self.connection = connection
        self.onHandshake = onHandshake
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { pump(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        pump(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        connection.receive(buffer.readableBytesSpan)
        pump(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.receiveEnd()
        pump(context)
        context.fireChannelInactive()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let buffer = unwrapOutboundIn(data)
        guard connection.state == .open || connection.state == .closed else {
            promise?.fail(ChannelError.inappropriateOperationForState)
            return
        }
        connection.send(buffer.readableBytesSpan)
        let output = connection.takeOutput()
        context.write(wrapOutboundOut(ByteBuffer(bytes: output)), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode != .input {
            connection.close()
            flushOutput(context)
        }
        context.close(mode: mode, promise: promise)
    }

    private func flushOutput(_ context: ChannelHandlerContext) {
        let output = connection.takeOutput()
        guard !output.isEmpty else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: output)), promise: nil)
    }

    /// Moves what the connection has made in both directions, and reports changes of its state.
    private func pump(_ context: ChannelHandlerContext) {
        flushOutput(context)
        if let agreement = connection.agreement, let report = onHandshake {
            onHandshake = nil
            report(.success(agreement))
        }
        let plaintext = connection.takePlaintext()
        if !plaintext.isEmpty {
            context.fireChannelRead(wrapInboundOut(ByteBuffer(bytes: plaintext)))
        }
        switch connection.state {
        case .handshaking, .open: return
        case .closed: context.close(promise: nil)
        case .failed(let error):
            if let report = onHandshake {
                onHandshake = nil
                report(.failure(error))
            } else if !hasReportedFailure {
                hasReportedFailure = true
                context.fireErrorCaught(error)
            }
            context.close(promise: nil)
        }
    }
}
