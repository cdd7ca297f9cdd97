import Engine
import Interface
import Recordings
import Timeline

/// The program without a terminal: events go out as JSON lines, messages come in as lines.
///
/// The same app, log and edges as on the screen. It ends when the input has ended and the last
/// answer is complete, or when the conversation is over.
struct HeadlessLoop {
    private let log: LiveLog
    private let inbox: Inbox
    private let clock: MonotonicClock
    private var app: App
    /// Messages that wait for the answer before them.
    private var messages: [String] = []
    private var input = InputLines()
    /// Answers that were asked for by messages and are not complete.
    private var owed = 0
    private var answered = 0
    private var expected = 0
    private var wasOpen = false

    init(log: LiveLog, inbox: Inbox, clock: MonotonicClock, app: App) {
        self.log = log
        self.inbox = inbox
        self.clock = clock
        self.app = app
    }

    /// Runs to the end; the exit code is 1 when the conversation ended by itself.
    mutating func run(begin: (inout App) -> [Command]) throws -> CInt {
        perform(begin(&app))
        while true {
            let events = app.session?.eventCount ?? 0
            perform(
                try log.advance(&app, to: clock.now) { (event) throws(FileError) in
                    try Output.write(event)
                })
            if app.session?.eventCount != events { settle() }
            noteLoss()
            if let reason = ended {
                Output.complain(reason)
                try log.close(&app, clock: clock) { (event) throws(FileError) in
                    try Output.write(event)
                }
                return 1
            }
            sayNext()
            if input.isEnded, messages.isEmpty, owed == 0, isIdle {
                perform(app.perform(.disconnect, for: .realtime))
                try log.close(&app, clock: clock) { (event) throws(FileError) in
                    try Output.write(event)
                }
                return 0
            }
            try wait()
        }
    }

    private mutating func perform(_ commands: [Command]) {
        for case .client(let session, let order) in commands {
            perform(log.perform(order, of: session, &app, at: clock.now))
        }
    }

    private var client: RealtimeClient? { app.shownClient?.client }

    private var isIdle: Bool {
        client?.phase == .open && client?.isAnswering == false && client?.openCalls.isEmpty == true
    }

    private var ended: String? {
        guard case .ended(let reason)? = client?.phase else { return nil }
        return reason
    }

    /// Counts the answers that have come.
    private mutating func settle() {
        let done = app.session?.turns.count { $0.done != nil } ?? 0
        answered = done
        if owed > 0, answered >= expected, isIdle { owed = 0 }
    }

    /// An answer that was going on when the connection broke never comes.
    private mutating func noteLoss() {
        let isOpen = client?.phase == .open
        defer { wasOpen = isOpen }
        guard wasOpen, !isOpen, owed > 0, ended == nil else { return }
        Output.complain("the connection was lost in mid answer; it is opened again")
        owed = 0
    }

    private mutating func sayNext() {
        guard owed == 0, isIdle, !messages.isEmpty else { return }
        owed = 1
        expected = answered + 1
        perform(app.perform(.say(messages.removeFirst()), for: .realtime))
    }

    // MARK: waiting and reading

    private mutating func wait() throws {
        let readable = try LoopWait.wait(
            for: [inbox.descriptor, input.descriptor], log: log, app: app, clock: clock)
        if readable[1] { messages += input.read() }
    }
}
