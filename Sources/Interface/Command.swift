package import Engine
package import Timeline

/// What the interface wants done; the shell does it.
package enum Command: Equatable, Sendable {
    case quit
    case suspend
    case redraw
    case playback(PlaybackCommand)
    /// What the client of a session wants its edges to do.
    case client(SourceID, ClientOrder)
    /// What a guest asks of the host whose log it shows.
    case ask(SourceID, ClientWish)
    /// End the connection of a guest.
    case sendAway(peer: String)
    /// Put `text` on the clipboard of the person's terminal.
    case copy(String)
    /// Write `contents` to a new file whose name begins with `name` and ends with `suffix`.
    case write(name: String, suffix: String, contents: String)
    /// Analyse everything so far again: what is searched for has changed.
    case analyseAgain
    /// Read a library of patterns from this file and search for them.
    case loadPatterns(String)
    /// Write the live log so far as a recording.
    case saveRecording
    /// Write the present frame as an SVG picture.
    case screenshot
    case captureMouse(Bool)
    /// Remember theme and layout for the next start.
    case saveState
}

/// What the interface wants of the replay.
package enum PlaybackCommand: Equatable, Sendable {
    case play
    case pause
    case step(Int)
    case seek(Instant)
    case seekSequence(UInt64)
    case speed(Double)
    case loop(Bool)
}

/// What the shell is playing, as the screen shows it.
package struct PlaybackState: Sendable, Equatable {
    package enum Mode: String, Sendable { case replay, live }

    package var mode: Mode
    package var isPlaying: Bool
    /// 1 is real time; infinite is as fast as it can be analysed.
    package var speed: Double
    package var position: Instant
    package var duration: Interval
    package var eventIndex: UInt64
    package var eventCount: UInt64
    package var isLooping: Bool
    /// Whether times were measured, or only the order is known.
    package var hasClock: Bool
    /// What is shown: a file's name, an address.
    package var title: String
    package var isRecording: Bool
    package var isAtEnd: Bool

    package init(
        mode: Mode = .replay, isPlaying: Bool = true, speed: Double = 1, position: Instant = .zero,
        duration: Interval = .zero, eventIndex: UInt64 = 0, eventCount: UInt64 = 0,
        isLooping: Bool = false, hasClock: Bool = true, title: String = "",
        isRecording: Bool = false, isAtEnd: Bool = false
    ) {
        self.mode = mode
        self.isPlaying = isPlaying
        self.speed = speed
        self.position = position
        self.duration = duration
        self.eventIndex = eventIndex
        self.eventCount = eventCount
        self.isLooping = isLooping
        self.hasClock = hasClock
        self.title = title
        self.isRecording = isRecording
        self.isAtEnd = isAtEnd
    }
}
