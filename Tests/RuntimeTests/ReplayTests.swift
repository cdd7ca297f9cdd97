import Cells
import Engine
import Foundation
import Interface
import JSONText
import Recordings
import Runtime
import Testing
import Timeline

/// A replay with its app, on a clock of its own.
struct Playing {
    var app: App
    var replay: Replay
    var now = Instant.zero
    static let size = Size(columns: 120, rows: 36)

    init(_ source: EventSource, readsAhead: Bool = true) throws {
        let wiring = try Wiring(ProgramOptions(), header: source.header, remembers: false)
        app = App(configuration: wiring.configuration)
        replay = try Replay(source, into: &app, now: .zero)
        if readsAhead { try replay.readAhead(&app) }
    }

    mutating func perform(_ commands: PlaybackCommand...) throws {
        for command in commands { try replay.perform(command, &app, now: now) }
    }

    /// Goes on to `time` on the loop's clock.
    mutating func go(to time: Instant, limit: Int = .max) throws {
        now = time
        while try replay.advance(&app, to: now, limit: limit) {}
    }

    /// What is known, and what is shown apart from whether it plays.
    func state() -> State {
        var copy = app
        copy.playback.isPlaying = false
        return State(
            json: String(decoding: app.engine.json().bytes, as: UTF8.self),
            frame: copy.frame(Self.size).text())
    }

    struct State: Equatable {
        var json: String
        var frame: String
    }
}

extension Instant {
    static func seconds(_ seconds: Double) -> Instant { .zero + .seconds(seconds) }
}

/// Compares without printing whole documents when they differ.
func expectSame(
    _ a: Playing.State, _ b: Playing.State, _ note: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(
        a.json == b.json ? true : false, "the analysis differs: \(note)",
        sourceLocation: sourceLocation)
    if a.frame != b.frame {
        Issue.record(
            "the frame differs: \(note)\n\(GoldenFrames.difference(a.frame, b.frame))",
            sourceLocation: sourceLocation)
    }
}

struct ReplayTests {
    static func source(_ name: String) throws -> EventSource {
        try EventSource(opening: PackageFiles.path("recordings/\(name).jsonl"))
    }

    static func times(_ source: EventSource) -> [Instant] {
        [0, 0.13, 0.37, 0.5, 0.81, 1].map { Instant.seconds(source.duration.seconds * $0) }
    }

    @Test(arguments: PackageFiles.demos)
    func `playing in any portions, seeking and reading ahead or not give the same`(name: String)
        throws
    {
        let source = try Self.source(name)
        let start = try Playing(source)
        for target in Self.times(source) {
            var sought = start
            try sought.perform(.pause, .seek(target))
            let wanted = sought.state()

            var atOnce = start
            try atOnce.go(to: target)
            expectSame(wanted, atOnce.state(), "played at once to \(target)")

            var portions = start
            for part in 1...37 {
                let time = Int64(part) * target.nanoseconds / 37
                try portions.go(to: part == 37 ? target : Instant(nanoseconds: time), limit: 3)
            }
            expectSame(wanted, portions.state(), "played in portions to \(target)")

            // What is seen ahead shows only on the timeline, so the analysis alone is compared.
            var blind = try Playing(source, readsAhead: false)
            try blind.perform(.pause, .seek(target))
            #expect(blind.state().json == wanted.json ? true : false)
        }
    }

    @Test(arguments: PackageFiles.demos)
    func `stepping reaches the state of seeking to each event and back again`(name: String) throws {
        let source = try Self.source(name)
        let count = Int(source.count ?? 0)
        let start = try Playing(source)
        var stepping = start
        try stepping.perform(.pause, .seek(.zero))
        var states: [(sequence: UInt64, state: Playing.State)] = []
        let stride = max(1, count / 12)
        try stepping.perform(.seekSequence(0))
        for sequence in 0..<count {
            if sequence % stride == 0 {
                var sought = start
                try sought.perform(.seekSequence(UInt64(sequence)))
                expectSame(stepping.state(), sought.state(), "after event \(sequence)")
                states.append((UInt64(sequence), stepping.state()))
            }
            try stepping.perform(.step(1))
        }
        for (sequence, state) in states.reversed() {
            let back = Int(stepping.app.playback.eventIndex) - 1 - Int(sequence)
            if back > 0 { try stepping.perform(.step(-back)) }
            expectSame(stepping.state(), state, "stepped back to event \(sequence)")
        }
    }

    @Test func `single steps back visit every event`() throws {
        let source = try Self.source("text")
        var playing = try Playing(source)
        try playing.perform(.pause, .seek(.zero + source.duration))
        var indices: [UInt64] = []
        for _ in 0..<Int(source.count ?? 0) + 3 {
            indices.append(playing.app.playback.eventIndex)
            try playing.perform(.step(-1))
        }
        let count = source.count ?? 0
        #expect(indices.prefix(Int(count) + 1).elementsEqual((0...count).reversed()))
        #expect(playing.app.engine.sessions.isEmpty)
        #expect(playing.app.playback.position == .zero)
        try playing.perform(.step(1_000_000))
        #expect(playing.app.playback.isAtEnd)
        #expect(playing.app.playback.eventIndex == count)
    }

    @Test(arguments: [0.1, 0.25, 0.3, 1, 2, 3, 7, 64, 100])
    func `every speed follows its deadlines to the end`(speed: Double) throws {
        let source = try Self.source("text")
        var playing = try Playing(source)
        try playing.perform(.speed(speed))
        var rounds = 0
        while let deadline = playing.replay.nextDeadline, rounds < 100_000 {
            #expect(deadline >= playing.now || playing.app.playback.position == .zero)
            let before = playing.app.playback
            try playing.go(to: max(deadline, playing.now))
            #expect(playing.app.playback != before, "a deadline at which nothing is due")
            rounds += 1
        }
        #expect(playing.app.playback.isAtEnd)
        #expect(!playing.app.playback.isPlaying)
        #expect(playing.app.playback.position == Instant.zero + source.duration)
        var sought = try Playing(source)
        try sought.perform(.speed(speed), .pause, .seek(.zero + source.duration))
        expectSame(playing.state(), sought.state(), "speed \(speed)")
    }

    @Test func `changing speed and pausing keep the place`() throws {
        var playing = try Playing(try Self.source("tool-call"))
        try playing.go(to: .seconds(3))
        try playing.perform(.speed(4))
        try playing.go(to: .seconds(4))
        #expect(playing.app.playback.position == .seconds(7))
        try playing.perform(.pause)
        try playing.go(to: .seconds(60))
        #expect(playing.app.playback.position == .seconds(7))
        #expect(playing.replay.nextDeadline == nil)
        try playing.perform(.play, .speed(0.5))
        try playing.go(to: .seconds(62))
        #expect(playing.app.playback.position == .seconds(8))
        var sought = try Playing(try Self.source("tool-call"))
        try sought.perform(.speed(0.5), .pause, .seek(.seconds(8)))
        expectSame(playing.state(), sought.state(), "after changes of speed")
    }

    @Test func `a loop begins again with an empty state`() throws {
        let source = try Self.source("text")
        var playing = try Playing(source)
        try playing.perform(.loop(true))
        try playing.go(to: .zero + source.duration)
        #expect(playing.app.playback.position == .zero)
        #expect(playing.app.playback.isPlaying)
        let lap = source.duration + .seconds(2)
        try playing.go(to: .zero + lap)
        var other = try Playing(source)
        try other.perform(.loop(true))
        try other.go(to: .seconds(2))
        expectSame(playing.state(), other.state(), "two seconds into the second lap")
        try playing.perform(.loop(false), .speed(.infinity))
        try playing.go(to: .zero + lap)
        #expect(playing.app.playback.isAtEnd)
    }

    @Test func `random commands end where one seek does`() throws {
        let source = try Self.source("voice-barge-in")
        var random = SeededRandom(seed: 11)
        let start = try Playing(source)
        var playing = start
        for round in 0..<60 {
            let place = Instant(
                nanoseconds: Int64(random.unit() * Double(source.duration.nanoseconds)))
            switch Int(random.unit() * 5) {
            case 0: try playing.perform(.step(Int(random.unit() * 200) - 100))
            case 1: try playing.perform(.seekSequence(UInt64(random.unit() * 800)))
            case 2: try playing.perform(.seek(place))
            case 3:
                try playing.perform(.play)
                try playing.go(to: playing.now + .seconds(random.unit() * 5))
                try playing.perform(.pause)
            default: try playing.perform(.speed([0.5, 1, 2][Int(random.unit() * 3)]))
            }
            guard round % 10 == 9 else { continue }
            let index = playing.app.playback.eventIndex
            var sought = start
            if index > 0 {
                try sought.perform(.seekSequence(index - 1))
            } else {
                try sought.perform(.step(-1))
            }
            #expect(sought.state().json == playing.state().json ? true : false, "round \(round)")
        }
    }

    @Test func `seeking beyond either end stays inside`() throws {
        let source = try Self.source("text")
        var playing = try Playing(source)
        try playing.perform(.pause, .seek(.seconds(1e6)))
        #expect(playing.app.playback.position == Instant.zero + source.duration)
        try playing.perform(.seek(Instant(nanoseconds: -5)))
        #expect(playing.app.playback.position == .zero)
        try playing.perform(.seekSequence(.max - 1))
        #expect(playing.app.playback.isAtEnd)
    }

    @Test func `an empty recording plays to its end`() throws {
        let header = RecordingHeader(clock: .measured, origin: "test")
        let source = EventSource(
            recording: Recording(header: header, events: [], warnings: []), title: "empty")
        var playing = try Playing(source)
        #expect(playing.replay.nextDeadline == nil)
        try playing.perform(.step(1), .step(-1), .seek(.seconds(1)), .loop(true), .play)
        try playing.go(to: .seconds(1))
        #expect(playing.state().frame.contains("nothing has happened yet"))
    }
}
