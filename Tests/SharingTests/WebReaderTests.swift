import HTTP3
import JSONText
import QUIC
import SimulatedNetwork
import Testing
import Timeline

@testable import Sharing

@Suite struct `Readers of a log` {
    @Test func `a reader is told when it comes and when it goes, and its number is given again`()
        throws
    {
        let site = try WebSite()
        site.append(4)
        _ = try site.fetch("/sessions")
        #expect(site.comings.isEmpty)
        #expect(site.status.isEmpty)
        let accept = HeaderField("accept", "application/jsonl")
        let stream = try site.get("/sessions/realtime/events", [accept])
        _ = try site.get("/sessions/realtime%2F2/events")
        site.run(1)
        #expect(site.comings.count == 1)
        guard case .joined(let number, .lines, let source, let address)? = site.comings.first else {
            Issue.record("\(site.comings)")
            return
        }
        #expect(source == .realtime)
        #expect("\(number)" == "web/1")
        #expect(address == site.reader.address.description)
        let status = try #require(site.status.first)
        #expect(status.forms == [.events, .lines])
        #expect(status.streams.map(\.source.name) == ["realtime", "realtime/2"])
        #expect(status.streams.map(\.events) == [2, 2])
        #expect(status.statistics.smoothedRoundTrip > .zero)
        #expect(!status.isBehind)
        site.client.cancel(stream)
        site.run(1)
        #expect(site.status[0].forms == [.events])
        try site.reconnect()
        site.run(1)
        #expect(site.status.isEmpty)
        guard case .left(number, _)? = site.comings.last else {
            Issue.record("\(site.comings)")
            return
        }
        _ = try site.get("/sessions/realtime/events")
        site.run(1)
        #expect(site.status.map(\.reader) == [number])
    }

    @Test func `a reader that is sent away has its streams and its connection ended`() throws {
        let site = try WebSite()
        site.append(4)
        site.run { site.client.peerSettings(site.connection) != nil }
        let stream = try site.get("/sessions/realtime/events")
        let session = try site.client.openWebTransport(
            authority: "localhost", path: "/watch", on: site.connection)
        site.run(1)
        let number = try #require(site.status.first?.reader)
        site.host.remove(number, reason: "enough", on: site.server.endpoint, at: site.network.now)
        site.run(2)
        #expect(site.events.contains(.end(stream)))
        #expect(site.events.contains(.webTransportClosed(session, code: 0, reason: "enough")))
        #expect(site.status.isEmpty)
        #expect(site.reader.closeReason(site.connection)?.code == 0x100)
    }

    /// Summaries as values.
    private func summaries(_ text: [UInt8], _ form: WebForm) throws -> [JSON] {
        let blocks = String(decoding: text, as: UTF8.self)
        let mark = form == .events ? "event: summary\ndata: " : "{\"summary\":"
        return try blocks.split(separator: form == .events ? "\n\n" : "\n").filter {
            $0.hasPrefix(mark)
        }.map {
            let rest = $0.dropFirst(mark.count)
            return try JSON(parsing: Array((form == .events ? rest : rest.dropLast()).utf8))
        }
    }

    private func expectTold(_ told: [JSON]) {
        #expect(told.count >= 2)
        #expect(told.dropLast().allSatisfy { $0["behind"] == true })
        #expect(told.last?["behind"] == false)
        #expect(told.first?["session"] == "realtime")
        let ahead = told.first.map { ($0["head"]?.intValue ?? 0) - ($0["next"]?.intValue ?? 0) }
        #expect(ahead ?? 0 > 0)
    }

    @Test func `a slow reader of server-sent events is told how much happens`() throws {
        let site = try WebSite {
            $0.tail = 200_000
            $0.portion = 100_000
        }
        site.append(2)
        let stream = try site.get("/sessions/realtime/events")
        let quick = try site.get("/sessions/realtime%2F2/events")
        site.run { site.head(stream) != nil }
        site.client.pauseReading(stream)
        for _ in 0..<40 {
            site.append(100, of: ["realtime"], bytes: 1_000)
            site.append(1, of: ["realtime/2"])
            site.run(0.05)
            #expect(site.sent(quick).count == site.expected("realtime/2").count)
        }
        #expect(site.status[0].streams[0].isBehind)
        #expect(!site.status[0].streams[1].isBehind)
        site.client.resumeReading(stream)
        site.run(10)
        #expect(site.sent(stream).map(\.0) == site.expected("realtime").map(\.0))
        expectTold(try summaries(site.body(stream), .events))
        #expect(try summaries(site.body(quick), .events).isEmpty)
        #expect(!site.status[0].isBehind)
    }

    @Test func `a slow WebTransport reader is told on a stream of its own, at once`() throws {
        let site = try WebSite { $0.tail = 200_000 }
        site.append(2)
        site.run { site.client.peerSettings(site.connection) != nil }
        let session = try site.client.openWebTransport(
            authority: "localhost", path: "/watch", on: site.connection)
        var streams: [HTTP3Stream] {
            site.events.compactMap {
                if case .webTransportStream(let stream, session) = $0 { stream } else { nil }
            }
        }
        site.run { !streams.isEmpty }
        site.client.pauseReading(streams[0])
        for _ in 0..<60 {
            site.append(100, of: ["realtime"], bytes: 1_000)
            site.run(0.05)
        }
        try #require(streams.count == 2)
        let told = try summaries(site.body(streams[1]), .webTransport)
        #expect(told.count >= 2)
        #expect(told.allSatisfy { $0["behind"] == true })
        let serving = try #require(site.server.accepted.first)
        #expect(site.server.endpoint.unsentBytes(streams[0].id, of: serving) < 600_000)
        site.client.resumeReading(streams[0])
        site.run(10)
        expectTold(try summaries(site.body(streams[1]), .webTransport))
        let lines = site.body(streams[0]).split(separator: 10).dropFirst()
        #expect(lines.count == site.expected("realtime").count)
    }

    @Test func `JSON Lines stay a recording however slow the reader is`() throws {
        let site = try WebSite {
            $0.tail = 100_000
            $0.portion = 50_000
        }
        site.append(2)
        let accept = HeaderField("accept", "application/jsonl")
        let stream = try site.get("/sessions/realtime/events", [accept])
        site.run { site.head(stream) != nil }
        site.client.pauseReading(stream)
        for _ in 0..<30 {
            site.append(100, of: ["realtime"], bytes: 1_000)
            site.run(0.1)
        }
        #expect(site.status[0].isBehind)
        site.client.resumeReading(stream)
        site.run(10)
        let lines = site.body(stream).split(separator: 10).dropFirst()
        #expect(lines.count == site.expected("realtime").count)
    }

    @Test func `what has waited is found after its time and not before`() {
        var lag = Lag()
        let second = Interval.seconds(1)
        // It follows ten events behind, without ever being at the end.
        for step in 0..<200 {
            let now = Instant.zero + .milliseconds(Double(step) * 10)
            lag.note(next: UInt64(step), head: UInt64(step + 10), at: now)
            #expect(lag.time.map { now - $0 < second } ?? true)
        }
        lag.note(next: 200, head: 200, at: .zero + .seconds(2))
        #expect(lag.time == nil)
        for step in 0..<20 {
            let now = Instant.zero + .milliseconds(2_000 + Double(step) * 100)
            lag.note(next: 200, head: 201 + UInt64(step), at: now)
            #expect(lag.time == .zero + .seconds(2))
        }
    }
}
