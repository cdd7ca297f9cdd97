import NIOCore
import NIOWebSocket

/// The end of the pipeline: hands frames to the state of the WebSocket.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    private let core: WebSocketCore

    init(core: WebSocketCore) { self.core = core }

    /// Puts the frame codec and this handler at the end of the channel's pipeline.
    static func install(on channel: any Channel, core: WebSocketCore) throws {
        let decoder = ByteToMessageHandler(
            WebSocketFrameDecoder(maxFrameSize: core.options.maximumMessageBytes))
        try channel.pipeline.syncOperations.addHandlers([
            decoder, WebSocketFrameEncoder(), WebSocketHandler(core: core),
        ])
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        core.received(unwrapInboundIn(data))
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        core.becameWritable(context.channel.isWritable)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength:
            core.violate(1009, "a frame above \(core.options.maximumMessageBytes) bytes")
        case let error as NIOWebSocketError:
            core.violate(1002, "a malformed frame (\(error))")
        default: core.failed(NetworkError(translating: error))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        core.failed(
            NetworkError(.lost, "the connection was lost: it ended without a close frame"))
    }
}
