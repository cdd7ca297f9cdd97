import Engine
package import Interface
import Networking
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
    private var waiting = ArrivalQueue()
    private var urgent = ArrivalQueue()
    /// What carries the orders of the app's clients out.
    private var edges: [SourceID: any ClientEdge] = [:]
    /// Each session's own recording, where that was asked for.
    private let sessions: SessionFiles?
    /// Who else sees the log, or where it comes from; nil where nothing is shared.
    private let sharing: (any LogSharing)?
    private var slice = TimeSlice()

    /// Arrivals applied in one turn of the loop, so that keys are answered in between.
    private static let portion = 2000
    /// Payload bytes of them, so that what is urgent does not wait long for what is large.
    static let portionBytes = 32 << 10

    /// - Parameters:
    ///   - isKept: whether the person asked for the recording.
    ///   - title: what the screen calls the source: a path, an address.
    ///   - sessions: takes each session's events beside the log.
    ///   - sharing: shares the log with other machines, or brings it from one.
    package init(
        inbox: Inbox, recorder: Recorder, isKept: Bool, title: String,
        sessions: SessionFiles? = nil, sharing: (any LogSharing)? = nil
    ) {
        self.sessions = sessions
        self.sharing = sharing
        self.inbox = inbox
        self.recorder = recorder
        self.isKept = isKept
        self.title = title
    }

    /// Lets `edge` carry out the orders of the client of `session`.
    package func attach(_ edge: any ClientEdge, to session: SourceID) { edges[session] = edge }

    /// Carries out what the client of `session` wants; returns what follows from it.
    func perform(
        _ order: ClientOrder, of session: SourceID, _ app: inout App, at now: Instant
    ) -> [Command] {
        guard let edge = edges[session] else { return [] }
        return edge.perform(order, at: now).flatMap { app.perform($0, for: session) }
    }

    /// How long the far ends may take to say goodbye.
    private static let farewell = Interval.milliseconds(1000)

    /// Gives sockets and devices back, and writes how each connection ended.
    package func close(
        _ app: inout App, clock: MonotonicClock,
        witness: (Event) throws(FileError) -> Void = { _ in }
    ) throws(FileError) {
        for session in edges.keys.sorted() { edges[session]?.close() }
        defer { sharing?.close() }
        let deadline = clock.now + Self.farewell
        while isAnyOpen(app), clock.now < deadline {
            let left = (deadline - clock.now).milliseconds
            inbox.wait(milliseconds: CInt(max(1, left)))
            // What the app still wants cannot be done any more.
            _ = try advance(&app, to: clock.now, witness: witness)
        }
        repeat { _ = try advance(&app, to: clock.now, witness: witness) } while isBehind
    }

    private func isAnyOpen(_ app: App) -> Bool {
        edges.keys.contains { app.engine[$0]?.connection == .open }
    }

    /// Everything that was written so far.
    func recording() throws(FileError) -> [UInt8] {
        try recorder.flush()
        return try FileAccess.read(recorder.path)
    }

    /// Whether arrivals are waiting for the next turn, or others can be written now.
    package var isBehind: Bool {
        !waiting.isEmpty || !urgent.isEmpty || recorder.hasPlaceable
    }

    /// Takes in what has arrived, at most a portion of it, and returns what the app wants done.
    ///
    /// - Parameter witness: sees each event after the app.
    package func advance(
        _ app: inout App, to now: Instant, witness: (Event) throws(FileError) -> Void = { _ in }
    ) throws(FileError) -> [Command] {
        let taken = inbox.take(
            leavingArrivals: waiting.isFull(count: Self.portion),
            leavingUrgent: urgent.isFull(count: Self.portion))
        waiting.append(contentsOf: taken.arrivals)
        urgent.append(contentsOf: taken.urgent)
        var commands: [Command] = []
        let portion = nextPortion()
        var placed: [Event] = []
        placed.reserveCapacity(portion.count)
        placed += try recorder.placeEarly()
        for event in placed {
            try witness(event)
            try sessions?.append(event)
        }
        for arrival in portion {
            let first = placed.count
            commands += try place(arrival, &app, &placed)
            for event in placed[first...] {
                try witness(event)
                try sessions?.append(event)
            }
        }
        if taken.dropped > 0 {
            // The gap is in the log, too.
            let gap = recorder.append(Inbox.gap(of: taken.dropped), from: Inbox.source, at: now)
            commands += app.apply(gap)
            placed.append(gap)
            app.notify("\(taken.dropped) events came faster than they could be taken")
        }
        for request in taken.requests {
            commands += app.perform(request.wish, for: request.session)
        }
        commands += app.advance(to: now)
        if let shown = app.shownClient { app.sound = edges[shown.id]?.sound }
        try recorder.flush()
        try sessions?.flush()
        share(placed, &app)
        if isBehind { slice.offer(at: now) }
        guard !portion.isEmpty || !placed.isEmpty || app.playback.title.isEmpty else {
            return commands
        }
        let position = portion.last?.time ?? placed.last?.time ?? now
        app.playback = PlaybackState(
            mode: .live, position: position, duration: position - .zero,
            eventIndex: recorder.nextSequence, eventCount: recorder.nextSequence, title: title,
            isRecording: isKept)
        return commands
    }

    /// What is applied in this turn: what is urgent first.
    private func nextPortion() -> [Inbox.Arrival] {
        var portion: [Inbox.Arrival] = []
        portion.reserveCapacity(min(Self.portion, urgent.count + waiting.count))
        while portion.count < Self.portion, let arrival = urgent.popFirst() {
            portion.append(arrival)
        }
        var bytes = 0
        while portion.count < Self.portion, bytes < Self.portionBytes,
            let arrival = waiting.popFirst()
        {
            portion.append(arrival)
            bytes += arrival.payload.byteCount
        }
        return portion
    }

    /// Gives an arrival its place and applies it; what is in the log now goes to `placed`.
    private func place(
        _ arrival: Inbox.Arrival, _ app: inout App, _ placed: inout [Event]
    ) throws(FileError) -> [Command] {
        guard let sequence = arrival.sequence else {
            let event = recorder.append(
                arrival.payload, from: arrival.source, at: arrival.time)
            placed.append(event)
            return app.apply(event)
        }
        // A session needs its own events in order, not those of others: it is shown at once.
        let event = Event(
            sequence: sequence, time: arrival.time, source: arrival.source,
            payload: arrival.payload)
        placed += try recorder.place(event)
        switch event.payload {
        case .key, .resize: return []
        default: return app.apply(event)
        }
    }

    /// Lets the others have what is on the disk now, and shows how they are.
    private func share(_ placed: [Event], _ app: inout App) {
        guard let sharing else { return }
        if !placed.isEmpty { sharing.append(placed) }
        sharing.drained()
        sharing.attend(&app)
        app.peers = sharing.state
    }

    /// Asks the host of this log for something.
    func ask(_ wish: ClientWish, of session: SourceID, _ app: inout App) {
        if let problem = sharing?.ask(wish, of: session) { app.notify(problem) }
    }

    /// Ends the connection of a guest.
    func sendAway(peer: String) { sharing?.sendAway(peer: peer) }

    /// Folds the log once more from its file, after what is searched for has changed.
    func analyseAgain(_ app: inout App) throws(FileError) {
        try recorder.flush()
        var cursor = try EventSource(opening: recorder.path).cursor(at: 0)
        var engine = Engine(configuration: app.configuration.engine)
        while let event = try cursor.next() { engine.apply(event) }
        app.restore(engine)
    }
}
