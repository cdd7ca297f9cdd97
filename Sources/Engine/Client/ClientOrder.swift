package import RealtimeProtocol
package import Timeline

/// What a client wants its edges to do.
package enum ClientOrder: Equatable, Sendable {
    /// Open a connection; attempt 0 is the first.
    case connect(attempt: Int)
    /// Send a text frame.
    case send([UInt8])
    /// Send a text frame whose sound was complete at the device at a time.
    case sendAudio([UInt8], capturedAt: Instant)
    /// Close in order.
    case disconnect(reason: String)
    /// Queue a piece of the model's audio.
    case play(AudioPiece)
    /// Stop at once; the edge answers with `ClientWish.playbackStopped`.
    case stopPlayback
    /// Open or close the capture device.
    case capture(Bool)
    /// Run an external tool; the edge answers with `ClientWish.toolAnswered`.
    case run(ToolCall, command: String, timeoutMilliseconds: Int)
}

/// Audio of one content part, to be heard.
package struct AudioPiece: Equatable, Sendable {
    package var itemID: String
    package var contentIndex: Int
    package var format: AudioFormat
    package var bytes: [UInt8]

    package init(itemID: String, contentIndex: Int, format: AudioFormat, bytes: [UInt8]) {
        self.itemID = itemID
        self.contentIndex = contentIndex
        self.format = format
        self.bytes = bytes
    }
}

/// How much of an item was heard when playing stopped before its end.
package struct HeardAudio: Equatable, Sendable {
    package var itemID: String
    package var contentIndex: Int
    package var milliseconds: Int

    package init(itemID: String, contentIndex: Int, milliseconds: Int) {
        self.itemID = itemID
        self.contentIndex = contentIndex
        self.milliseconds = milliseconds
    }
}

/// A call of a tool by the model.
package struct ToolCall: Equatable, Sendable {
    package var callID: String
    package var name: String
    /// JSON text by the model, not necessarily well-formed.
    package var arguments: String

    package init(callID: String, name: String, arguments: String) {
        self.callID = callID
        self.name = name
        self.arguments = arguments
    }
}

/// What a person or an edge wants of a client.
package enum ClientWish: Equatable, Sendable {
    case connect
    case disconnect
    /// A message by the user, and an answer to it.
    case say(String)
    case createResponse
    case cancelResponse
    /// Stop the answer, and tell the server what was heard of it.
    case interrupt
    /// Push-to-talk: begin or end a turn.
    case talk(Bool)
    /// Send whatever the microphone hears.
    case openMicrophone(Bool)
    case mute(Bool)
    /// Sound from the device, complete there at a time.
    case captured([UInt8], at: Instant)
    case commitAudio
    case clearAudio
    case deleteItem(String)
    case update(SessionSettings)
    case answerTool(callID: String, output: String)
    /// The edge stopped playing; what was cut, in the order of playing.
    case playbackStopped([HeardAudio])
    case toolAnswered(callID: String, output: String)
    /// The socket's queue was full: this much was lost.
    case dropped(bytes: Int)
    /// The capture device cannot be used.
    case microphoneFailed(String)
    /// The capture device went away while it was used, or is back; its edge goes on trying.
    case microphoneChanged(String)
}

/// Where a client stands.
package enum ClientPhase: Equatable, Sendable {
    case idle
    case connecting(attempt: Int)
    /// The socket is open; the server has not greeted yet.
    case greeting
    case open
    case retrying(attempt: Int, at: Instant, reason: String)
    case ended(reason: String)
}
