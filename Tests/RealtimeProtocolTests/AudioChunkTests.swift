import RealtimeProtocol
import Testing

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
}
