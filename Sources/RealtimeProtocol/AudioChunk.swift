import TextEncodings

/// A piece of audio as it came: base64 text that is decoded only when somebody listens to it.
///
/// The text is a slice of the frame it came in, so a chunk costs no copy.
package struct AudioChunk: Sendable {
    /// The base64 text (RFC 4648 section 4).
    package var base64: ArraySlice<UInt8>
    /// How long the server says it sounds (xAI's `audio_duration_ms`).
    package var declaredMilliseconds: Double?
    /// The server's clock when it was made, in Unix milliseconds (xAI's `ts`).
    package var serverTime: Double?

    package init(
        base64: ArraySlice<UInt8>, declaredMilliseconds: Double? = nil, serverTime: Double? = nil
    ) {
        self.base64 = base64
        self.declaredMilliseconds = declaredMilliseconds
        self.serverTime = serverTime
    }

    /// A chunk that carries `audio`.
    package init(encoding audio: [UInt8]) {
        self.init(base64: ArraySlice(Base64.encoded(audio)))
    }

    /// Characters of base64 text.
    package var base64Count: Int { base64.count }

    /// Bytes of audio, from the length and padding of the text alone.
    package var byteCount: Int { Base64.byteCount(base64.span) }

    /// The audio up to the first character that is not base64. Linear time.
    package func decoded() -> [UInt8] { Base64.decoded(base64.span).bytes }

    /// Where, counted from the chunk's first character, the text stops being base64; nil when it
    /// is base64 throughout. Linear time.
    package var firstInvalidCharacter: Int? { Base64.decoded(base64.span).invalidAt }
}

extension AudioChunk: Equatable {
    package static func == (a: AudioChunk, b: AudioChunk) -> Bool {
        a.declaredMilliseconds == b.declaredMilliseconds && a.serverTime == b.serverTime
            && a.base64 == b.base64
    }
}
