/// Reads the messages of one direction of a control stream, in whatever pieces it comes.
///
/// Types that it does not know are skipped without being kept; bodies may have grown at their
/// ends. After an error it reads nothing more.
package struct MessageDecoder: Sendable {
    private var pending: [UInt8] = []
    private var start = 0
    /// The offset in the stream of `pending[start]`.
    private var place: UInt64 = 0
    /// Bytes of an unknown message that are still to come.
    private var toSkip: UInt64 = 0
    private var failure: PeerProtocolError?
    package private(set) var unknownMessages: UInt64 = 0

    package init() {}

    package mutating func append(_ bytes: RawSpan) {
        guard failure == nil else { return }
        var rest = bytes
        if toSkip > 0, start == pending.count {
            let count = Int(min(toSkip, UInt64(rest.byteCount)))
            toSkip -= UInt64(count)
            place += UInt64(count)
            rest = rest.extracting(droppingFirst: count)
        }
        unsafe rest.withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
    }

    package mutating func append(_ bytes: [UInt8]) { unsafe append(bytes.span.bytes) }

    /// Whether the stream may end here: not in the middle of a message.
    package var isBetweenMessages: Bool { start == pending.count && toSkip == 0 }

    /// The next message; nil when more bytes are needed.
    package mutating func next() throws(PeerProtocolError) -> PeerMessage? {
        if let failure { throw failure }
        while true {
            skip()
            guard toSkip == 0, start < pending.count else { return nil }
            var message: PeerMessage?
            let outcome = unsafe pending.withUnsafeBytes { bytes -> Outcome in
                unsafe Self.read(bytes, from: start, into: &message)
            }
            switch outcome {
            case .more: return nil
            case .message(let count):
                advance(count)
                return message
            case .unknown(let header, let body):
                unknownMessages += 1
                advance(header)
                toSkip = body
            case .invalid(let reason):
                let error = PeerProtocolError(place: place, reason: String(describing: reason))
                failure = error
                pending = []
                throw error
            }
        }
    }

    private mutating func skip() {
        guard toSkip > 0 else { return }
        let count = min(toSkip, UInt64(pending.count - start))
        toSkip -= count
        advance(Int(count))
    }

    private mutating func advance(_ count: Int) {
        start += count
        place += UInt64(count)
        if start == pending.count {
            pending.removeAll(keepingCapacity: pending.capacity <= 65_536)
            start = 0
        } else if start >= 4_096, start * 2 >= pending.count {
            pending.removeFirst(start)
            start = 0
        }
    }

    private enum Outcome {
        case more
        case message(Int)
        case unknown(header: Int, body: UInt64)
        case invalid(StaticString)
    }

    private static func read(
        _ bytes: UnsafeRawBufferPointer, from start: Int, into message: inout PeerMessage?
    ) -> Outcome {
        var reader = unsafe ByteReader(bytes, at: start)
        do throws(ReadStop) {
            let type = try reader.number()
            let count = try reader.number()
            let header = reader.offset - start
            guard MessageType.known.contains(type) else {
                return .unknown(header: header, body: count)
            }
            guard count <= UInt64(PeerProtocol.maximumMessage) else {
                return .invalid("a message is longer than 1 MiB")
            }
            guard Int(count) <= reader.rest else { return .more }
            var body = try reader.part(Int(count))
            do throws(ReadStop) {
                message = try PeerMessage(type, &body)
            } catch {
                guard case .invalid(let reason) = error else {
                    return .invalid("a message ends in the middle")
                }
                return .invalid(reason)
            }
            return .message(reader.offset - start)
        } catch {
            guard case .invalid(let reason) = error else { return .more }
            return .invalid(reason)
        }
    }
}

extension PeerMessage {
    fileprivate init(_ type: UInt64, _ body: inout ByteReader) throws(ReadStop) {
        switch type {
        case MessageType.hello: self = .hello(try Hello(&body))
        case MessageType.welcome: self = .welcome(try Welcome(&body))
        case MessageType.refused:
            let code = RefusalCode(try body.number())
            self = .refused(Refusal(code, try body.reason()))
        case MessageType.source: self = .source(try AnnouncedSource(&body))
        case MessageType.summary:
            let count = try body.items()
            var sources: [SourceSummary] = []
            for _ in 0..<count { sources.append(try SourceSummary(&body)) }
            self = .summary(sources)
        case MessageType.head:
            let sequence = try body.number()
            let count = try body.items()
            var sources: [(number: UInt64, end: UInt64)] = []
            for _ in 0..<count {
                let number = try body.number()
                sources.append((number, try body.number()))
            }
            self = .head(Head(sequence: sequence, sources: sources))
        case MessageType.order:
            let number = try body.number()
            self = .order(number: number, try PeerOrder(&body))
        case MessageType.orderTaken: self = .orderTaken(number: try body.number())
        case MessageType.orderRefused:
            let number = try body.number()
            self = .orderRefused(number: number, reason: try body.reason())
        default:
            let mayReturn = try body.flag()
            self = .bye(Bye(mayReturn: mayReturn, reason: try body.reason()))
        }
    }
}

extension PeerMessage.Hello {
    fileprivate init(_ body: inout ByteReader) throws(ReadStop) {
        let version = try body.number()
        let name = try body.name()
        let guest = try body.array(PeerProtocol.guestLength)
        let token = try body.array(
            limit: PeerProtocol.maximumToken, "a token is longer than 1,024 bytes")
        var names: [String]?
        let count = try body.count(
            limit: PeerProtocol.maximumWanted + 1, "a guest wants more than 1,024 names")
        if count > 0 {
            var list: [String] = []
            for _ in 1..<count { list.append(try body.name()) }
            names = list
        }
        self.init(
            version: version, name: name, guest: guest, token: token,
            wanted: SourceSelection(names: names),
            resumption: try body.flag() ? try PeerPosition(&body) : nil)
    }
}

extension PeerPosition {
    fileprivate init(_ body: inout ByteReader) throws(ReadStop) {
        let log = try body.logID()
        let complete = try body.number()
        let count = try body.items()
        var sources: [(name: String, next: UInt64)] = []
        for _ in 0..<count {
            let name = try body.name()
            sources.append((name, try body.number()))
        }
        self.init(log: log, complete: complete, sources: sources)
    }
}

extension PeerMessage.Welcome {
    fileprivate init(_ body: inout ByteReader) throws(ReadStop) {
        let version = try body.number()
        let log = try body.logID()
        let name = try body.name()
        let peer = try body.number()
        guard let permission = PeerPermission(rawValue: try body.byte()) else {
            throw .invalid("a permission is 0 or 1")
        }
        let resumes = try body.flag()
        let head = try body.number()
        let header = try body.array(
            limit: PeerProtocol.maximumMessage, "a header is longer than 1 MiB")
        let count = try body.items()
        var sources: [AnnouncedSource] = []
        for _ in 0..<count { sources.append(try AnnouncedSource(&body)) }
        self.init(
            version: version, log: log, name: name, peer: peer, permission: permission,
            resumes: resumes, head: head, header: header, sources: sources)
    }
}

extension AnnouncedSource {
    init(_ body: inout ByteReader) throws(ReadStop) {
        let number = try body.number()
        let name = try body.name()
        guard let kind = SourceClass(rawValue: try body.byte()) else {
            throw .invalid("a source's class is 0 to 3")
        }
        self.init(number: number, name: name, kind: kind)
    }
}

extension PeerMessage.SourceSummary {
    fileprivate init(_ body: inout ByteReader) throws(ReadStop) {
        let number = try body.number()
        let events = try body.number()
        let bytes = try body.number()
        let head = try body.number()
        let sent = try body.number()
        self.init(
            number: number, events: events, bytes: bytes, head: head, sent: sent,
            isBehind: try body.flag())
    }
}

extension PeerOrder {
    fileprivate init(_ body: inout ByteReader) throws(ReadStop) {
        let type = try body.number()
        let session = try body.name()
        switch type {
        case OrderType.say: self = .say(session: session, text: try body.reason())
        case OrderType.interrupt: self = .interrupt(session: session)
        case OrderType.createResponse: self = .createResponse(session: session)
        case OrderType.cancelResponse: self = .cancelResponse(session: session)
        default: throw .invalid("an order is 1 to 4")
        }
    }
}

extension ByteReader {
    fileprivate mutating func name() throws(ReadStop) -> String {
        try text(limit: PeerProtocol.maximumName, "a name is longer than 1,024 bytes")
    }

    fileprivate mutating func reason() throws(ReadStop) -> String {
        try text(limit: PeerProtocol.maximumMessage, "a text is longer than 1 MiB")
    }

    /// A count of things of at least one byte each.
    fileprivate mutating func items() throws(ReadStop) -> Int {
        try count(limit: PeerProtocol.maximumMessage, "a list is longer than its message")
    }

    fileprivate mutating func flag() throws(ReadStop) -> Bool {
        switch try byte() {
        case 0: false
        case 1: true
        default: throw .invalid("a flag is 0 or 1")
        }
    }

    fileprivate mutating func logID() throws(ReadStop) -> LogID {
        guard let id = LogID(bytes: try array(LogID.length)) else { throw .more }
        return id
    }
}
