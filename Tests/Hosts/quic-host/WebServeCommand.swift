import ArgumentParser
import Foundation
import Networking
import QUIC
import Recordings
import Timeline

/// HTTP/3 without a session above it, or with a recording that passes as a live log.
struct WebServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "web-serve",
        abstract: "Answer HTTP/3 requests and WebTransport sessions until a signal comes.",
        discussion: """
            GET /N answers N bytes of the pattern, POST what was sent; WebTransport sessions get \
            their streams and datagrams back. With --log a recording is shown instead.
            """)

    @OptionGroup var transport: TransportOptions
    @Option(help: "Address; port 0 takes any.") var listen = "127.0.0.1:0"
    @Option(help: "Folder of `quic-host certificate`.") var certificate: String
    @Flag(name: .customLong("retry"), help: "Validate every address with Retry.")
    var validatesAlways = false
    @Option(help: "A recording to show as a log: half at once, the rest event by event.")
    var log: String?
    @Option(help: "Milliseconds between the later events.") var interval = 20.0
    @Option(help: "What readers of the log must show.") var token: String?
    @Option(help: "Payload bytes of the log that are kept in memory.") var tail = 16 << 20

    func run() throws {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)

        guard let address = NetworkAddress(listen) else {
            throw ValidationError("\(listen) is no address with a port")
        }
        let journal = UncheckedBox(try Journal(transport, side: "server"))
        let shown = try log.map { try ShownLog(path: $0, interval: .milliseconds(interval)) }
        let (token, tail) = (token.map { Array($0.utf8) }, tail)
        let threads = NetworkThreads()
        let driver = try QUICDriver(
            settings(), host: address.host, port: Int(address.port), threads: threads,
            now: Clock.now
        ) {
            if let shown {
                LogUser(journal.value, shown, token: token, tail: tail)
            } else {
                WebServingUser(journal.value)
            }
        }
        if transport.sendsSingly { driver.giveUpSegmentation() }
        Journal.tell(Listening(address: driver.localAddress.description))
        var signal: Int32 = 0
        unsafe sigwait(&signals, &signal)
        driver.close()
        Journal.tell(Ended(processorSeconds: Processor.seconds))
    }

    private func settings() throws -> EndpointSettings {
        var settings = EndpointSettings()
        var server = ServerSettings(
            identity: try CertificateFolder(path: certificate).identity, protocols: ["h3"])
        server.transport = transport.settings
        if validatesAlways { server.validation = .always }
        settings.server = server
        settings.wallClockAtZero = Clock.wallClockAtZero
        return settings
    }
}

/// A recording that passes as a log.
struct ShownLog: Sendable {
    var header: [UInt8]
    var events: [Event]
    var interval: Interval

    init(path: String, interval: Interval) throws {
        var reader = RecordingReader()
        reader.append(Array(try Data(contentsOf: URL(filePath: path))))
        _ = reader.finish()
        events = []
        while let recorded = try reader.next() { events.append(recorded.event) }
        guard let header = reader.header else {
            throw ValidationError("\(path) is no recording")
        }
        self.header = RecordingCodec.encode(header)
        self.interval = interval
    }
}
