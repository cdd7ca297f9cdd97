import Cells
import Dispatch
import Engine
import Glibc
import Interface
import Networking
import PeerProtocol
import Recordings
import Synchronization
import Timeline

/// Sharing as the program does it: from a host's log over real sockets to a guest's log and app.
///
/// Both sides are in this process, each with its own threads. The host's own analysis is left out:
/// its events are made beforehand and are given to what shares them.
enum PeerBenchmark {
    static func run(_ effort: Benchmark.Effort, into report: inout BenchmarkReport) throws {
        let count = max(10_000, effort.events)
        try throughput(
            "small events", events: count, aim: .atLeast(1_000_000), into: &report, smallEvent)
        var stream = SyntheticStream()
        let deltas = (0..<10_000).map { _ in stream.next() }
        try throughput("text deltas with their analysis", events: count / 4, into: &report) {
            var event = deltas[Int($0) % deltas.count]
            (event.sequence, event.time) = ($0, Instant(nanoseconds: Int64($0) * 10_000_000))
            return event
        }
        try throughput("events of 16 KiB", events: count / 40, into: &report, largeEvent)
        try latency(bulkBytes: effort.isQuick ? 64 << 20 : 1 << 30, into: &report)
    }

    private static let smallText = Array(
        #"{"type":"sensor","name":"engine temperature","celsius":81.25,"since":"start","n":1}"#.utf8
    )

    private static func smallEvent(_ sequence: UInt64) -> Event {
        Event(
            sequence: sequence, time: Instant(nanoseconds: Int64(sequence) * 1_000),
            source: SourceID("sensor"), payload: .statistics(smallText))
    }

    private static let large = [UInt8](repeating: 0x5A, count: 16 << 10)

    private static func largeEvent(_ sequence: UInt64) -> Event {
        Event(
            sequence: sequence, time: Instant(nanoseconds: Int64(sequence) * 1_000),
            source: SourceID("sensor"), payload: .receivedBinary(large))
    }

    /// How far the host is ahead of the guest at most: less than it keeps in memory, since here is
    /// no file to read the rest from.
    private static let windowBytes = 4 << 20

    // MARK: throughput

    /// How many events a second come from the host's log to the guest's app, which writes its own.
    private static func throughput(
        _ name: String, events count: Int, aim: BenchmarkReport.Aim? = nil,
        into report: inout BenchmarkReport, _ make: @escaping @Sendable (UInt64) -> Event
    ) throws {
        var pair = try PeerPair()
        defer { pair.close() }
        let bytes = make(0).payload.byteCount
        let cpu = MonotonicClock.processCPU
        let start = pair.clock.now
        let feeder = Feeder(
            pair.host.feed, count: UInt64(count),
            window: UInt64(windowBytes / (bytes + 16)), make)
        feeder.start()
        try pair.take { taken in
            feeder.note(taken: taken)
            return taken < UInt64(count)
        }
        let seconds = (pair.clock.now - start).seconds
        let spent = Double(MonotonicClock.processCPU - cpu) / 1e9
        report.add("\(name) to a guest's app", Double(count) / seconds, "events/s", aim)
        report.add(
            "  payload", Double(count * bytes) * 8 / seconds / 1e9, "Gbit/s")
        report.add("  CPU of both sides, an event", spent / Double(count) * 1e6, "µs")
    }

    // MARK: latency

    /// How long a token needs while another source moves a lot at low priority.
    private static func latency(bulkBytes: Int, into report: inout BenchmarkReport) throws {
        var pair = try PeerPair()
        defer { pair.close() }
        let bulk = UInt64(bulkBytes / large.count)
        // Every 100th event is a token, which carries the time at which it was given to the host.
        let clock = pair.clock
        let feeder = Feeder(pair.host.feed, count: bulk, window: UInt64(windowBytes / large.count))
        {
            largeEvent($0)
        }
        feeder.tokens = { sequence in
            Event(
                sequence: sequence, time: clock.now, source: .realtime,
                payload: .received(Array(#"{"type":"probe"}"#.utf8)))
        }
        feeder.start()
        var latencies: [Int64] = []
        let start = clock.now
        // The app has tokens before the log, where what came before them has its place first.
        try pair.take(
            tokens: { known in
                let now = clock.now
                for given in feeder.tokenTimes(from: latencies.count, to: known) {
                    latencies.append((now - given).nanoseconds)
                }
            }
        ) { taken in
            feeder.note(taken: taken)
            return !feeder.isFinished || taken < feeder.given
        }
        let seconds = (clock.now - start).seconds
        report.add(
            "bulk beside tokens", Double(bulkBytes) * 8 / seconds / 1e9, "Gbit/s")
        for (name, share, aim) in [("p50", 0.5, nil), ("p99", 0.99, 2.0), ("most", 1, nil)] {
            report.add(
                "token to a guest's app beside it, \(name)",
                Double(Stopwatch.percentile(latencies, share)) / 1e6, "ms",
                aim.map { .atMost($0) })
        }
        report.add("  tokens", Double(latencies.count), "")
    }
}

/// A host and a guest on this machine, joined.
private struct PeerPair {
    let host: HostEdge
    let clock = MonotonicClock()
    private let guest: GuestEdge
    private let inbox: Inbox
    private let log: LiveLog
    private var app: App
    private let folder: String

    init() throws {
        folder = TemporaryFile.path(for: "bench") + ".d"
        let header = RecordingHeader(clock: .measured, origin: "bench")
        var hosting = HostingOptions(host: "127.0.0.1", port: 0)
        hosting.stateDirectory = folder + "/state"
        host = try HostEdge(
            hosting,
            log: HostEdge.Log(
                path: folder + "/none", header: header, identifier: .random(), takesPeers: false),
            inbox: try Inbox(), clock: clock)
        inbox = try Inbox()
        var joining = JoiningOptions(host: "127.0.0.1", port: host.port)
        joining.stateDirectory = folder + "/state"
        guest = try GuestEdge(joining, inbox: inbox, clock: clock)
        log = LiveLog(
            inbox: inbox, recorder: try Recorder(path: folder + "/copy", header: header),
            isKept: true, title: "bench", sharing: guest)
        app = App(configuration: AppConfiguration(engine: .standard, themes: [.midstreamDark]))
        while guest.arrival == .waiting { try advance { _ in } }
    }

    private mutating func advance(_ witness: (Event) -> Void) throws {
        if !log.isBehind { inbox.wait(milliseconds: 100) }
        _ = try log.advance(&app, to: clock.now) { (event) throws(FileError) in witness(event) }
    }

    /// Runs the guest's loop while `goesOn` says so of how many events have come.
    mutating func take(
        tokens: (Int) -> Void = { _ in }, while goesOn: (UInt64) -> Bool
    ) throws {
        var taken: UInt64 = 0
        while goesOn(taken) {
            if case .ended(let reason)? = guest.state?.link {
                throw FileError(path: guest.address, message: reason)
            }
            try advance { _ in taken += 1 }
            tokens(Int(app.engine[.realtime]?.eventCount ?? 0))
        }
    }

    mutating func close() {
        guest.close()
        host.close()
        for name in [
            "copy", "state/certificate.pem", "state/key.pem", "state/authority.pem", "state/secret",
        ] {
            unsafe unlink(folder + "/" + name)
        }
        for entry in directoryEntries(folder + "/state") {
            unsafe unlink(folder + "/state/" + entry)
        }
        unsafe rmdir(folder + "/state")
        unsafe rmdir(folder)
    }
}

/// Gives a host events on a thread of its own, never more ahead of the guest than a window.
private final class Feeder: Sendable {
    private let feed: @Sendable ([Event]) -> Void
    private let count: UInt64
    private let window: UInt64
    private let make: @Sendable (UInt64) -> Event
    private let taken = Atomic<UInt64>(0)
    private let sequence = Atomic<UInt64>(0)
    private let done = Atomic<Bool>(false)
    private let times = Mutex<[Instant]>([])
    private let tokenMaker = Mutex<(@Sendable (UInt64) -> Event)?>(nil)

    init(
        _ feed: @escaping @Sendable ([Event]) -> Void, count: UInt64, window: UInt64,
        _ make: @escaping @Sendable (UInt64) -> Event
    ) {
        self.feed = feed
        self.count = count
        self.window = window
        self.make = make
    }

    /// Makes an event for each millisecond or so; nil makes none.
    var tokens: (@Sendable (UInt64) -> Event)? {
        get { tokenMaker.withLock { $0 } }
        set { tokenMaker.withLock { $0 = newValue } }
    }

    /// When tokens were given to the host.
    func tokenTimes(from first: Int, to end: Int) -> [Instant] {
        times.withLock { Array($0[first..<min(end, $0.count)]) }
    }

    var given: UInt64 { sequence.load(ordering: .acquiring) }
    var isFinished: Bool { done.load(ordering: .acquiring) }

    func note(taken: UInt64) { self.taken.store(taken, ordering: .releasing) }

    func start() {
        DispatchQueue(label: "feeder").async { [self] in run() }
    }

    private func run() {
        let tokens = tokens
        // As a log gives what it takes in one turn of its loop.
        let portion = UInt64(
            max(1, min(2_000, LiveLog.portionBytes / (make(0).payload.byteCount + 1))))
        let clock = MonotonicClock()
        var next: UInt64 = 0
        var made: UInt64 = 0
        var nextToken = clock.now
        var slice = TimeSlice()
        while made < count {
            let room = window - min(window, next - taken.load(ordering: .acquiring))
            var events: [Event] = []
            if let tokens, clock.now >= nextToken {
                nextToken = clock.now + .milliseconds(1)
                let token = tokens(next)
                events.append(token)
                times.withLock { $0.append(token.time) }
                next += 1
            }
            for _ in 0..<min(room, count - made, portion) {
                events.append(make(next))
                next += 1
                made += 1
            }
            sequence.store(next, ordering: .releasing)
            if events.isEmpty {
                clock.sleep(until: clock.now + .milliseconds(0.1))
            } else {
                feed(events)
                slice.offer(at: clock.now)
            }
        }
        done.store(true, ordering: .releasing)
    }
}
