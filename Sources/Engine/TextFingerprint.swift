/// Length and FNV-1a hash of a text that comes in pieces, to compare it with its final form
/// without keeping the pieces (Fowler, Noll, Vo; 64 bits).
///
/// White space at either end does not count: providers trim it in the final text.
struct TextFingerprint: Equatable, Sendable {
    /// Up to the last byte that is not white space.
    private(set) var byteCount = 0
    private var hash: UInt64 = Self.offset
    /// With the white space that may turn out to be in the middle.
    private var runningCount = 0
    private var runningHash: UInt64 = Self.offset

    private static let offset: UInt64 = 0xCBF2_9CE4_8422_2325

    init() {}

    init(_ text: String) { append(text) }

    static func == (a: TextFingerprint, b: TextFingerprint) -> Bool {
        a.byteCount == b.byteCount && a.hash == b.hash
    }

    mutating func append(_ text: String) {
        for byte in text.utf8 {
            let isSpace = byte == 0x20 || (0x09...0x0D).contains(byte)
            if isSpace, runningCount == 0 { continue }
            runningHash = (runningHash ^ UInt64(byte)) &* 0x100_0000_01B3
            runningCount += 1
            if !isSpace {
                hash = runningHash
                byteCount = runningCount
            }
        }
    }
}
