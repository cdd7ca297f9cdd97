import Recordings
import Engine
package import Interface
package import Timeline

/// Plays a recording into an `App`: at any speed, stepwise, back and forth.
///
/// A value without a clock: `now` is an argument, so a test plays an hour in no time and a replay
/// at any speed and in any portions ends in the same state.
package struct Replay: Sendable {
    package private(set) var source: EventSource
    private var cursor: EventCursor
    /// The next event, already read.
    private var pending: Event?
    private var checkpoints = Checkpoints()
    private var ahead: ReadAhead?

    private var isPlaying = true
    private var speed = 1.0
    private var isLooping = false
    private var position = Instant.zero
    /// Where a long seek is on its way to.
    private var goal: Instant?
    /// Where in the log and on the loop's clock the present stretch of playing began.
    private var anchor: (log: Instant, loop: Instant)

    /// Starts at the beginning of `source`, playing.
    package init(_ source: EventSource, into app: inout App, now: Instant) throws(FileError) {
        self.source = source
        cursor = try source.cursor(at: 0)
        anchor = (.zero, now)
        ahead = ReadAhead(cursor: cursor, engine: app.engine)
        checkpoints.offer(nextSequence: 0, time: .zero, engine: app.engine)
        pending = try cursor.next()
        show(in: &app)
    }

    private var end: Instant { .zero + source.duration }
    private var isAtEnd: Bool { pending == nil }

    // MARK: time goes on

    /// When `advance` has something to do next, on the loop's clock; nil while nothing moves.
    ///
    /// While playing the clock on the screen shows whole seconds, so between events nothing
    /// changes more often than that.
    package var nextDeadline: Instant? {
        guard isPlaying, !isAtEnd || position < end else { return nil }
        guard speed.isFinite else {
            // A loop as fast as it can be analysed is still a picture for the eye each time.
            return anchor.loop + (isLooping ? .milliseconds(16) : .zero)
        }
        let second = Int64(1_000_000_000)
        let tick = Instant(nanoseconds: (position.nanoseconds / second + 1) * second)
        let next = min(tick, pending?.time ?? end)
        // Rounded up, so that at this time the event is really due.
        let wait = (Double((next - anchor.log).nanoseconds) / speed).rounded(.up)
        return anchor.loop + .milliseconds(wait / 1e6)
    }

    /// Applies what is due at `now`, at most `limit` events.
    ///
    /// - Returns: whether more is due already.
    @discardableResult
    package mutating func advance(
        _ app: inout App, to now: Instant, limit: Int = .max
    ) throws(FileError) -> Bool {
        if let goal {
            try travel(&app, to: goal, now: now, limit: limit)
            show(in: &app)
            return self.goal != nil || isPlaying
        }
        guard isPlaying else { return false }
        let target =
            speed.isFinite
            ? min(end, anchor.log + Interval.milliseconds((now - anchor.loop).milliseconds * speed))
            : end
        let isBehind = try apply(&app, limit: limit) { $0.time <= target }
        if !isBehind { position = max(position, target) }
        if isAtEnd, position >= end {
            if isLooping {
                try seek(&app, to: .zero, now: now)
            } else {
                isPlaying = false
            }
        }
        show(in: &app)
        return isBehind
    }

    /// Applies pending events while `isDue`; returns whether the limit stopped it.
    private mutating func apply(
        _ app: inout App, limit: Int, while isDue: (Event) -> Bool
    ) throws(FileError) -> Bool {
        var left = limit
        while let event = pending, isDue(event) {
            guard left > 0 else { return true }
            left -= 1
            app.observe(event)
            position = max(position, event.time)
            pending = try cursor.next()
            if checkpoints.wants(event.sequence + 1) {
                checkpoints.offer(
                    nextSequence: event.sequence + 1, time: event.time, engine: app.engine)
            }
        }
        return false
    }

    // MARK: commands

    /// Does what the interface asks.
    package mutating func perform(
        _ command: PlaybackCommand, _ app: inout App, now: Instant
    ) throws(FileError) {
        switch command {
        case .play:
            isPlaying = true
            anchor = (position, now)
        case .pause: isPlaying = false
        case .step(let count):
            isPlaying = false
            try step(&app, by: count)
        case .seek(let instant): try seek(&app, to: instant, now: now, limit: Self.patience)
        case .seekSequence(let sequence):
            isPlaying = false
            try seek(&app, throughSequence: sequence)
        case .speed(let wanted):
            speed = wanted
            anchor = (position, now)
        case .loop(let loops): isLooping = loops
        }
        show(in: &app)
    }

    private mutating func step(_ app: inout App, by count: Int) throws(FileError) {
        let next = pending?.sequence ?? cursor.nextSequence
        if count > 0 {
            var left = count
            while left > 0, let event = pending {
                position = event.time
                _ = try apply(&app, limit: 1) { _ in true }
                left -= 1
            }
        } else if next > 0 {
            // The last event in the state is `next - 1`; going back by one leaves `next - 2`.
            let target = Int64(next) - 1 + Int64(count)
            if target < 0 {
                try restore(&app, checkpoints.last(before: 0))
                position = .zero
            } else {
                try seek(&app, throughSequence: UInt64(target))
            }
        }
    }

    /// Makes the state the one after every event up to `instant`; the same as playing there.
    ///
    /// After `limit` events it pauses, and `advance` goes on with it: a key is answered in between.
    package mutating func seek(
        _ app: inout App, to instant: Instant, now: Instant, limit: Int = .max
    ) throws(FileError) {
        let target = min(max(.zero, instant), end)
        let best = checkpoints.last(notAfter: target)
        if target < position || best.map({ $0.nextSequence > nextSequence }) ?? false {
            try restore(&app, best)
        }
        try travel(&app, to: target, now: now, limit: limit)
        show(in: &app)
    }

    /// Events folded by a command before the loop looks after its keys again.
    private static let patience = 20_000

    private mutating func travel(
        _ app: inout App, to target: Instant, now: Instant, limit: Int
    ) throws(FileError) {
        if try apply(&app, limit: limit, while: { $0.time <= target }) {
            goal = target
            return
        }
        goal = nil
        position = target
        anchor = (target, now)
    }

    private mutating func seek(_ app: inout App, throughSequence sequence: UInt64) throws(FileError)
    {
        let best = checkpoints.last(before: sequence + 1)
        if sequence + 1 < nextSequence || best.map({ $0.nextSequence > nextSequence }) ?? false {
            try restore(&app, best)
            position = best?.time ?? .zero
        }
        _ = try apply(&app, limit: .max) { $0.sequence <= sequence }
    }

    private var nextSequence: UInt64 { pending?.sequence ?? cursor.nextSequence }

    private mutating func restore(
        _ app: inout App, _ entry: Checkpoints.Entry?
    ) throws(FileError) {
        app.restore(entry?.engine ?? Engine(configuration: app.configuration.engine))
        cursor = try source.cursor(at: entry?.nextSequence ?? 0)
        position = entry?.time ?? .zero
        pending = try cursor.next()
    }

    /// Analyses the recording again up to where it is shown, after what is searched for has changed.
    package mutating func analyseAgain(_ app: inout App, now: Instant) throws(FileError) {
        let here = position
        let engine = Engine(configuration: app.configuration.engine)
        checkpoints = Checkpoints()
        checkpoints.offer(nextSequence: 0, time: .zero, engine: engine)
        ahead = ReadAhead(cursor: try source.cursor(at: 0), engine: engine)
        try restore(&app, checkpoints.last(before: 0))
        try travel(&app, to: here, now: now, limit: Self.patience)
        show(in: &app)
    }

    private func show(in app: inout App) {
        app.playback = PlaybackState(
            mode: .replay, isPlaying: isPlaying, speed: speed, position: position,
            duration: source.duration, eventIndex: nextSequence,
            eventCount: source.count ?? nextSequence, isLooping: isLooping,
            hasClock: source.header.clock != .none, title: source.title, isAtEnd: isAtEnd)
    }

    // MARK: reading ahead

    /// Whether there is still something to read ahead.
    package var isReadingAhead: Bool { ahead != nil }

    /// Analyses the next `limit` events beyond what is shown, so that the timeline knows the whole
    /// recording and a seek forward is as quick as one back.
    package mutating func readAhead(_ app: inout App, limit: Int) throws(FileError) {
        guard var reading = ahead else { return }
        ahead = nil
        let isComplete = try reading.advance(limit: limit) { event, cursor, engine in
            source.note(cursor)
            checkpoints.offer(nextSequence: event.sequence + 1, time: event.time, engine: engine)
        }
        if isComplete {
            source.finish(reading.cursor)
            app.outlook = reading.engine.sessions.first.map(Outlook.init(of:))
            show(in: &app)
        } else {
            ahead = reading
        }
    }

    /// Reads ahead to the end.
    package mutating func readAhead(_ app: inout App) throws(FileError) {
        while isReadingAhead { try readAhead(&app, limit: .max) }
    }
}

/// A second fold over the recording that runs ahead of what is shown.
private struct ReadAhead: Sendable {
    var cursor: EventCursor
    var engine: Engine

    /// Takes in up to `limit` events; returns whether the end is reached.
    mutating func advance(
        limit: Int, _ body: (Event, EventCursor, Engine) -> Void
    ) throws(FileError) -> Bool {
        var left = limit
        while left > 0 {
            guard let event = try cursor.next() else { return true }
            engine.apply(event)
            body(event, cursor, engine)
            left -= 1
        }
        return false
    }
}
