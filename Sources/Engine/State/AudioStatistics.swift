/// Audio of a session: what was made, what came, what a listener would have heard.
package struct AudioStatistics: Sendable {
    /// By the provider's own account (usage, declared durations) where it gives one, else by bytes.
    package internal(set) var generatedMilliseconds = 0.0
    /// By the bytes that came.
    package internal(set) var deliveredMilliseconds = 0.0
    /// By the simulated playback.
    package internal(set) var heardMilliseconds = 0.0
    /// Audio that came and is not yet played.
    package internal(set) var bufferMilliseconds = 0.0
    package internal(set) var underruns = 0
    package internal(set) var underrunMilliseconds = 0.0
    /// Audio of the user that was sent, by bytes.
    package internal(set) var inputMilliseconds = 0.0
    package internal(set) var wrongTruncations = 0
    package internal(set) var interruptions = 0
    package internal(set) var isUserSpeaking = false
    package internal(set) var isAssistantSpeaking = false
    /// The payloads are much shorter than the provider says: the recorder cut them.
    package internal(set) var isPayloadTruncated = false
    package internal(set) var outputLevels = Window<Float>(limit: 512)
    package internal(set) var userLevels = Window<Float>(limit: 512)

    package init() {}

    /// Output loudness (root mean square, 0...1) per 20 ms, the last 512, oldest first.
    package var levels: [Float] { Array(outputLevels) }
    /// The same for the user's audio.
    package var inputLevels: [Float] { Array(userLevels) }
}
