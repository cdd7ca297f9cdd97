import PeerProtocol
import Timeline

/// Random values of everything that the protocol carries.
struct Values {
    var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func number() -> UInt64 { random.next() >> (random.next() % 64) }

    mutating func signed() -> Int64 { Int64(bitPattern: number()) * (flag() ? 1 : -1) }

    mutating func flag() -> Bool { random.next() % 2 == 0 }

    mutating func bytes(_ limit: UInt64 = 40) -> [UInt8] {
        (0..<random.next() % limit).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    mutating func text() -> String {
        let parts = ["a", "é", "", "e\u{301}", "\u{0}", "語", "😀", "\r\n", "/"]
        return (0..<random.next() % 12).map { _ in parts[Int(random.next() % 9)] }.joined()
    }

    mutating func payload() -> Payload {
        switch random.next() % 12 {
        case 0: .received(bytes())
        case 1: .sent(bytes())
        case 2: .receivedBinary(bytes())
        case 3: .sentBinary(bytes())
        case 4: .key(text())
        case 5: .resize(columns: Int(signed()), rows: Int(signed()))
        case 6: .opened(detail: text())
        case 7: .closed(code: flag() ? Int(signed()) : nil, reason: text())
        case 8: .failed(reason: text())
        case 9: .statistics(bytes(2_000))
        case 10: .mark(text())
        default: .unknown(kind: text(), line: bytes())
        }
    }

    /// Events of one source with any times and gaps.
    mutating func events(_ count: Int, source: String = "realtime") -> [Event] {
        var sequence = number() >> 8
        return (0..<count).map { _ in
            sequence += flag() ? 0 : number() >> 16
            defer { sequence += 1 }
            return Event(
                sequence: sequence, time: Instant(nanoseconds: signed()),
                source: SourceID(source), payload: payload())
        }
    }

    mutating func list<Item>(_ make: (inout Values) -> Item) -> [Item] {
        (0..<random.next() % 4).map { _ in make(&self) }
    }

    mutating func source() -> AnnouncedSource {
        AnnouncedSource(
            number: number(), name: text(),
            kind: SourceClass.allCases[Int(random.next() % 4)])
    }

    mutating func log() -> LogID {
        let bytes = (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        guard let id = LogID(bytes: bytes) else { preconditionFailure("16 bytes") }
        return id
    }

    mutating func order() -> PeerOrder {
        switch random.next() % 4 {
        case 0: .say(session: text(), text: text())
        case 1: .interrupt(session: text())
        case 2: .createResponse(session: text())
        default: .cancelResponse(session: text())
        }
    }

    mutating func message() -> PeerMessage {
        switch random.next() % 10 {
        case 0:
            .hello(
                PeerMessage.Hello(
                    version: number(), name: text(), guest: log().bytes, token: bytes(),
                    wanted: SourceSelection(names: flag() ? nil : list { $0.text() }),
                    resumption: flag()
                        ? nil
                        : PeerPosition(
                            log: log(), complete: number(),
                            sources: list { ($0.text(), $0.number()) })))
        case 1:
            .welcome(
                PeerMessage.Welcome(
                    version: number(), log: log(), name: text(), peer: number(),
                    permission: flag() ? .watch : .speak, resumes: flag(), head: number(),
                    header: bytes(), sources: list { $0.source() }))
        case 2: .refused(PeerMessage.Refusal(RefusalCode(number()), text()))
        case 3: .source(source())
        case 4:
            .summary(
                list {
                    PeerMessage.SourceSummary(
                        number: $0.number(), events: $0.number(), bytes: $0.number(),
                        head: $0.number(), sent: $0.number(), isBehind: $0.flag())
                })
        case 5:
            .head(
                PeerMessage.Head(
                    sequence: number(), sources: list { ($0.number(), $0.number()) }))
        case 6: .order(number: number(), order())
        case 7: .orderTaken(number: number())
        case 8: .orderRefused(number: number(), reason: text())
        default: .bye(PeerMessage.Bye(mayReturn: flag(), reason: text()))
        }
    }

    /// The bytes in random pieces.
    mutating func pieces(_ bytes: [UInt8]) -> [[UInt8]] {
        var out: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int(1 + number() % 64))
            out.append(Array(bytes[start..<end]))
            start = end
        }
        return out
    }
}
