import Foundation
import RealtimeProtocol
import Testing
import Timeline

@Suite struct `Audio chunks` {
    /// The test vectors of RFC 4648 section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `base64 follows the vectors of RFC 4648`(_ pair: (plain: String, text: String)) {
        let chunk = AudioChunk(encoding: Array(pair.plain.utf8))
        #expect(Array(chunk.base64) == Array(pair.text.utf8))
        #expect(chunk.decoded() == Array(pair.plain.utf8))
        #expect(chunk.byteCount == pair.plain.utf8.count)
        #expect(chunk.firstInvalidCharacter == nil)
        let unpadded = AudioChunk(base64: chunk.base64.filter { $0 != UInt8(ascii: "=") }[...])
        #expect(unpadded.decoded() == Array(pair.plain.utf8))
        #expect(unpadded.byteCount == pair.plain.utf8.count)
    }

    @Test func `base64 agrees with Foundation's on random bytes of every length`() {
        var random = SeededRandom(seed: 11)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let chunk = AudioChunk(encoding: bytes)
            #expect(Array(chunk.base64) == Array(Data(bytes).base64EncodedData()))
            #expect(chunk.decoded() == bytes)
            #expect(chunk.byteCount == length)
        }
    }

    /// Every text of up to five characters from a small alphabet.
    @Test func `decoding stops at the first character that is not base64`() {
        let letters = Array("Az+/=-\n".utf8)
        var texts: [[UInt8]] = [[]]
        var round: [[UInt8]] = [[]]
        for _ in 1...5 {
            round = round.flatMap { text in letters.map { text + [$0] } }
            texts += round
        }
        for text in texts {
            let chunk = AudioChunk(base64: text[...])
            let padding = min(2, text.reversed().prefix { $0 == UInt8(ascii: "=") }.count)
            let content = text.dropLast(padding)
            let good = content.prefix { Array("Az+/".utf8).contains($0) }
            let invalid =
                good.count < content.count
                ? good.count : good.count % 4 == 1 ? good.count - 1 : nil
            #expect(chunk.firstInvalidCharacter == invalid)
            #expect(chunk.decoded().count == good.count * 6 / 8)
            if invalid == nil { #expect(chunk.decoded().count == chunk.byteCount) }
        }
    }

    @Test func `a chunk is a slice of its frame unless it was written with escapes`() throws {
        let head = #"{"type":"response.output_audio.delta","delta":""#
        for (text, isSlice) in [("AAAA", true), (#"AA\/A"#, false)] {
            let frame = Array((head + text + "\"}").utf8)
            guard case .audioDelta(_, let chunk)? = RealtimeDecoder.server(frame).body else {
                Issue.record("no audio")
                continue
            }
            #expect((chunk.base64.startIndex == head.utf8.count) == isSlice)
            #expect(chunk.base64Count == 4)
        }
    }
}
