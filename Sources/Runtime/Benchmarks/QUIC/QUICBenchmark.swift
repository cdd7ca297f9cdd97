import Networking
import QUIC
import Timeline

/// QUIC between two threads of this process over the loopback interface: handshakes, requests,
/// streams, throughput, datagrams.
struct QUICBenchmark {
    let effort: Benchmark.Effort

    init(_ effort: Benchmark.Effort) { self.effort = effort }

    func run(into report: inout BenchmarkReport) throws {
        try handshakes(into: &report)
        try streams(into: &report)
        for isLarge in [false, true] { try throughput(isLarge: isLarge, into: &report) }
        try datagrams(into: &report)
        try requests(into: &report)
        for isLarge in [false, true] { try download(isLarge: isLarge, into: &report) }
    }

    /// Fewer rounds for a first look.
    func count(_ usual: Int) -> Int { effort.isQuick ? max(1, usual / 8) : usual }

    // MARK: Handshakes

    private func handshakes(into report: inout BenchmarkReport) throws {
        let pair = try QUICBenchmarkPair()
        defer { pair.close() }
        let rounds = count(1_000)
        func measure(_ kind: HandshakeTask.Kind, atOnce: Int) throws -> HandshakeTask.Result {
            try pair.run { HandshakeTask(kind, count: rounds, atOnce: atOnce) }
        }
        _ = try pair.run { HandshakeTask(.full, count: 20, atOnce: 1) }
        let full = try measure(.full, atOnce: 1)
        report.add("handshake, full, p50", full.quantile(0.5), "ms", id: "handshake-full-p50")
        report.add("handshake, full, p99", full.quantile(0.99), "ms", id: "handshake-full-p99")
        let resumed = try measure(.resumed, atOnce: 1)
        report.add(
            "handshake, resumed, p50", resumed.quantile(0.5), "ms", id: "handshake-resumed-p50")
        let answered = try measure(.answered, atOnce: 1)
        report.add(
            "full handshake and an answer of 1 kB, p50", answered.quantile(0.5), "ms",
            id: "connect-answer-p50")
        let early = try measure(.early, atOnce: 1)
        report.add(
            "0-RTT and an answer of 1 kB, p50", early.quantile(0.5), "ms", .atMost(1.5),
            id: "early-answer-p50")
        report.add(
            "0-RTT and an answer of 1 kB, p99", early.quantile(0.99), "ms", id: "early-answer-p99")
        report.add("  of which the server refused 0-RTT", Double(early.refused), "")
        report.add(
            "handshakes, one after another", full.perSecond, "/s", id: "handshakes-sequential")
        let many = try measure(.full, atOnce: 16)
        report.add("handshakes, 16 at once", many.perSecond, "/s", id: "handshakes-16")
        let used = (many.client + many.server) / Double(rounds)
        report.add("  CPU of a handshake, both sides", used * 1e3, "ms", id: "handshake-cpu")
    }

    // MARK: Streams

    private func streams(into report: inout BenchmarkReport) throws {
        let pair = try QUICBenchmarkPair()
        defer { pair.close() }
        let requests = try pair.run { RequestTask(count: count(10_000)) }
        report.add(
            "request of 8 B, answer of 1 kB, p50", requests.quantile(0.5) * 1e3, "µs",
            id: "request-p50")
        report.add(
            "request of 8 B, answer of 1 kB, p99", requests.quantile(0.99) * 1e3, "µs",
            id: "request-p99")
        for streams in [1_000, 10_000] {
            var times: [Double] = []
            for _ in 0..<(effort.isQuick ? 1 : streams == 1_000 ? 15 : 5) {
                times.append(
                    try pair.run { ManyStreamsTask(count: streams, bytes: 1_000) }.seconds)
            }
            report.add(
                "\(streams) streams at once, 1 kB each", times.sorted()[times.count / 2] * 1e3,
                "ms", id: "streams-\(streams)")
        }
        let opened = try pair.run { CreationTask(count: count(80_000)) }
        report.add(
            "streams of 1 B, opened, sent, acknowledged", opened.perSecond, "/s",
            id: "stream-creation")
    }

    // MARK: Throughput

    private func throughput(isLarge: Bool, into report: inout BenchmarkReport) throws {
        let pair = try QUICBenchmarkPair(isLarge: isLarge)
        defer { pair.close() }
        let bytes = count(2 << 30)
        let words = isLarge ? ", packets of 16,000 B" : ", packets of 1,444 B"
        let id = isLarge ? "-large" : ""
        for isDown in [true, false] {
            let way = isDown ? "down" : "up"
            _ = try pair.run { TransferTask(bytes: bytes / 16, isDown: isDown) }
            let result = try pair.run { TransferTask(bytes: bytes, isDown: isDown) }
            let size = Double(bytes) / Double(1 << 30)
            report.add(
                "one stream \(way)\(words)", Double(bytes) * 8 / result.seconds / 1e9, "Gbit/s",
                id: "\(way)-gbps\(id)")
            report.add(
                "  CPU of both sides", (result.client + result.server) / size, "s/GiB",
                id: "\(way)-cpu\(id)")
            report.add("  of which the client", result.client / size, "s/GiB")
        }
    }

    // MARK: HTTP/3

    private func requests(into report: inout BenchmarkReport) throws {
        let pair = try QUICBenchmarkPair(isHTTP3: true)
        defer { pair.close() }
        for atOnce in [1, 100] {
            let rounds = count(atOnce == 1 ? 10_000 : 80_000)
            let result = try pair.run {
                HTTP3RequestTask(count: rounds, atOnce: atOnce, bytes: 1_000)
            }
            let words = atOnce == 1 ? "one after another" : "\(atOnce) at once"
            report.add(
                "HTTP/3, answers of 1 kB, \(words)", result.perSecond, "/s",
                id: "h3-requests-\(atOnce)")
            report.add("  p50", result.median * 1e3, "µs", id: "h3-requests-\(atOnce)-p50")
            report.add(
                "  CPU of both sides", (result.client + result.server) / Double(rounds) * 1e6,
                "µs", id: "h3-requests-\(atOnce)-cpu")
        }
        var times: [Double] = []
        for _ in 0..<(effort.isQuick ? 1 : 15) {
            times.append(
                try pair.run { HTTP3RequestTask(count: 1_000, atOnce: 1_000, bytes: 1_000) }
                    .seconds)
        }
        report.add(
            "HTTP/3, 1000 requests at once, 1 kB each", times.sorted()[times.count / 2] * 1e3,
            "ms", id: "h3-streams-1000")
    }

    private func download(isLarge: Bool, into report: inout BenchmarkReport) throws {
        let pair = try QUICBenchmarkPair(isLarge: isLarge, isHTTP3: true)
        defer { pair.close() }
        let bytes = count(1 << 30)
        let words = isLarge ? ", packets of 16,000 B" : ", packets of 1,444 B"
        let id = isLarge ? "-large" : ""
        _ = try pair.run { HTTP3RequestTask(count: 1, atOnce: 1, bytes: bytes / 16) }
        let result = try pair.run { HTTP3RequestTask(count: 1, atOnce: 1, bytes: bytes) }
        let size = Double(bytes) / Double(1 << 30)
        report.add(
            "HTTP/3, one GET\(words)", Double(bytes) * 8 / result.seconds / 1e9, "Gbit/s",
            id: "h3-down-gbps\(id)")
        report.add(
            "  CPU of both sides", (result.client + result.server) / size, "s/GiB",
            id: "h3-down-cpu\(id)")
        report.add("  of which the client", result.client / size, "s/GiB")
    }

    // MARK: Datagrams

    private func datagrams(into report: inout BenchmarkReport) throws {
        let pair = try QUICBenchmarkPair()
        defer { pair.close() }
        let result = try pair.run { DatagramTask(count: count(400_000), size: 1_000) }
        report.add(
            "datagrams of 1,000 B, there and back, 64 at once", result.perSecond, "/s",
            id: "datagrams")
        report.add("  of which were lost", Double(result.lost), "")
    }
}
