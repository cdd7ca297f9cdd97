/// Length and FNV-1a hash of a text that comes in pieces, to compare it with its final form
/// without keeping the pieces (Fowler, Noll, Vo; 64 bits).
struct TextFingerprint: Equatable, Sendable {
    private(set) var byteCount = 0
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    init() {}

    init(_ text: String) { append(text) }

    mutating func append(_ text: String) {
        var hash = hash
        var count = 0
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            count += 1
        }
        self.hash = hash
        byteCount += count
    }
}
