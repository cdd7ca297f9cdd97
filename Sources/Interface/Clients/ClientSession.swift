package import Engine
package import Timeline

/// A session that this program drives itself, beside those that it only watches.
package struct ClientSession: Sendable, Identifiable {
    package let id: SourceID
    package internal(set) var client: RealtimeClient

    package init(id: SourceID, client: RealtimeClient) {
        self.id = id
        self.client = client
    }
}

/// The sound devices as the shell sees them.
package struct SoundState: Sendable, Equatable {
    /// The capture device; nil when there is none to be opened.
    package var microphone: String?
    /// The playback device; nil when answers are only counted, not heard.
    package var loudspeaker: String?
    package var isCapturing = false
    /// Loudness of the last 20 ms, from 0 at -60 dBFS to 1 at full scale.
    package var level = 0.0
    /// The microphone's own detector hears a voice.
    package var hearsVoice = false
    package var captureOverruns = 0
    package var playbackUnderruns = 0
    /// From sound at the device to bytes on the socket, in ms: the median and 99 % of the last ones.
    package var latencyP50: Double?
    package var latencyP99: Double?

    package init() {}
}
