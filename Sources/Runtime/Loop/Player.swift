import Engine
import Interface
import Timeline

/// What the loop plays: a recording, or a live source.
package enum Player {
    case replay(Replay)
    case live(LiveLog)
    /// While the replay is taken out to change it in place.
    case idle

    var descriptors: [CInt] {
        switch self {
        case .replay, .idle: []
        case .live(let live): [live.inbox.descriptor]
        }
    }

    var nextDeadline: Instant? {
        switch self {
        case .replay(let replay): replay.nextDeadline
        case .live, .idle: nil
        }
    }

    /// Events applied in one turn of the loop, so that keys are answered in between.
    private static let portion = 2000

    /// Applies what is due; returns whether more is due at once, and what the app wants done.
    mutating func advance(
        _ app: inout App, to now: Instant
    ) throws(FileError) -> (isBehind: Bool, commands: [Command]) {
        switch self {
        case .replay(var replay):
            self = .idle
            defer { self = .replay(replay) }
            return (try replay.advance(&app, to: now, limit: Self.portion), [])
        case .live(let log):
            let commands = try log.advance(&app, to: now)
            return (log.isBehind, commands)
        case .idle: return (false, [])
        }
    }

    mutating func perform(
        _ command: PlaybackCommand, _ app: inout App, now: Instant
    ) throws(FileError) {
        switch self {
        case .replay(var replay):
            self = .idle
            defer { self = .replay(replay) }
            try replay.perform(command, &app, now: now)
        case .live: app.notify("this is live; replay the recording to go back")
        case .idle: break
        }
    }

    /// Carries out what the client of a session wants; in a replay nothing is carried out.
    func perform(
        _ order: ClientOrder, of session: SourceID, _ app: inout App, at now: Instant
    ) -> [Command] {
        guard case .live(let log) = self else { return [] }
        return log.perform(order, of: session, &app, at: now)
    }

    func ask(_ wish: ClientWish, of session: SourceID, _ app: inout App) {
        if case .live(let log) = self { log.ask(wish, of: session, &app) }
    }

    func sendAway(peer: String) {
        if case .live(let log) = self { log.sendAway(peer: peer) }
    }

    func close(_ app: inout App, clock: MonotonicClock) throws(FileError) {
        if case .live(let log) = self { try log.close(&app, clock: clock) }
    }

    /// The live log so far, as bytes; nil in a replay.
    func recording() throws(FileError) -> [UInt8]? {
        guard case .live(let log) = self else { return nil }
        return try log.recording()
    }

    /// Analyses everything so far again, after what is searched for has changed.
    mutating func analyseAgain(_ app: inout App, now: Instant) throws(FileError) {
        switch self {
        case .replay(var replay):
            self = .idle
            defer { self = .replay(replay) }
            try replay.analyseAgain(&app, now: now)
        case .live(let log): try log.analyseAgain(&app)
        case .idle: break
        }
    }

    var hasWorkAhead: Bool {
        if case .replay(let replay) = self { return replay.isReadingAhead }
        return false
    }

    mutating func workAhead(_ app: inout App) throws(FileError) {
        guard case .replay(var replay) = self, replay.isReadingAhead else { return }
        self = .idle
        defer { self = .replay(replay) }
        try replay.readAhead(&app, limit: Self.portion / 4)
    }

    /// Three lines for the terminal after the screen is gone.
    func summary(_ app: App) -> [String] {
        guard let session = app.session else { return [] }
        let spent = session.spending.totalCost.map { ", $" + NumberText.fixed($0, 4) } ?? ""
        let failures = session.findings.count { $0.severity == .failure }
        let shown =
            app.playback.isAtEnd || app.playback.mode == .live
            ? ""
            : ", up to \(TimeText.clock(app.playback.position - .zero)) of \(TimeText.clock(app.playback.duration))"
        return [
            "\(app.playback.title)\(shown): \(session.eventCount) events, \(session.turns.total) turns, \(failures) failures\(spent)"
        ]
    }
}
