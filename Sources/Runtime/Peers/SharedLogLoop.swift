import Engine
import Interface
import Timeline

/// A shared log without a terminal: events go out as JSON lines, in the order of the log; lines of
/// the input are said in the session, where that is possible.
///
/// It ends with a signal, or when the host has ended the log.
struct SharedLogLoop {
    private let log: LiveLog
    private let inbox: Inbox
    private let clock: MonotonicClock
    private let signals: EndSignals
    private var app: App
    private var input = InputLines()
    private var link: PeersState.Link?

    init(
        log: LiveLog, inbox: Inbox, clock: MonotonicClock, signals: EndSignals, app: App
    ) {
        self.log = log
        self.inbox = inbox
        self.clock = clock
        self.signals = signals
        self.app = app
    }

    /// Runs to the end; the exit code is 1 when the host is lost for good.
    mutating func run(begin: (inout App) -> [Command] = { _ in [] }) throws -> CInt {
        perform(begin(&app))
        var isAskedToEnd = false
        while true {
            try advance()
            if case .ended(let reason)? = app.peers?.link, !log.isBehind {
                Output.complain("the session is over: \(reason)")
                try close()
                return app.peers?.endedInOrder == true ? 0 : 1
            }
            if isAskedToEnd {
                try close()
                return 0
            }
            isAskedToEnd = try wait()
        }
    }

    private mutating func advance() throws {
        perform(
            try log.advance(&app, to: clock.now) { (event) throws(FileError) in
                try Output.write(event)
            })
        if let notice = app.takeNotice() { Output.complain(notice) }
        noteLink()
    }

    /// Says when the host is lost and when it is back.
    private mutating func noteLink() {
        guard let now = app.peers?.link, now != link else { return }
        switch (link, now) {
        case (_, .interrupted(let reason)):
            if case .interrupted? = link { break }
            Output.complain("the host is away (\(reason)); trying again")
        case (.interrupted?, .up): Output.complain("the host is back")
        default: break
        }
        link = now
    }

    private mutating func close() throws {
        try log.close(&app, clock: clock) { (event) throws(FileError) in
            try Output.write(event)
        }
    }

    private mutating func perform(_ commands: [Command]) {
        for command in commands {
            switch command {
            case .client(let session, let order):
                perform(log.perform(order, of: session, &app, at: clock.now))
            case .ask(let session, let wish): log.ask(wish, of: session, &app)
            default: continue
            }
        }
    }

    private mutating func say(_ text: String) {
        perform(app.perform(.say(text), for: app.session?.id ?? .realtime))
    }

    /// Waits for something to do; true when a signal asks to end.
    private mutating func wait() throws -> Bool {
        let readable = try LoopWait.wait(
            for: [inbox.descriptor, signals.descriptor, input.descriptor], log: log, app: app,
            clock: clock)
        if readable[2] {
            for line in input.read() { say(line) }
        }
        return readable[1]
    }
}
