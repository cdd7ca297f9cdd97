import PeerProtocol
import Testing
import Timeline

struct MessageCodingTests {
    private func decode(_ pieces: [[UInt8]]) -> (messages: [PeerMessage], error: PeerProtocolError?)
    {
        var decoder = MessageDecoder()
        var messages: [PeerMessage] = []
        do throws(PeerProtocolError) {
            for piece in pieces {
                decoder.append(piece)
                while let message = try decoder.next() { messages.append(message) }
            }
        } catch { return (messages, error) }
        return (messages, nil)
    }

    @Test func `messages of every kind survive, however the bytes are cut`() {
        for seed in 0..<300 as Range<UInt64> {
            var values = Values(seed: seed)
            let messages = (0..<8).map { _ in values.message() }
            let bytes = messages.flatMap(\.encoded)
            #expect(decode([bytes]).messages == messages)
            #expect(decode(values.pieces(bytes)).messages == messages)
        }
    }

    @Test func `unknown messages are skipped and known ones may have grown`() throws {
        let bye = PeerMessage.bye(PeerMessage.Bye(mayReturn: true, reason: "so"))
        var bytes: [UInt8] = [99, 0xe8, 0x07] + [UInt8](repeating: 7, count: 1_000)
        var grown = bye.encoded
        grown[1] += 3
        bytes += grown + [1, 2, 3] + bye.encoded
        var values = Values(seed: 3)
        #expect(decode([bytes]).messages == [bye, bye])
        #expect(decode(values.pieces(bytes)).messages == [bye, bye])
        var decoder = MessageDecoder()
        decoder.append([99, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1])
        #expect(try decoder.next() == nil)
        #expect(!decoder.isBetweenMessages)
    }

    @Test(
        arguments: [
            ([10, 2, 2, 0], "a flag is 0 or 1"), ([10, 1, 1], "a message ends in the middle"),
            ([10, 3, 0, 1, 0x80], "a text is not UTF-8"),
            ([2, 0x81, 0x80, 0xc0, 0], "a number is longer than it needs to be"),
            ([2, 0x81, 0x80, 0x40], "a message is longer than 1 MiB"),
            ([7, 3, 0, 9, 0], "an order is 1 to 4"),
            ([4, 3, 0, 0, 4], "a source's class is 0 to 3"),
        ] as [([UInt8], String)])
    func `what means nothing is an error with its place`(_ bytes: [UInt8], _ reason: String) {
        let before = PeerMessage.orderTaken(number: 1).encoded
        #expect(
            decode([before + bytes]).error
                == PeerProtocolError(place: UInt64(before.count), reason: reason))
    }

    @Test func `any bytes give values or an error, the same for any cut`() {
        for seed in 0..<3_000 as Range<UInt64> {
            var values = Values(seed: seed)
            var bytes = (0..<4).flatMap { _ in values.message().encoded }
            for _ in 0..<(1 + values.random.next() % 4) {
                bytes[Int(values.random.next() % UInt64(bytes.count))] = UInt8(
                    truncatingIfNeeded: values.random.next())
            }
            let whole = decode([bytes])
            let cut = decode(values.pieces(bytes))
            #expect(whole.messages == cut.messages && whole.error == cut.error, "seed \(seed)")
        }
    }

    @Test func `a selection means a source and what is below it`() {
        let some = SourceSelection(names: ["realtime", "mic/2"])
        #expect(some.contains("realtime") && some.contains("realtime/2") && some.contains("mic/2"))
        #expect(!some.contains("realtimes") && !some.contains("mic") && !some.contains(""))
        #expect(SourceSelection.all.contains("anything"))
        #expect(!SourceSelection(names: []).contains("anything"))
    }

    @Test func `a source's name tells its class`() {
        #expect(SourceClass(ofSource: "realtime/3") == .tokens)
        #expect(SourceClass(ofSource: "mic") == .audio)
        #expect(SourceClass(ofSource: "camera/1") == .video)
        #expect(SourceClass(ofSource: "realtimes") == .telemetry)
        #expect(SourceClass.allCases.map(\.urgency) == [1, 2, 4, 6])
    }
}
