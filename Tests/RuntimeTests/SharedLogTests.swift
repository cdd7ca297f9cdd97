import Foundation
import Glibc
import QUIC
import Recordings
import Synchronization
import SystemPackage
import Testing
import Timeline

@testable import Runtime

/// What a copy of another machine's log is made with.
struct SharedLogTests {
    private static func events(_ count: Int) -> [Event] {
        (0..<count).map { number in
            Event(
                sequence: UInt64(number), time: Instant(nanoseconds: Int64(number) * 1_000),
                source: SourceID(number.isMultiple(of: 3) ? "mic" : "realtime"),
                payload: .received(Array("{\"n\":\(number)}".utf8)))
        }
    }

    private static let header = RecordingHeader(clock: .measured, origin: "test")

    private static func written(_ events: [Event]) -> [UInt8] {
        var bytes = RecordingCodec.encode(header)
        for event in events { RecordingCodec.encode(RecordedEvent(event: event), into: &bytes) }
        return bytes
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `events that come in any order are written in that of the log`(seed: UInt64) throws {
        let folder = try TemporaryDirectory()
        let recorder = try Recorder(path: folder.path("copy"), header: Self.header)
        let events = Self.events(60)
        var random = SeededRandom(seed: seed)
        var placed: [Event] = []
        for event in events.shuffled(using: &random) {
            placed += try recorder.place(event)
            // The same once more, as after a break.
            placed += try recorder.place(event)
        }
        #expect(placed == events)
        try recorder.flush()
        #expect(try FileAccess.read(folder.path("copy")) == Self.written(events))
    }

    @Test func `an event before which another is missing waits`() throws {
        let folder = try TemporaryDirectory()
        let recorder = try Recorder(path: folder.path("copy"), header: Self.header)
        let events = Self.events(3)
        #expect(try recorder.place(events[1]).isEmpty)
        #expect(try recorder.place(events[2]).isEmpty)
        #expect(recorder.nextSequence == 0)
        #expect(try recorder.place(events[0]) == events)
        #expect(recorder.nextSequence == 3)
    }

    @Test func `history is read in portions, on and again`() async throws {
        let folder = try TemporaryDirectory()
        let events = Self.events(500)
        try FileAccess.write(Self.written(events), to: folder.path("log"), replaces: false)
        let history = LogHistory(path: folder.path("log"))
        func read(_ first: UInt64, _ end: UInt64, _ limit: Int) async throws -> [Event] {
            try await withCheckedContinuation { continuation in
                history.read(from: first, to: end, limit: limit) {
                    continuation.resume(returning: $0)
                }
            }.get()
        }
        var all: [Event] = []
        while all.count < 400 {
            let some = try await read(UInt64(all.count), 400, 1_000)
            #expect(!some.isEmpty && some.count < 100)
            all += some
        }
        #expect(all == Array(events[..<400]))
        #expect(try await read(17, 20, 1_000) == Array(events[17..<20]))
        #expect(try await read(400, 400, 1_000).isEmpty)
        #expect(try await read(400, 500, .max) == Array(events[400...]))
    }

    @Test func `many readers at their own places of a long log each get their events`()
        async throws
    {
        let folder = try TemporaryDirectory()
        var random = SeededRandom(seed: 5)
        let events = (0..<3_000).map { number in
            Event(
                sequence: UInt64(number), time: Instant(nanoseconds: Int64(number) * 1_000),
                source: SourceID(number.isMultiple(of: 3) ? "mic" : "realtime"),
                payload: .received(
                    Array("{\"n\":\"\(String(repeating: "x", count: number % 4_000))\"}".utf8)))
        }
        try FileAccess.write(Self.written(events), to: folder.path("log"), replaces: false)
        #expect(try FileAccess.size(of: folder.path("log")) > 4 << 20)
        let history = LogHistory(path: folder.path("log"))
        var places = (0..<20).map { UInt64($0 * 150) }
        for _ in 0..<400 {
            let reader = Int(random.next() % 20)
            let first = places[reader]
            let end = min(3_000, first + random.next() % 200)
            let some = try await withCheckedContinuation { continuation in
                history.read(from: first, to: end, limit: 100_000) {
                    continuation.resume(returning: $0)
                }
            }.get()
            let last = first + UInt64(some.count)
            #expect(some == Array(events[Int(first)..<Int(last)]) && last <= end)
            #expect(last > first || first == end)
            // Some start again somewhere.
            places[reader] = random.next() % 5 == 0 ? random.next() % 3_000 : last
        }
    }

    @Test func `after a write that got stuck the file goes on at the byte where it did`() throws {
        let (reading, writing) = try FileDescriptor.pipe()
        defer { try? reading.close() }
        #expect(fcntl(writing.rawValue, F_SETFL, O_NONBLOCK) == 0)
        let recorder = Recorder(path: "pipe", file: writing)
        var expected: [UInt8] = []
        var written: [UInt8] = []
        func read() throws {
            var buffer = [UInt8](repeating: 0, count: 50_000)
            let count = try unsafe buffer.withUnsafeMutableBytes {
                unsafe try reading.read(into: $0)
            }
            written += buffer[..<count]
        }
        for event in Self.events(4_000) {
            RecordingCodec.encode(
                RecordedEvent(
                    event: recorder.append(event.payload, from: event.source, at: event.time)),
                into: &expected)
        }
        var failures = 0
        while true {
            do {
                try recorder.flush()
                break
            } catch {
                failures += 1
                #expect(error.path == "pipe")
                try read()
            }
        }
        while written.count < expected.count { try read() }
        #expect(failures > 1 && written == expected)
    }

    @Test func `a recording has another name for each part of it that is shared`() throws {
        let source = EventSource(
            recording: Recording(
                header: Self.header, events: Self.events(9).map { RecordedEvent(event: $0) }),
            title: "test")
        let all = try source.identifier(sharing: nil)
        let some = try source.identifier(sharing: ["mic", "realtime"])
        #expect(try source.identifier(sharing: nil) == all && some != all)
        #expect(try source.identifier(sharing: ["realtime", "mic", "mic"]) == some)
        #expect(try source.identifier(sharing: ["mic"]) != some)
    }

    @Test(arguments: [1e-9, 1, 1e9])
    func `an event at the end of time waits, and can be stopped`(speed: Double) async throws {
        let inbox = try Inbox()
        let events = [Int64(0), .max].enumerated().map { number, time in
            Event(
                sequence: UInt64(number), time: Instant(nanoseconds: time), source: .realtime,
                payload: .mark("\(number)"))
        }
        let source = EventSource(
            recording: Recording(
                header: Self.header, events: events.map { RecordedEvent(event: $0) }),
            title: "test")
        let problem = await withCheckedContinuation { continuation in
            let edge = RecordingEdge(speed: speed, inbox: inbox, clock: MonotonicClock()) {
                continuation.resume(returning: $0)
            }
            edge.start(source)
            inbox.wait()
            edge.stop()
        }
        #expect(problem == nil)
        #expect(inbox.take().arrivals.map(\.sequence) == [0])
    }

    @Test func `a header that fits no message is told before anybody joins`() throws {
        let folder = try TemporaryDirectory()
        var options = HostingOptions(host: "127.0.0.1", port: 0)
        options.stateDirectory = folder.path("state")
        let header = RecordingHeader(
            clock: .measured, origin: String(repeating: "x", count: 1 << 19))
        #expect {
            _ = try HostEdge(
                options,
                log: HostEdge.Log(
                    path: "a.jsonl", header: header, identifier: .random(), takesPeers: true),
                inbox: try Inbox(), clock: MonotonicClock())
        } throws: {
            "\($0)" == "a.jsonl: line 1: a header longer than 512 KiB cannot be shared"
        }
    }

    @Test func `words of others do not steer the terminal`() {
        let text = Output.harmless("a\u{1B}[2Jb\nc\u{9B}31md\re\u{7}")
        #expect(text.split(separator: "\n").count == 2)
        #expect(
            text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x9B })
        #expect(Output.harmless("plain: 5 € \n") == "plain: 5 € \n")
    }

    @Test func `a missing file is told`() async {
        let history = LogHistory(path: "/nowhere/log")
        let result = await withCheckedContinuation { continuation in
            history.read(from: 0, to: 1, limit: 1) { continuation.resume(returning: $0) }
        }
        #expect(throws: FileError.self) { try result.get() }
    }

    @Test func `a recording plays with its own times and places`() async throws {
        let inbox = try Inbox()
        let events = Self.events(2_000)
        let source = EventSource(
            recording: Recording(
                header: Self.header, events: events.map { RecordedEvent(event: $0) }),
            title: "test")
        let problem = await withCheckedContinuation { continuation in
            let edge = RecordingEdge(speed: 100, inbox: inbox, clock: MonotonicClock()) {
                continuation.resume(returning: $0)
            }
            edge.start(source)
        }
        #expect(problem == nil)
        let arrivals = inbox.take().arrivals
        #expect(arrivals.map(\.sequence) == events.map(\.sequence))
        #expect(arrivals.map(\.time) == events.map(\.time))
        #expect(arrivals.map(\.payload) == events.map(\.payload))
    }

    @Test func `copies are never dropped, but their sender is told to wait`() throws {
        let inbox = try Inbox(limit: 10)
        #expect(inbox.post(copiesOf: Self.events(20)) == .all)
        let large = Event(
            sequence: 20, time: .zero, source: .realtime,
            payload: .receivedBinary([UInt8](repeating: 0, count: 20 << 20)))
        #expect(inbox.post(copiesOf: [large]) == .urgentOnly)
        #expect(inbox.room == .urgentOnly)
        #expect(inbox.post(copiesOf: [large], isUrgent: true) == .none)
        let taken = inbox.take()
        #expect(taken.arrivals.count == 21 && taken.urgent.count == 1 && taken.dropped == 0)
        #expect(inbox.room == .all)
    }
}

struct PeerFilesTests {
    private static func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? Int) ?? 0
    }

    @Test func `a certificate is made once, and only its owner reads the key`() throws {
        let folder = try TemporaryDirectory()
        let files = PeerFiles(directory: folder.path("peer"))
        let made = try files.makeCertificate(names: ["a.example"], days: 3, replaces: false)
        #expect(try files.identity() == made.identity)
        #expect(files.authority == made.authority)
        #expect(try Self.mode(files.path(PeerFiles.keyName)) == 0o600)
        #expect(throws: FileError.self) {
            try files.makeCertificate(names: [], days: 3, replaces: false)
        }
        let again = try files.makeCertificate(names: [], days: 3, replaces: true)
        #expect(again.hash != made.hash)
    }

    @Test func `a development certificate is kept until it runs out`() throws {
        let folder = try TemporaryDirectory()
        let files = PeerFiles(directory: folder.path("peer"))
        let first = try files.developmentIdentity()
        #expect(try files.developmentIdentity().leaf == first.leaf)
        // One that holds for less than a day is not waited out.
        try files.makeCertificate(names: [], days: 1, replaces: true)
        let last = try files.developmentIdentity()
        #expect(last.leaf.validity.count > 13 * 86_400)
    }

    @Test(arguments: ["", " ", "a b", "ä.example", "-a", "a..b", String(repeating: "x", count: 64)])
    func `a name that cannot stand in a certificate is refused with the name`(name: String) throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "names-\(UUID().uuidString)").path()
        let command = PeerCertificateCommand(
            directory: directory, names: ["good.example", name], days: 2, replaces: false)
        #expect {
            try command.run()
        } throws: { "\($0)".contains("“\(name)” is no address, and no name") }
        #expect(!FileManager.default.fileExists(atPath: directory))
    }

    @Test func `a new file that cannot be made is told with what is missing`() throws {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "new-\(UUID().uuidString)").path()
        let path = directory + "/x.jsonl"
        func isTold(_ words: String, _ path: String, _ body: () throws -> Void) {
            #expect(performing: body, throws: { "\($0)" == "\(path): \(words)" })
        }
        isTold("there is no directory \(directory)", path) { try FileAccess.checkNew(path) }
        isTold("there is no directory \(directory)", path) {
            _ = try Recorder(
                path: path, header: RecordingHeader(clock: .measured, origin: "test"))
        }
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileAccess.checkNew(path)
        try FileAccess.write([1], to: path, replaces: false)
        isTold("it exists already", path) { try FileAccess.checkNew(path) }
        isTold("\(path) is no directory", path + "/y") { try FileAccess.checkNew(path + "/y") }
    }

    @Test func `a file without authorities is told at once, by its name`() throws {
        let folder = try TemporaryDirectory()
        let path = folder.path("authority.pem")
        try FileAccess.write(Array("no certificate".utf8), to: path, replaces: false)
        #expect {
            _ = try Trust.authorities(file: path)
        } throws: { "\($0)" == "\(path): no certificate found" }
    }

    @Test func `the secret stays the same`() throws {
        let folder = try TemporaryDirectory()
        let files = PeerFiles(directory: folder.path("peer"))
        let secret = try files.secret()
        #expect(secret.count == 32)
        #expect(try files.secret() == secret)
        #expect(try Self.mode(files.path("secret")) == 0o600)
    }
}
