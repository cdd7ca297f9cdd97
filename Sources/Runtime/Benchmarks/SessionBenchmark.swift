import Cells
import Engine
import Interface
import JSONText
import Recordings
import Terminal
import Timeline

/// The whole program: how fast it analyses, what a frame costs, what it sends.
enum SessionBenchmark {
    static func run(_ effort: Benchmark.Effort, into report: inout BenchmarkReport) throws {
        // ncurses has one screen for the whole process.
        let start = MonotonicClock.processCPU
        let compositor = try Compositor(
            term: "xterm-256color", depth: .rgb, size: size, environment: processEnvironment())
        try firstFrame(on: compositor, since: start, into: &report)
        analysis(events: max(1000, effort.events), into: &report)
        live(events: max(1000, effort.events / 5), into: &report)
        try frames(on: compositor, into: &report)
        try seeks(into: &report)
    }

    // MARK: analysis

    private static func analysis(events count: Int, into report: inout BenchmarkReport) {
        var engine = Engine(configuration: .standard)
        var stream = SyntheticStream()
        let before = ProcessMemory.resident
        var spent: Int64 = 0
        var left = count
        // Events are made in portions outside the measured time.
        while left > 0 {
            let portion = (0..<min(left, 1000)).map { _ in stream.next() }
            left -= portion.count
            let start = MonotonicClock.threadCPU
            for event in portion { engine.apply(event) }
            spent += MonotonicClock.threadCPU - start
        }
        let after = ProcessMemory.resident
        report.add(
            "decode + analyse, delta events", Double(count) / (Double(spent) / 1e9), "events/s",
            .atLeast(200_000))
        report.add(
            "resident after \(count) events", Double(after) / 1e6, "MB", .atMost(100))
        report.add("  of which the analysis", Double(after - before) / 1e6, "MB")
    }

    /// A live voice session with all default analyses, each event measured by itself. What the
    /// clock itself costs is subtracted.
    private static func live(events count: Int, into report: inout BenchmarkReport) {
        var engine = Engine(configuration: .standard)
        var session = SyntheticConversation(seed: 1)
        let clock = Stopwatch.percentile(
            (0..<1001).map { _ in
                let start = MonotonicClock.threadCPU
                return MonotonicClock.threadCPU - start
            }, 0.5)
        var costs: [Int64] = []
        costs.reserveCapacity(count)
        for _ in 0..<count {
            let event = session.next()
            let start = MonotonicClock.threadCPU
            engine.apply(event)
            costs.append(max(0, MonotonicClock.threadCPU - start - clock))
        }
        let mean = Double(costs.reduce(0, +)) / Double(count) / 1000
        report.add("live session, an event, mean", mean, "µs")
        for (name, share, aim) in [("p50", 0.5, nil), ("p99", 0.99, 20.0), ("p99.9", 0.999, nil)] {
            report.add(
                "live session, an event, \(name)",
                Double(Stopwatch.percentile(costs, share)) / 1000, "µs",
                aim.map { .atMost($0) })
        }
        report.add(
            "live session, the slowest event", Double(costs.max() ?? 0) / 1e6, "ms", .atMost(5))
    }

    // MARK: frames

    private static let size = Size(columns: 200, rows: 50)

    private static func firstFrame(
        on compositor: Compositor, since start: Int64, into report: inout BenchmarkReport
    ) throws {
        let source = try Demos.source(Demos.standard)
        let wiring = try Wiring(ProgramOptions(), header: source.header, remembers: false)
        var app = App(configuration: wiring.configuration)
        _ = try Replay(source, into: &app, now: .zero)
        _ = compositor.bytes(for: app.frame(size))
        let used = MonotonicClock.processCPU - start
        report.add(
            "load, wire and draw the first frame", Double(used) / 1e6, "ms CPU", .atMost(100))
    }

    /// A live session at 30 frames a second and about 100 tokens a second, full of history.
    private static func frames(
        on compositor: Compositor, into report: inout BenchmarkReport
    ) throws {
        let source = try Demos.source(Demos.standard)
        let wiring = try Wiring(ProgramOptions(), header: source.header, remembers: false)
        var app = App(configuration: wiring.configuration)
        app.playback = PlaybackState(mode: .live, title: "bench")
        var stream = SyntheticStream()
        for _ in 0..<20_000 { app.observe(stream.next()) }
        compositor.invalidate()
        _ = compositor.bytes(for: app.frame(size))
        var compose: [Int64] = []
        var present: [Int64] = []
        var bytes: [Int] = []
        for _ in 0..<600 {
            for _ in 0..<3 { app.observe(stream.next()) }
            let start = MonotonicClock.threadCPU
            let grid = app.frame(size)
            let middle = MonotonicClock.threadCPU
            let sent = compositor.bytes(for: grid).count
            let end = MonotonicClock.threadCPU
            compose.append(middle - start)
            present.append(end - middle)
            bytes.append(sent)
        }
        let perFrame = Double(compose.reduce(0, +) + present.reduce(0, +)) / 600 / 1e6
        let keys = keyLatencies(&app, compositor)
        report.add("compose 200x50, p50", ms(compose, 0.5), "ms CPU")
        report.add("compose 200x50, p99", ms(compose, 0.99), "ms CPU", .atMost(0.5))
        report.add("diff + ncurses, 24-bit, p50", ms(present, 0.5), "ms CPU")
        report.add("diff + ncurses, 24-bit, p99", ms(present, 0.99), "ms CPU", .atMost(2))
        report.add(
            "bytes of a live frame, mean", Double(bytes.reduce(0, +)) / 600, "bytes",
            .atMost(2000))
        report.add(
            "bytes of a token, stream pane zoomed",
            Double(try oneToken(on: compositor, isZoomed: true)), "bytes", .atMost(200))
        report.add(
            "bytes of a token, all six panes",
            Double(try oneToken(on: compositor, isZoomed: false)), "bytes")
        report.add("CPU at 30 frames a second", perFrame * 30 / 10, "% of a core", .atMost(5))
        report.add("key to bytes, p95", ms(keys, 0.95), "ms CPU", .atMost(5))
    }

    /// Jumps to random places of a long session that has been read ahead, as a person rewinds.
    private static func seeks(into report: inout BenchmarkReport) throws {
        var stream = SyntheticStream()
        let events = (0..<200_000).map { _ in RecordedEvent(event: stream.next()) }
        let recording = Recording(
            header: RecordingHeader(clock: .measured, origin: "bench"), events: events)
        let source = EventSource(recording: recording, title: "bench")
        let wiring = try Wiring(ProgramOptions(), header: source.header, remembers: false)
        var app = App(configuration: wiring.configuration)
        var replay = try Replay(source, into: &app, now: .zero)
        try replay.readAhead(&app)
        var random = SeededRandom(seed: 11)
        var costs: [Int64] = []
        for _ in 0..<40 {
            let target = Instant.zero + .seconds(source.duration.seconds * random.unit())
            let start = MonotonicClock.threadCPU
            try replay.seek(&app, to: target, now: .zero)
            costs.append(MonotonicClock.threadCPU - start)
        }
        report.add(
            "seek in a session of 200,000 events, p95", ms(costs, 0.95), "ms CPU", .atMost(200))
    }

    private static func ms(_ values: [Int64], _ share: Double) -> Double {
        Double(Stopwatch.percentile(values, share)) / 1e6
    }

    private static func keyLatencies(_ app: inout App, _ compositor: Compositor) -> [Int64] {
        let keys = ["tab", "j", "k", "?", "escape", "z", "z", "p", "t", "space"]
        return (0..<200).map { index in
            let start = MonotonicClock.threadCPU
            _ = app.apply(
                Event(
                    sequence: UInt64(index), time: .zero, source: .keyboard,
                    payload: .key(keys[index % keys.count])))
            _ = compositor.bytes(for: app.frame(size))
            return MonotonicClock.threadCPU - start
        }
    }

    /// What the terminal is sent for one more token of text.
    private static func oneToken(on compositor: Compositor, isZoomed: Bool) throws -> Int {
        let source = try Demos.source(Demos.standard)
        let wiring = try Wiring(ProgramOptions(), header: source.header, remembers: false)
        var app = App(configuration: wiring.configuration)
        app.playback = PlaybackState(mode: .live, title: "bench")
        if isZoomed {
            _ = app.apply(Event(sequence: 0, time: .zero, source: .keyboard, payload: .key("z")))
        }
        var stream = SyntheticStream()
        for _ in 0..<20 { app.observe(stream.next()) }
        compositor.invalidate()
        _ = compositor.bytes(for: app.frame(size))
        app.observe(stream.next())
        return compositor.bytes(for: app.frame(size)).count
    }
}
