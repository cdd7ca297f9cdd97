import Engine
import Foundation
import Interface
import JSONText
import Recordings
import Testing
import Timeline

@testable import Runtime

/// A recording just too big to be held in memory, so that the path through the file is taken.
struct EventSourceTests {
    private static let header = RecordingHeader(clock: .measured, origin: "test")

    /// `count` events that Engine knows and that make more than the memory limit together.
    private static func recording() -> Recording {
        let padding = String(repeating: "x", count: 2000)
        var events: [RecordedEvent] = []
        let count = EventSource.memoryLimit / 2000 + 50
        for index in 0..<count {
            let text = #"{"type":"test.padding","event_id":"e\#(index)","padding":"\#(padding)"}"#
            events.append(
                RecordedEvent(
                    event: Event(
                        sequence: UInt64(index),
                        time: Instant(nanoseconds: Int64(index) * 1_000_000),
                        source: .realtime, payload: .received(Array(text.utf8)))))
        }
        return Recording(header: header, events: events)
    }

    private static func events(_ source: EventSource, from sequence: UInt64 = 0) throws -> [Event] {
        var cursor = try source.cursor(at: sequence)
        var events: [Event] = []
        while let event = try cursor.next() { events.append(event) }
        return events
    }

    @Test func `a big file gives the same events as memory`() throws {
        let recording = Self.recording()
        let folder = try TemporaryDirectory()
        let path = folder.path("big.jsonl")
        let bytes = recording.bytes
        #expect(bytes.count > EventSource.memoryLimit)
        try FileAccess.write(bytes, to: path, replaces: false)

        let memory = EventSource(recording: recording, title: "big.jsonl")
        var file = try EventSource(opening: path)
        #expect(file.count == nil, "the file is read as it goes")
        #expect(file.title == memory.title)
        #expect(file.header == memory.header)
        #expect(file.duration == memory.duration)
        #expect(try Self.events(file) == Self.events(memory) ? true : false)

        // With the index, and at every kind of place.
        var cursor = try file.cursor(at: 0)
        while try cursor.next() != nil { file.note(cursor) }
        file.finish(cursor)
        #expect(file.count == memory.count)
        #expect(file.warnings.isEmpty)
        let count = UInt64(recording.events.count)
        for sequence in [0, 1, 255, 256, 257, 1000, count / 2, count - 1, count, count + 10] {
            var there = try file.cursor(at: sequence)
            var here = try memory.cursor(at: sequence)
            #expect(try there.next() == here.next(), "from \(sequence)")
            #expect(try there.next() == here.next(), "after \(sequence)")
        }
    }

    @Test func `a big file replays and seeks as from memory`() throws {
        let recording = Self.recording()
        let folder = try TemporaryDirectory()
        let path = folder.path("big.jsonl")
        try FileAccess.write(recording.bytes, to: path, replaces: false)
        var file = try Playing(try EventSource(opening: path))
        var memory = try Playing(EventSource(recording: recording, title: "big.jsonl"))
        for place in [0.9, 0.2, 0.5, 0.0, 1.0] {
            let target = Instant.seconds(file.replay.source.duration.seconds * place)
            try file.perform(.pause, .seek(target))
            try memory.perform(.pause, .seek(target))
            expectSame(file.state(), memory.state(), "at \(target)")
        }
        try file.perform(.step(-3))
        try memory.perform(.step(-3))
        expectSame(file.state(), memory.state(), "three steps back")
    }

    @Test(arguments: [1, 10, 1990])
    func `a torn last line is reported and the rest is there`(torn: Int) throws {
        let recording = Self.recording()
        let folder = try TemporaryDirectory()
        let path = folder.path("torn.jsonl")
        let bytes = recording.bytes
        try FileAccess.write(Array(bytes.dropLast(torn + 1)), to: path, replaces: false)
        let source = try EventSource(opening: path)
        let wanted = recording.events.map(\.event).dropLast(torn == 0 ? 0 : 1)
        #expect(source.duration == (wanted.last?.time ?? .zero) - .zero)
        var cursor = try source.cursor(at: 0)
        var count = 0
        while try cursor.next() != nil { count += 1 }
        #expect(count == wanted.count)
        #expect(cursor.warnings.count == 1)
        #expect(cursor.warnings.first?.line == recording.events.count + 1)
    }

    @Test func `a broken line in a big file is named and skipped`() throws {
        var bytes = Self.recording().bytes
        let lines = bytes.indices.filter { bytes[$0] == 0x0A }
        bytes[lines[1000] + 1] = UInt8(ascii: "?")
        let folder = try TemporaryDirectory()
        let path = folder.path("broken.jsonl")
        try FileAccess.write(bytes, to: path, replaces: false)
        var playing = try Playing(try EventSource(opening: path))
        #expect(playing.replay.source.warnings.map(\.line) == [1002])
        try playing.perform(.seek(.seconds(1e9)))
        let small = try EventSource(bytes: bytes, path: path, title: "broken.jsonl")
        #expect(small.warnings.map(\.line) == [1002])
        var memory = try Playing(small)
        try memory.perform(.seek(.seconds(1e9)))
        #expect(memory.app.engine.json().bytes == playing.app.engine.json().bytes ? true : false)
    }

    @Test func `a file that is not there or no recording is an error with its path`() throws {
        let folder = try TemporaryDirectory()
        #expect(throws: FileError(path: folder.path("none"), message: "there is no such file")) {
            try EventSource(opening: folder.path("none"))
        }
        try FileAccess.write(Array("hello\n".utf8), to: folder.path("text"), replaces: false)
        #expect { try EventSource(opening: folder.path("text")) } throws: { error in
            (error as? FileError)?.path == folder.path("text")
        }
        #expect(throws: FileError.self) { try EventSource(opening: folder.url.path()) }
    }
}

struct RecorderTests {
    private static let payloads: [Payload] = [
        .opened(detail: "wss://example.invalid"),
        .received(Array(#"{"type":"a","text":"日本 \u0000"}"#.utf8)),
        .sent(Array("{}".utf8)), .receivedBinary([0, 255, 10, 13]), .mark("here\nthere"),
        .received([0xFF, 0xFE]), .key("ctrl-c"), .closed(code: 1000, reason: "done"),
    ]

    private func record(_ path: String) throws -> [Event] {
        let recorder = try Recorder(
            path: path, header: RecordingHeader(clock: .measured, origin: "test"))
        var events: [Event] = []
        for (index, payload) in Self.payloads.enumerated() {
            // One time runs backwards and is held.
            let time = Instant(nanoseconds: Int64(index == 3 ? 1 : index * 1000))
            events.append(recorder.append(payload, from: .realtime, at: time))
            if index % 3 == 0 { try recorder.flush() }
        }
        try recorder.flush()
        #expect(recorder.nextSequence == UInt64(Self.payloads.count))
        return events
    }

    @Test func `what was recorded is read back`() throws {
        let folder = try TemporaryDirectory()
        let events = try record(folder.path("log.jsonl"))
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.time <= $1.time })
        let recording = try Recording(reading: FileAccess.read(folder.path("log.jsonl")))
        #expect(recording.events.map(\.event) == events)
        #expect(recording.warnings.isEmpty)
        #expect(recording.header.origin == "test")
    }

    @Test func `a file cut at any byte keeps every whole line`() throws {
        let folder = try TemporaryDirectory()
        let events = try record(folder.path("log.jsonl"))
        let bytes = try FileAccess.read(folder.path("log.jsonl"))
        let headerEnd = try #require(bytes.firstIndex(of: 0x0A)) + 1
        for count in headerEnd...bytes.count {
            let cut = Array(bytes.prefix(count))
            let whole = cut.count { $0 == 0x0A } - 1
            let recording = try Recording(reading: cut)
            let isTorn = cut.last != 0x0A
            // A line that lacks only its end of line may be whole or be told as torn.
            #expect(recording.events.map(\.event).starts(with: events.prefix(whole)))
            #expect(recording.events.count == whole || recording.events.count == whole + 1)
            if recording.events.count == whole { #expect(recording.warnings.isEmpty == !isTorn) }
        }
    }

    @Test func `a recording is never written over`() throws {
        let folder = try TemporaryDirectory()
        _ = try record(folder.path("log.jsonl"))
        let before = try FileAccess.read(folder.path("log.jsonl"))
        #expect(throws: FileError(path: folder.path("log.jsonl"), message: "it exists already")) {
            try Recorder(
                path: folder.path("log.jsonl"),
                header: RecordingHeader(clock: .measured, origin: "other"))
        }
        #expect(try FileAccess.read(folder.path("log.jsonl")) == before)
    }

    @Test func `nothing is held back after a flush`() throws {
        let folder = try TemporaryDirectory()
        let recorder = try Recorder(
            path: folder.path("log"), header: RecordingHeader(clock: .measured, origin: "test"))
        for index in 0..<5 {
            _ = recorder.append(.mark("\(index)"), from: .realtime, at: .zero)
            try recorder.flush()
            #expect(
                try Recording(reading: FileAccess.read(folder.path("log"))).events.count == index
                    + 1)
        }
    }
}

struct InboxTests {
    @Test func `several threads keep their own order and nothing is lost`() throws {
        let inbox = try Inbox()
        let sources = 4
        let each = 2000
        let threads = (0..<sources).map { source in
            let thread = Thread {
                for index in 0..<each {
                    inbox.post(
                        .init(
                            time: Instant(nanoseconds: Int64(index)),
                            source: SourceID("s\(source)"),
                            payload: .mark("\(index)")))
                }
            }
            thread.start()
            return thread
        }
        var arrivals: [Inbox.Arrival] = []
        // Takes while the others put in; the inbox itself says when all is there.
        while arrivals.count < sources * each {
            let some = inbox.take()
            #expect(some.dropped == 0)
            arrivals += some.arrivals
            if some.arrivals.isEmpty { Thread.sleep(until: Date()) }
        }
        withExtendedLifetime(threads) {}
        for source in 0..<sources {
            let times = arrivals.filter { $0.source.name == "s\(source)" }.map(\.time.nanoseconds)
            #expect(times == (0..<Int64(each)).map { $0 })
        }
        #expect(inbox.take().arrivals.isEmpty)
    }

    @Test func `what does not fit is counted and told once`() throws {
        let inbox = try Inbox(limit: 3)
        let results = (0..<5).map { index in
            inbox.post(Inbox.Arrival(time: .zero, source: .realtime, payload: .mark("\(index)")))
        }
        #expect(results == [true, true, true, false, false])
        let taken = inbox.take()
        #expect(taken.arrivals.map(\.payload) == [.mark("0"), .mark("1"), .mark("2")])
        #expect(taken.dropped == 2)
        #expect(inbox.take().dropped == 0)
        #expect(inbox.post(Inbox.Arrival(time: .zero, source: .realtime, payload: .mark("again"))))
        #expect(inbox.take().arrivals.count == 1)
    }
}
