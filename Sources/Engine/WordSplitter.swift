import RealtimeProtocol

/// Cuts streamed text into words for the word patterns.
///
/// A word is a run of letters, digits and apostrophes, in lower case, with typographic apostrophes
/// made plain; everything else separates. Bytes of other scripts belong to words, except the
/// punctuation of U+2000–U+206F and U+3000–U+303F. The last word of a text ends with its part.
struct WordSplitter: Sendable {
    private var word: [UInt8] = []
    /// The bytes of a scalar that is not ASCII and not complete.
    private var scalar: [UInt8] = []

    /// Longer words are cut.
    static let longest = 64

    /// Takes in a delta and gives the words that it completes.
    mutating func append(_ text: String, _ emit: ([UInt8]) -> Void) {
        for byte in text.utf8 {
            switch byte {
            case 0x61...0x7A, 0x30...0x39: word.append(byte)
            case 0x41...0x5A: word.append(byte | 0x20)
            case 0x27: if !word.isEmpty { word.append(byte) }
            case 0x80...: take(byte, emit)
            default: finish(emit)
            }
            if word.count >= Self.longest { finish(emit) }
        }
    }

    /// Ends the word that is open.
    mutating func finish(_ emit: ([UInt8]) -> Void) {
        scalar.removeAll(keepingCapacity: true)
        while word.last == 0x27 { word.removeLast() }
        guard !word.isEmpty else { return }
        emit(word)
        word.removeAll(keepingCapacity: true)
    }

    /// Collects a scalar of several bytes; a Swift string never splits one.
    private mutating func take(_ byte: UInt8, _ emit: ([UInt8]) -> Void) {
        if byte >= 0xC0 { scalar.removeAll(keepingCapacity: true) }
        scalar.append(byte)
        let length = scalar[0] >= 0xF0 ? 4 : scalar[0] >= 0xE0 ? 3 : 2
        guard scalar.count >= length else { return }
        let complete = scalar
        scalar.removeAll(keepingCapacity: true)
        switch complete {
        case [0xE2, 0x80, 0x99], [0xE2, 0x80, 0x98]:
            if !word.isEmpty { word.append(0x27) }
        case _ where Self.separates(complete): finish(emit)
        default: word += Array(String(decoding: complete, as: UTF8.self).lowercased().utf8)
        }
    }

    private static func separates(_ scalar: [UInt8]) -> Bool {
        guard scalar.count >= 2 else { return true }
        if scalar[0] == 0xC2 { return true }
        if scalar[0] == 0xE2 { return scalar[1] == 0x80 || scalar[1] == 0x81 }
        return scalar[0] == 0xE3 && scalar[1] == 0x80
    }
}
