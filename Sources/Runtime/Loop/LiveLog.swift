import Engine
package import Interface
package import Timeline

/// The log of what happens now: edges post what crossed the boundary; the loop gives each its
/// place, writes it and applies it.
package final class LiveLog {
    /// Where edges put what arrived.
    package let inbox: Inbox
    private let recorder: Recorder
    private let isKept: Bool
    private let title: String
    /// Taken from the inbox and not applied yet.
    private var waiting: ArraySlice<Inbox.Arrival> = []

    /// Arrivals applied in one turn of the loop, so that keys are answered in between.
    private static let portion = 2000

    /// - Parameters:
    ///   - isKept: whether the person asked for the recording.
    ///   - title: what the screen calls the source: a path, an address.
    package init(
        inbox: Inbox, recorder: Recorder, isKept: Bool, title: String
    ) {
        self.inbox = inbox
        self.recorder = recorder
        self.isKept = isKept
        self.title = title
    }

    /// Whether arrivals are waiting for the next turn.
    package var isBehind: Bool { !waiting.isEmpty }

    /// Takes in what has arrived, at most a portion of it, and returns what the app wants done.
    package func advance(_ app: inout App, to now: Instant) throws(FileError) -> [Command] {
        let (arrivals, dropped) = inbox.take()
        waiting.append(contentsOf: arrivals)
        var commands: [Command] = []
        let portion = waiting.prefix(Self.portion)
        waiting = waiting.dropFirst(portion.count)
        for arrival in portion {
            commands += app.apply(
                recorder.append(arrival.payload, from: arrival.source, at: arrival.time))
        }
        try recorder.flush()
        if dropped > 0 { app.notify("\(dropped) events came faster than they could be taken") }
        guard !portion.isEmpty || app.playback.title.isEmpty else { return commands }
        let position = portion.last?.time ?? now
        app.playback = PlaybackState(
            mode: .live, position: position, duration: position - .zero,
            eventIndex: recorder.nextSequence, eventCount: recorder.nextSequence, title: title,
            isRecording: isKept)
        return commands
    }
}
