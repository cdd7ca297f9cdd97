import Cells
import Engine
import Interface
import JSONText
import Recordings
import Terminal
import Timeline

/// Measures the program on this machine: how fast it analyses, what a frame costs, what it sends.
///
/// CPU time of one thread throughout, so that other work on the machine matters little.
package enum Benchmark {
    /// One figure: a name, a value with its unit, and what it is meant to stay under or above.
    package struct Figure: Sendable {
        package var name: String
        package var value: Double
        package var unit: String
        package var aim: String
    }

    package struct Report: Sendable {
        package var figures: [Figure]

        package func text(asJSON: Bool) -> String {
            asJSON ? json.pretty(indent: 2) + "\n" : table
        }

        private var table: String {
            figures.map { figure in
                let value = NumberText.fixed(
                    figure.value, figure.value < 10 ? 3 : figure.value < 1000 ? 1 : 0)
                return pad(figure.name, 44) + pad("\(value) \(figure.unit)", 22) + figure.aim + "\n"
            }.joined()
        }

        private func pad(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }

        private var json: JSON {
            .array(
                figures.map {
                    .object([
                        .init(key: "name", value: .string($0.name)),
                        .init(key: "value", value: .number("\($0.value)")),
                        .init(key: "unit", value: .string($0.unit)),
                        .init(key: "aim", value: .string($0.aim)),
                    ])
                })
        }
    }

    package static func run(events: Int) throws -> Report {
        // ncurses has one screen for the whole process.
        let start = MonotonicClock.processCPU
        let compositor = try Compositor(
            term: "xterm-256color", depth: .rgb, size: size, environment: processEnvironment())
        var figures = [try firstFrame(on: compositor, since: start)]
        figures += analysis(events: max(1000, events))
        figures += try frames(on: compositor)
        figures.append(try seeks())
        return Report(figures: figures)
    }

    // MARK: analysis

    private static func analysis(events count: Int) -> [Figure] {
        var engine = Engine(configuration: .standard)
        var stream = SyntheticStream()
        let before = ProcessMemory.resident
        var spent: Int64 = 0
        var slowest: [Int64] = []
        var left = count
        // Events are made in portions outside the measured time.
        while left > 0 {
            let portion = (0..<min(left, 1000)).map { _ in stream.next() }
            left -= portion.count
            let start = MonotonicClock.threadCPU
            for event in portion { engine.apply(event) }
            let used = MonotonicClock.threadCPU - start
            spent += used
            slowest.append(used / Int64(portion.count))
        }
        let after = ProcessMemory.resident
        let rate = Double(count) / (Double(spent) / 1e9)
        return [
            Figure(
                name: "decode + analyse, delta events", value: rate, unit: "events/s",
                aim: "aim ≥ 200000"),
            Figure(
                name: "  per event, p99 of portions of 1000",
                value: Double(percentile(slowest, 0.99)) / 1000,
                unit: "µs", aim: "aim ≤ 20"),
            Figure(
                name: "resident after \(count) events", value: Double(after) / 1e6, unit: "MB",
                aim: "aim < 100"),
            Figure(
                name: "  of which the analysis", value: Double(after - before) / 1e6, unit: "MB",
                aim: ""),
        ]
    }

    private static func percentile(_ values: [Int64], _ share: Double) -> Int64 {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    // MARK: frames

    private static let size = Size(columns: 200, rows: 50)

    private static func firstFrame(on compositor: Compositor, since start: Int64) throws -> Figure {
        let source = try Demos.source(Demos.standard)
        let wiring = try Wiring(ProgramOptions(), header: source.header, remembers: false)
        var app = App(configuration: wiring.configuration)
        _ = try Replay(source, into: &app, now: .zero)
        _ = compositor.bytes(for: app.frame(size))
        let used = MonotonicClock.processCPU - start
        return Figure(
            name: "load, wire and draw the first frame", value: Double(used) / 1e6, unit: "ms CPU",
            aim: "aim < 100")
    }

    /// A live session at 30 frames a second and about 100 tokens a second, full of history.
    private static func frames(on compositor: Compositor) throws -> [Figure] {
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
        return [
            Figure(name: "compose 200x50, p50", value: ms(compose, 0.5), unit: "ms CPU", aim: ""),
            Figure(
                name: "compose 200x50, p99", value: ms(compose, 0.99), unit: "ms CPU",
                aim: "aim < 0.5"),
            Figure(
                name: "diff + ncurses, 24-bit, p50", value: ms(present, 0.5), unit: "ms CPU",
                aim: ""),
            Figure(
                name: "diff + ncurses, 24-bit, p99", value: ms(present, 0.99), unit: "ms CPU",
                aim: "aim < 2"),
            Figure(
                name: "bytes of a live frame, mean", value: Double(bytes.reduce(0, +)) / 600,
                unit: "bytes",
                aim: "aim < 2000"),
            Figure(
                name: "bytes of a token, stream pane zoomed",
                value: Double(try oneToken(on: compositor, isZoomed: true)), unit: "bytes",
                aim: "aim < 200"),
            Figure(
                name: "bytes of a token, all six panes",
                value: Double(try oneToken(on: compositor, isZoomed: false)), unit: "bytes", aim: ""
            ),
            Figure(
                name: "CPU at 30 frames a second", value: perFrame * 30 / 10, unit: "% of a core",
                aim: "aim < 5"),
            Figure(
                name: "key to bytes, p95", value: ms(keys, 0.95), unit: "ms CPU", aim: "aim < 5"),
        ]
    }

    /// Jumps to random places of a long session that has been read ahead, as a person rewinds.
    private static func seeks() throws -> Figure {
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
        return Figure(
            name: "seek in a session of 200,000 events, p95", value: ms(costs, 0.95),
            unit: "ms CPU",
            aim: "instant")
    }

    private static func ms(_ values: [Int64], _ share: Double) -> Double {
        Double(percentile(values, share)) / 1e6
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

/// Responses of text deltas without end, as a provider would send them, seeded.
struct SyntheticStream {
    private var random = SeededRandom(seed: 7)
    private var sequence: UInt64 = 0
    private var time = Instant.zero
    private var response = 0
    private var step = 0
    private static let words = [
        " the", " stream", " of", " tokens", " settles", " into", " a", " pattern", ",", " then",
        " drifts", " away", ".", " Latency", " is", " what", " people", " feel", " first", "!",
    ]
    private static let deltasPerResponse = 400

    mutating func next() -> Event {
        defer {
            sequence += 1
            step += 1
        }
        time = time + .milliseconds(6 + 8 * random.unit())
        return Event(
            sequence: sequence, time: time, source: .realtime,
            payload: .received(Array(body().utf8)))
    }

    private mutating func body() -> String {
        if step == 0 {
            return
                #"{"type":"response.created","event_id":"event_c\#(response)","response":{"id":"resp_\#(response)","object":"realtime.response","status":"in_progress","output":[]}}"#
        }
        if step <= Self.deltasPerResponse {
            let word = Self.words[Int(random.next() % UInt64(Self.words.count))]
            return
                #"{"type":"response.output_text.delta","event_id":"event_\#(sequence)","response_id":"resp_\#(response)","item_id":"item_\#(response)","output_index":0,"content_index":0,"delta":"\#(word)","obfuscation":"a8Fj2kLq"}"#
        }
        defer {
            step = -1
            response += 1
        }
        return
            #"{"type":"response.done","event_id":"event_d\#(response)","response":{"id":"resp_\#(response)","object":"realtime.response","status":"completed","output":[],"usage":{"total_tokens":420,"input_tokens":20,"output_tokens":400,"input_token_details":{"text_tokens":20,"audio_tokens":0,"cached_tokens":0},"output_token_details":{"text_tokens":400,"audio_tokens":0}}}}"#
    }
}
