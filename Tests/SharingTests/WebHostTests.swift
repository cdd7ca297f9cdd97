import HTTP3
import JSONText
import PeerProtocol
import QUIC
import Recordings
import SimulatedNetwork
import Testing
import Timeline

@testable import Sharing

@Suite struct `A log on the web` {
    @Test func `the index and the sessions are JSON`() throws {
        let site = try WebSite()
        site.append(10)
        let index = try site.fetch("/")
        #expect(index.head?.status == 200)
        #expect(try JSON(parsing: Array(index.body.utf8))["name"] == "here")
        let sessions = try site.fetch("/sessions", [HeaderField("accept", "application/json")])
        let value = try JSON(parsing: Array(sessions.body.utf8))
        #expect(value["head"]?.intValue == 10)
        guard case .array(let rows)? = value["sessions"] else { throw JSONMissing() }
        #expect(rows.map { $0["id"]?.stringValue } == ["realtime", "realtime/2"])
        #expect(rows[1]["eventsPath"] == "/sessions/realtime%2F2/events")
        #expect(rows[1]["events"]?.intValue == 5)
    }

    struct JSONMissing: Error {}

    @Test func `events come live, and older ones first`() throws {
        let site = try WebSite()
        site.append(20)
        let stream = try site.get("/sessions/realtime%2F2/events")
        site.run { site.sent(stream).count == 10 }
        for _ in 0..<5 {
            site.append(6)
            site.run(0.1)
        }
        site.run(1)
        #expect(site.head(stream)?.fields["content-type"] == "text/event-stream")
        #expect(site.sent(stream).map(\.0) == site.expected("realtime/2").map(\.0))
        #expect(site.sent(stream).map(\.1) == site.expected("realtime/2").map(\.1))
        #expect(site.historyRequests.isEmpty)
    }

    @Test func `a reader that was cut off goes on after the last event it has`() throws {
        let site = try WebSite()
        site.append(50)
        let first = try site.get("/sessions/realtime/events")
        site.run { site.sent(first).count == 25 }
        try site.reconnect()
        site.append(50)
        let last = try #require(site.sent(first).last).0
        let second = try site.get(
            "/sessions/realtime/events", [HeaderField("last-event-id", "\(last)")])
        site.run(2)
        let all = site.sent(first) + site.sent(second)
        #expect(all.map(\.0) == site.expected("realtime").map(\.0))
        #expect(site.status.count == 1)
    }

    @Test func `JSON Lines are a recording, and go on from a sequence`() throws {
        let site = try WebSite()
        site.append(30)
        let accept = HeaderField("accept", "application/x-ndjson")
        let whole = try site.fetch("/sessions/realtime/events?follow=0", [accept])
        #expect(whole.head?.fields["content-type"] == "application/x-ndjson")
        var reader = RecordingReader()
        reader.append(Array(whole.body.utf8))
        #expect(reader.finish() == nil)
        var events: [RecordedEvent] = []
        while let event = try reader.next() { events.append(event) }
        #expect(events.map(\.event.payload) == site.log.bySource()["realtime"]?.map(\.payload))
        let sequences = events.map { $0.unknownFields.last?.value.intValue }
        #expect(sequences == Array(stride(from: 0, to: 30, by: 2)))
        let rest = try site.fetch("/sessions/realtime/events?from=20&follow=0", [accept])
        #expect(rest.body.split(separator: "\n").count == 5)
    }

    @Test func `what memory has lost comes from the history, whole and in order`() throws {
        let site = try WebSite {
            $0.tail = 20_000
            $0.portion = 10_000
        }
        site.append(400, bytes: 500)
        let stream = try site.get("/sessions/realtime/events")
        site.run { site.sent(stream).count == 200 }
        #expect(site.sent(stream).map(\.1) == site.expected("realtime").map(\.1))
        #expect(site.historyRequests.count > 5)
        #expect(Set(site.historyRequests.map(\.from)).count == site.historyRequests.count)
    }

    @Test func `a reader that does not read costs no memory, and nothing is lost to it`() throws {
        let site = try WebSite {
            $0.tail = 200_000
            $0.portion = 100_000
        }
        site.append(2)
        let stream = try site.get("/sessions/realtime/events")
        site.run { site.head(stream) != nil }
        site.client.pauseReading(stream)
        for _ in 0..<40 {
            site.append(200, of: ["realtime"], bytes: 1_000)
            site.run(0.05)
        }
        let serving = HTTP3Stream(
            connection: try #require(site.server.accepted.first), id: stream.id)
        let waiting = site.server.endpoint.unsentBytes(serving.id, of: serving.connection)
        #expect(waiting < 600_000)
        let behind = site.status[0].streams[0].sequencesBehind
        #expect(behind > 2_000)
        site.client.resumeReading(stream)
        site.run(60) { site.status[0].streams[0].sequencesBehind == 0 }
        site.run(2)
        #expect(site.sent(stream).map(\.0) == site.expected("realtime").map(\.0))
        #expect(!site.historyRequests.isEmpty)
    }

    @Test func `a history that cannot be read breaks the stream off`() throws {
        let site = try WebSite { $0.tail = 2_000 }
        site.append(100)
        site.failsHistory = true
        let stream = try site.get("/sessions/realtime/events")
        site.run(2)
        #expect(site.events.contains(.reset(stream, code: .internalError)))
        #expect(!site.events.contains(.end(stream)))
    }

    @Test func `a silent stream is kept alive`() throws {
        let site = try WebSite { $0.keepAlive = .seconds(5) }
        site.append(2)
        let stream = try site.get("/sessions/realtime/events")
        site.run(21)
        let text = String(decoding: site.body(stream), as: UTF8.self)
        #expect(text.split(separator: "\n").filter { $0 == ":" }.count == 4)
    }

    @Test func `snapshot and metrics are answered by the program`() throws {
        let site = try WebSite()
        site.append(4)
        #expect(try site.fetch("/sessions/realtime/snapshot").body == "{\"a\":1}")
        let head = try site.fetch("/sessions/realtime/snapshot", method: "HEAD")
        #expect(head.head?.fields["content-length"] == "7")
        #expect(head.body.isEmpty)
        site.snapshot = nil
        #expect(try site.fetch("/sessions/realtime/snapshot").head?.status == 404)
        let metrics = try site.fetch("/metrics")
        #expect(metrics.head?.fields["content-type"] == OpenMetrics.contentType)
        #expect(metrics.body.hasSuffix("# EOF\n"))
        #expect(metrics.body.contains("own_seconds{a=\"b\\\"c\"} 0.5\n"))
        #expect(metrics.body.contains("midstream_session_events_total{session=\"realtime/2\"} 2\n"))
    }

    @Test(arguments: [
        ("/nothing", "GET", [], 404), ("/sessions/none/events", "GET", [], 404),
        ("/sessions/realtime/other", "GET", [], 404), ("/sessions", "POST", [], 405),
        ("/metrics", "DELETE", [], 405), ("/watch", "GET", [], 400),
        ("/sessions/realtime/events", "GET", [HeaderField("accept", "image/png")], 406),
        ("/sessions", "GET", [HeaderField("accept", "text/html, application/json;q=0")], 406),
        ("/metrics", "GET", [HeaderField("accept", "application/json")], 406),
        ("/sessions/realtime/events?from=x", "GET", [], 400),
        ("/sessions/realtime/events", "GET", [HeaderField("last-event-id", "-1")], 400),
        ("/sessions/realtime/events?from=3", "GET", [], 416),
        ("/sessions/realtime/events", "GET", [HeaderField("last-event-id", "2")], 416),
        ("/sessions", "GET", [HeaderField("accept", "text/html, */*;q=0.1")], 200),
    ]) func `what is not there is said with a reason`(
        path: String, method: String, fields: [HeaderField], status: Int
    ) throws {
        let site = try WebSite()
        site.append(2)
        let answer = try site.fetch(path, method: method, fields)
        #expect(answer.head?.status == status)
        let json = try JSON(parsing: Array(answer.body.utf8))
        if status != 200 { #expect(json["status"]?.intValue == status) }
    }

    @Test func `a token is asked for, and only the right one opens`() throws {
        let site = try WebSite { $0.token = Array("se cret".utf8) }
        site.append(2)
        #expect(try site.fetch("/sessions").head?.status == 401)
        #expect(try site.fetch("/sessions?token=wrong").head?.status == 401)
        #expect(try site.fetch("/sessions?token=se%20cret").head?.status == 200)
        for (value, status) in [("Bearer se cret", 200), ("Bearer se cre", 401), ("Basic x", 401)] {
            let answer = try site.fetch("/", [HeaderField("authorization", value)])
            #expect(answer.head?.status == status)
        }
    }

    @Test func `sources that are not shared do not exist`() throws {
        let site = try WebSite { $0.shares = .init(names: ["realtime"]) }
        site.append(6, of: ["realtime", "mic", "realtime/2"])
        #expect(try site.fetch("/sessions/mic/events").head?.status == 404)
        #expect(try !site.fetch("/sessions").body.contains("mic"))
    }

    @Test func `a browser's session gets the lines on a stream, and the rest after a break`() throws
    {
        let site = try WebSite()
        site.append(20)
        site.run { site.client.peerSettings(site.connection) != nil }
        func watch(from: Int) throws -> HTTP3Stream {
            try self.watch(site, "session=realtime%2F2&from=\(from)")
        }
        func lines(_ stream: HTTP3Stream) throws -> [JSON] {
            try site.body(stream).split(separator: 10).map { try JSON(parsing: Array($0)) }
        }
        let first = try watch(from: 0)
        site.append(10)
        site.run(1)
        #expect(try lines(first).first?["midstream"] == 1)
        #expect(
            try lines(first).dropFirst().map { $0["seq"]?.intValue } == (0..<15).map { 2 * $0 + 1 })
        let second = try watch(from: 20)
        site.run(1)
        #expect(try lines(second).map { $0["seq"]?.intValue } == [nil, 21, 23, 25, 27, 29])
        #expect(try lines(second).first == lines(first).first)
        site.host.close(reason: "over", on: site.server.endpoint, at: site.network.now)
        site.run(2)
        let ends = site.events.filter {
            if case .webTransportClosed(_, 0, "over") = $0 { true } else { false }
        }
        #expect(ends.count == 2)
        #expect(site.reader.closeReason(site.connection)?.code == 0x100)
    }

    @Test func `streams that a page opens take nothing from it`() throws {
        let site = try WebSite()
        site.append(2)
        site.run { site.client.peerSettings(site.connection) != nil }
        let session = try site.client.openWebTransport(
            authority: "localhost", path: "/watch?session=realtime", on: site.connection)
        site.run { site.events.contains(.webTransportOpened(session)) }
        for _ in 0..<20 {
            let stream = try site.client.openWebTransportStream(.bidirectional, in: session)
            site.client.send([1, 2, 3], on: stream)
            site.client.finish(stream)
            site.run { site.isReset(stream) }
            #expect(site.isReset(stream))
        }
        let (head, _) = try site.fetch("/sessions")
        #expect(head?.status == 200)
    }

    private func slowSite() throws -> WebSite {
        var faults = Faults()
        faults.rate = 100_000
        let site = try WebSite(faults: faults) { $0.tail = 20_000 }
        site.run { site.client.peerSettings(site.connection) != nil }
        site.append(400, bytes: 300)
        return site
    }

    private func watch(_ site: WebSite, _ query: String = "session=realtime") throws -> HTTP3Stream
    {
        let session = try site.client.openWebTransport(
            authority: "localhost", path: "/watch?\(query)", on: site.connection)
        var stream: HTTP3Stream?
        site.run {
            for case .webTransportStream(let new, session) in site.events { stream = new }
            return stream != nil
        }
        return try #require(stream)
    }

    @Test func `readers that are behind get the rest when the host ends`() throws {
        let site = try slowSite()
        let events = try site.get("/sessions/realtime/events")
        let browser = try watch(site)
        site.host.close(reason: "over", on: site.server.endpoint, at: site.network.now)
        #expect(site.host.isTakingLeave)
        site.run(60) { !site.host.isTakingLeave }
        site.run(1)
        #expect(site.sent(events).map(\.0) == site.expected("realtime").map(\.0))
        #expect(site.events.contains(.end(events)))
        let lines = try site.body(browser).split(separator: 10).dropFirst()
            .map { try JSON(parsing: Array($0))["seq"]?.intValue }
        #expect(lines == (0..<200).map { 2 * $0 })
        // The session closes after the last event has come, not before.
        let end = site.events.firstIndex {
            if case .webTransportClosed(_, 0, "over") = $0 { true } else { false }
        }
        let last = site.events.lastIndex {
            if case .body(browser, _) = $0 { true } else { false }
        }
        #expect(try #require(last) < #require(end))
    }

    @Test func `a stream that is cut off at the host's end is no complete one`() throws {
        let site = try slowSite()
        let events = try site.get("/sessions/realtime/events")
        let start = site.network.now
        let browser = try watch(site)
        // The session opens before its first events have gone.
        #expect(site.network.now - start < .milliseconds(200))
        site.host.close(reason: "over", on: site.server.endpoint, at: site.network.now)
        site.run(0.2)
        site.host.cutOff(reason: "over", at: site.network.now)
        site.run(0.1)
        #expect(!site.host.isTakingLeave)
        // As who drives the endpoint does after it.
        for connection in site.server.accepted { site.server.endpoint.close(connection) }
        site.run(5)
        #expect(site.sent(events).count < 200)
        for stream in [events, browser] {
            let isEnded = site.events.contains(.end(stream))
            #expect(!isEnded)
        }
        let hasGoodbye = site.events.contains {
            if case .webTransportClosed(_, 0, _) = $0 { true } else { false }
        }
        #expect(!hasGoodbye)
    }

    @Test func `many readers over a bad network all get everything`() throws {
        var faults = Faults()
        faults.loss = 0.03
        faults.jitter = .milliseconds(4)
        let site = try WebSite(faults: faults) { $0.tail = 30_000 }
        site.append(2)
        site.run { site.client.peerSettings(site.connection) != nil }
        let streams = try (0..<30).map {
            try site.get("/sessions/realtime\($0 % 2 == 0 ? "" : "/2")/events")
        }
        for _ in 0..<50 {
            site.append(10, bytes: 300)
            site.run(0.02)
        }
        site.run(10)
        for (number, stream) in streams.enumerated() {
            let name = number % 2 == 0 ? "realtime" : "realtime/2"
            #expect(site.sent(stream).map(\.0) == site.expected(name).map(\.0))
        }
    }

    @Test func `paths and lists of media types are taken apart`() {
        let target = ResourceTarget("/sessions/a%2Fb%20c/events?x=1&y=%41&z&=q")
        #expect(target.segments == ["sessions", "a/b c", "events"])
        #expect(target["x"] == "1")
        #expect(target["y"] == "A")
        #expect(target["z"] == "")
        #expect(ResourceTarget("%%4%zz").segments == ["%%4%zz"])
        for name in ["realtime/2", "ä ?&#%", "a.b-c_d~e"] {
            let path = "/" + ResourceTarget.encoded(name)
            #expect(ResourceTarget(path).segments == [name])
        }
        #expect(AcceptField([]).choice(of: ["a/b", "c/d"]) == "a/b")
        #expect(AcceptField(["c/*;q=0.5"]).choice(of: ["a/b", "c/d"]) == "c/d")
        #expect(AcceptField(["x/y", "C/D"]).choice(of: ["a/b", "c/d"]) == "c/d")
        #expect(AcceptField(["*/*;q=0.0"]).choice(of: ["a/b"]) == nil)
        #expect(AcceptField(["a/b;q=0.1, c/d;q=0.5"]).choice(of: ["a/b", "c/d"]) == "c/d")
        #expect(AcceptField(["*/*", "a/b;q=0"]).choice(of: ["a/b", "c/d"]) == "c/d")
        #expect(AcceptField(["a/*;q=0.3, */*;q=0.2"]).choice(of: ["c/d", "a/b"]) == "a/b")
        #expect(AcceptField(["text/html, */*;q=0.8"]).choice(of: ["a/b", "c/d"]) == "a/b")
    }
}
