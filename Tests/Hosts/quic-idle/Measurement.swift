import Foundation
import QUIC
import Timeline

/// The two sides of the measurement.
enum Measurement {
    static func serve(_ count: Int, seconds: Int) throws {
        let certificate = try DevelopmentCertificate(start: Int(time(nil)) - 60)
        var server = ServerSettings(identity: certificate.identity, protocols: ["idle"])
        server.maximumConnections = count
        server.maximumHalfOpen = count
        server.validation = .whenHalfOpenExceeds(count)
        server.transport.idleTimeout = .seconds(120)
        var settings = EndpointSettings()
        settings.server = server
        let loop = try DatagramLoop(try Endpoint(settings))
        let authority = NSTemporaryDirectory() + "quic-idle-\(getpid()).pem"
        try certificate.authority.write(toFile: authority, atomically: true, encoding: .utf8)
        defer { unsafe unlink(authority) }
        let client = Process()
        client.executableURL = URL(filePath: CommandLine.arguments[0])
        client.arguments = ["connect", "\(loop.port)", "\(count)", "\(seconds)", authority]
        try client.run()
        var report = Report("server")
        var connected = 0
        loop.run { loop in
            for event in loop.endpoint.takeEvents() {
                if case .connected = event.kind { connected += 1 }
            }
            return connected < count
        }
        report.handshakesEnded(count)
        while client.isRunning, loop.endpoint.connectionCount == count {
            loop.turn()
            _ = loop.endpoint.takeEvents()
        }
        report.waited(count)
        client.waitUntilExit()
    }

    /// First packets from as many addresses: some that hold, until the server asks for proof, then
    /// ones with forged ids.
    static func flood(_ count: Int) throws {
        let certificate = try DevelopmentCertificate(start: Int(time(nil)) - 60)
        var settings = EndpointSettings()
        settings.server = ServerSettings(identity: certificate.identity, protocols: ["idle"])
        let server = try Endpoint(settings)
        let target = NetworkAddress(ipv4: 127, 0, 0, 1, port: 4_433)
        let attacker = try Endpoint(EndpointSettings())
        let client = ClientSettings(serverName: "localhost", protocols: ["idle"])
        var buffer = [UInt8](repeating: 0, count: Endpoint.batchCapacity)
        var datagrams: [[UInt8]] = []
        for _ in 0..<300 {
            _ = try attacker.connect(client, to: target, from: target, at: .zero)
            while let header = unsafe buffer.withUnsafeMutableBytes({
                unsafe attacker.nextBatch(into: $0, at: .zero)
            }) { datagrams.append(Array(buffer.prefix(header.byteCount))) }
        }
        var report = Report("server")
        var answers = 0
        for index in 0..<count {
            var bytes = datagrams[index % datagrams.count]
            if index >= datagrams.count {
                for place in 0..<8 {
                    bytes[6 + place] = UInt8(truncatingIfNeeded: index >> (8 * place))
                }
            }
            let from = NetworkAddress(ipv4: 0x0b00_0000 + UInt32(index), port: 1_024)
            let now = Instant(nanoseconds: Int64(index) * 10_000)
            unsafe server.receive(bytes.span.bytes, from: from, to: target, at: now)
            while unsafe buffer.withUnsafeMutableBytes({
                unsafe server.nextBatch(into: $0, at: now)
            }) != nil { answers += 1 }
            _ = server.takeEvents()
        }
        report.flooded(count)
        print("server: \(answers) answers, \(server.retriesSent) of them Retry; \(server.holdings)")
    }

    static func connect(_ count: Int, to port: UInt16, authority: String, seconds: Int) throws {
        var settings = EndpointSettings()
        settings.trust = .authorities(pem: authority)
        let loop = try DatagramLoop(try Endpoint(settings))
        var client = ClientSettings(serverName: "localhost", protocols: ["idle"])
        client.transport.idleTimeout = .seconds(120)
        client.transport.keepAlive = .seconds(2)
        let server = NetworkAddress(ipv4: 127, 0, 0, 1, port: port)
        var report = Report("client")
        var (begun, connected) = (0, 0)
        var problem: CloseReason?
        loop.run { loop in
            for event in loop.endpoint.takeEvents() {
                if case .connected = event.kind { connected += 1 }
                if case .closed(let reason) = event.kind { problem = reason }
            }
            while begun < count, begun - connected < 32 {
                begun += 1
                do {
                    _ = try loop.endpoint.connect(
                        client, to: server, from: loop.address, at: loop.now)
                } catch { fatalError("\(error)") }
            }
            return connected < count && problem == nil
        }
        if let problem { fatalError("\(problem)") }
        report.handshakesEnded(count)
        let end = loop.now + .seconds(Double(seconds))
        loop.run { loop in
            _ = loop.endpoint.takeEvents()
            return loop.now < end
        }
        report.waited(count)
    }
}

/// Prints memory and processor time, as differences to the start.
struct Report {
    private let name: String
    private let memory = Report.residentBytes
    private var processor = Report.processorSeconds

    init(_ name: String) { self.name = name }

    mutating func handshakesEnded(_ count: Int) {
        let seconds = Report.processorSeconds - processor
        processor += seconds
        line("handshakes", seconds / Double(count) * 1_000, "ms processor time each")
        line("memory", Double(Report.residentBytes - memory) / Double(count) / 1_024, "KiB each")
    }

    mutating func flooded(_ count: Int) {
        let seconds = Report.processorSeconds - processor
        line("flood", seconds / Double(count) * 1_000_000, "µs processor time each")
        line("memory", Double(Report.residentBytes - memory) / 1_024, "KiB in all")
    }

    mutating func waited(_ count: Int) {
        let seconds = Report.processorSeconds - processor
        line("waiting", seconds, "s processor time")
        line(
            "memory after waiting", Double(Report.residentBytes - memory) / Double(count) / 1_024,
            "KiB each")
        line("resident in all", Double(Report.residentBytes) / 1_048_576, "MiB")
    }

    private func line(_ what: String, _ value: Double, _ unit: String) {
        print("\(name): \(what) \(String(format: "%.2f", value)) \(unit)")
        fflush(nil)
    }

    static var residentBytes: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    static var processorSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
