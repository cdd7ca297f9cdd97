import ArgumentParser
import Foundation
import Networking
import QUIC

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer streams and datagrams until a signal comes.")

    @OptionGroup var transport: TransportOptions
    @Option(help: "Address; port 0 takes any.") var listen = "127.0.0.1:0"
    @Option(help: "Folder of `quic-host certificate`.") var certificate: String
    @Option(help: "What is done with streams: echo, sink or source.") var mode = StreamMode.echo
    @Flag(name: .customLong("retry"), help: "Validate every address with Retry.")
    var validatesAlways = false
    @Flag(name: .customLong("no-early-data"), help: "Refuse 0-RTT.") var refusesEarlyData = false
    @Option(help: "File of 32 secret bytes; what restarts with it knows its tickets.")
    var secret: String?
    @Option(help: "Update the keys once so many stream bytes have come.")
    var updateKeysAfter: UInt64?

    func run() throws {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)

        guard let address = NetworkAddress(listen) else {
            throw ValidationError("\(listen) is no address with a port")
        }
        let journal = UncheckedBox(try Journal(transport, side: "server"))
        let (mode, updateKeysAfter) = (mode, updateKeysAfter)
        let threads = NetworkThreads()
        let driver = try QUICDriver(
            settings(), host: address.host, port: Int(address.port), threads: threads,
            now: Clock.now
        ) {
            ServingUser(journal.value, mode: mode, updateKeysAfter: updateKeysAfter)
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
            identity: try CertificateFolder(path: certificate).identity,
            protocols: [transport.alpn])
        server.transport = transport.settings
        if validatesAlways { server.validation = .always }
        server.allowsEarlyData = !refusesEarlyData
        settings.server = server
        settings.wallClockAtZero = Clock.wallClockAtZero
        settings.loopbackPayload = transport.loopbackPayload == 0 ? nil : transport.loopbackPayload
        if let secret {
            settings.secret = Array(try Data(contentsOf: URL(filePath: secret)))
        }
        return settings
    }
}

struct Listening: Encodable {
    var event = "listening"
    var address: String
}

struct Ended: Encodable {
    var event = "ended"
    var processorSeconds: Double
}

/// What is made here and then used on one other thread only.
struct UncheckedBox<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
