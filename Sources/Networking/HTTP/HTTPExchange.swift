import NIOCore
import NIOHTTP1

/// A client's handler for one request: sends it and waits for the answer.
///
/// When the answer is what was hoped for (a 101, or a proxy's 2xx) the HTTP handlers leave the
/// pipeline, what comes after the answer goes to those that follow, and `onAgreement` puts them
/// in. Otherwise the whole answer, its body bounded, goes to `onRefusal`.
final class HTTPExchange: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    struct Outcome {
        var onAgreement: (HTTPAnswer) throws -> Void
        var onRefusal: (HTTPAnswer) -> Void
        var onFailure: (any Error) -> Void
    }

    private let request: HTTPRequestHead
    private let isAgreement: (Int) -> Bool
    private let bodyLimit: Int
    private let outcome: Outcome
    private let encoder = HTTPRequestEncoder()
    private let decoder = ByteToMessageHandler(
        HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes))
    private var answer: HTTPAnswer?
    private var hasAgreed = false
    private var isDone = false
    /// Bytes after the answer, kept until the handlers that understand them are there.
    private var after: [NIOAny] = []

    init(
        _ request: HTTPRequestHead, bodyLimit: Int, agreesOn isAgreement: @escaping (Int) -> Bool,
        outcome: Outcome
    ) {
        self.request = request
        self.bodyLimit = bodyLimit
        self.isAgreement = isAgreement
        self.outcome = outcome
    }

    /// Puts the codec and this handler at the end of the channel's pipeline, which sends the
    /// request.
    func install(on channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, self])
    }

    func handlerAdded(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if hasAgreed {
            after.append(data)
            return
        }
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer = HTTPAnswer(
                status: Int(head.status.code), reason: head.status.reasonPhrase,
                fields: HTTPFields(head.headers))
        case .body(let part):
            guard !isDone, let have = answer?.body.count else { return }
            let room = bodyLimit - have
            answer?.body.append(contentsOf: part.readableBytesView.prefix(room))
            if part.readableBytes > room {
                answer?.isCut = true
                refuse(context)
            }
        case .end:
            guard !isDone, let answer else { return }
            if isAgreement(answer.status) {
                agree(answer, context)
            } else {
                refuse(context)
            }
        }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        guard !isDone, let answer else { return }
        isDone = true
        outcome.onRefusal(answer)
        context.close(promise: nil)
    }

    private func agree(_ answer: HTTPAnswer, _ context: ChannelHandlerContext) {
        isDone = true
        hasAgreed = true
        let operations = context.pipeline.syncOperations
        operations.removeHandler(encoder, promise: nil)
        operations.removeHandler(decoder).assumeIsolated()
            .whenComplete { _ in self.hand(over: context, answer) }
    }

    private func hand(over context: ChannelHandlerContext, _ answer: HTTPAnswer) {
        do {
            try outcome.onAgreement(answer)
        } catch {
            outcome.onFailure(error)
            context.close(promise: nil)
            return
        }
        for data in after { context.fireChannelRead(data) }
        if !after.isEmpty { context.fireChannelReadComplete() }
        after = []
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !hasAgreed else {
            context.fireErrorCaught(error)
            return
        }
        guard !isDone else { return }
        isDone = true
        outcome.onFailure(
            error is HTTPParserError
                ? NetworkError(.handshakeInvalid, "the far end does not speak HTTP (\(error))")
                : error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isDone {
            isDone = true
            outcome.onFailure(
                NetworkError(.lost, "the far end hung up before it answered"))
        }
        context.fireChannelInactive()
    }
}
