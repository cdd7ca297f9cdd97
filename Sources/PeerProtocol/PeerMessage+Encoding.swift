/// Numbers of the message types on the wire.
enum MessageType {
    static let hello: UInt64 = 1
    static let welcome: UInt64 = 2
    static let refused: UInt64 = 3
    static let source: UInt64 = 4
    static let summary: UInt64 = 5
    static let head: UInt64 = 6
    static let order: UInt64 = 7
    static let orderTaken: UInt64 = 8
    static let orderRefused: UInt64 = 9
    static let bye: UInt64 = 10
    static let known: ClosedRange<UInt64> = 1...10
}

/// Numbers of the orders on the wire.
enum OrderType {
    static let say: UInt64 = 1
    static let interrupt: UInt64 = 2
    static let createResponse: UInt64 = 3
    static let cancelResponse: UInt64 = 4
}

extension PeerMessage {
    /// The message as type, length and body.
    package func encode(into out: inout [UInt8]) {
        var body: [UInt8] = []
        let type = encodeBody(into: &body)
        out.append(number: type)
        out.append(counted: body)
    }

    package var encoded: [UInt8] {
        var out: [UInt8] = []
        encode(into: &out)
        return out
    }

    private func encodeBody(into body: inout [UInt8]) -> UInt64 {
        switch self {
        case .hello(let hello):
            hello.encode(into: &body)
            return MessageType.hello
        case .welcome(let welcome):
            welcome.encode(into: &body)
            return MessageType.welcome
        case .refused(let refusal):
            body.append(number: refusal.code.value)
            body.append(counted: refusal.reason)
            return MessageType.refused
        case .source(let source):
            source.encode(into: &body)
            return MessageType.source
        case .summary(let sources):
            body.append(number: UInt64(sources.count))
            for source in sources { source.encode(into: &body) }
            return MessageType.summary
        case .head(let head):
            body.append(number: head.sequence)
            body.append(number: UInt64(head.sources.count))
            for (number, end) in head.sources {
                body.append(number: number)
                body.append(number: end)
            }
            return MessageType.head
        case .order(let number, let order):
            body.append(number: number)
            order.encode(into: &body)
            return MessageType.order
        case .orderTaken(let number):
            body.append(number: number)
            return MessageType.orderTaken
        case .orderRefused(let number, let reason):
            body.append(number: number)
            body.append(counted: reason)
            return MessageType.orderRefused
        case .bye(let bye):
            body.append(bye.mayReturn ? 1 : 0)
            body.append(counted: bye.reason)
            return MessageType.bye
        }
    }
}

extension PeerMessage.Hello {
    fileprivate func encode(into body: inout [UInt8]) {
        precondition(guest.count == PeerProtocol.guestLength, "a guest has 16 random bytes")
        body.append(number: version)
        body.append(counted: name)
        body.append(contentsOf: guest)
        body.append(counted: token)
        // One more than the count, so that 0 says all.
        body.append(number: wanted.names.map { UInt64($0.count) + 1 } ?? 0)
        for name in wanted.names ?? [] { body.append(counted: name) }
        guard let resumption else { return body.append(0) }
        body.append(1)
        body.append(contentsOf: resumption.log.bytes)
        body.append(number: resumption.complete)
        body.append(number: UInt64(resumption.sources.count))
        for (name, next) in resumption.sources {
            body.append(counted: name)
            body.append(number: next)
        }
    }
}

extension PeerMessage.Welcome {
    fileprivate func encode(into body: inout [UInt8]) {
        body.append(number: version)
        body.append(contentsOf: log.bytes)
        body.append(counted: name)
        body.append(number: peer)
        body.append(permission.rawValue)
        body.append(resumes ? 1 : 0)
        body.append(number: head)
        body.append(counted: header)
        body.append(number: UInt64(sources.count))
        for source in sources { source.encode(into: &body) }
    }
}

extension AnnouncedSource {
    func encode(into body: inout [UInt8]) {
        body.append(number: number)
        body.append(counted: name)
        body.append(kind.rawValue)
    }
}

extension PeerMessage.SourceSummary {
    fileprivate func encode(into body: inout [UInt8]) {
        for value in [number, events, bytes, head, sent] { body.append(number: value) }
        body.append(isBehind ? 1 : 0)
    }
}

extension PeerOrder {
    fileprivate func encode(into body: inout [UInt8]) {
        switch self {
        case .say(let session, let text):
            body.append(number: OrderType.say)
            body.append(counted: session)
            body.append(counted: text)
        case .interrupt(let session):
            body.append(number: OrderType.interrupt)
            body.append(counted: session)
        case .createResponse(let session):
            body.append(number: OrderType.createResponse)
            body.append(counted: session)
        case .cancelResponse(let session):
            body.append(number: OrderType.cancelResponse)
            body.append(counted: session)
        }
    }
}
