import ArgumentParser
import Foundation
import Networking
import QUIC

/// Where a server listens, and what it is known by.
struct ServerOptions: ParsableArguments {
    @Option(help: "Address; port 0 takes any.") var listen = "127.0.0.1:0"
    @Option(help: "Folder of `quic-host certificate`.") var certificate: String
    @Flag(name: .customLong("retry"), help: "Validate every address with Retry.")
    var validatesAlways = false

    /// Serves with a user until a signal comes.
    ///
    /// - Parameter change: sets what only one of the commands knows.
    func run(
        _ transport: TransportOptions, _ protocols: [String],
        _ change: (inout EndpointSettings, inout ServerSettings) throws -> Void = { _, _ in },
        _ makeUser: @escaping @Sendable (Journal) -> any EndpointUser
    ) throws {
        // Before there is any other thread, since a thread inherits what its maker blocks.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)

        guard let address = NetworkAddress(listen) else {
            throw ValidationError("\(listen) is no address with a port")
        }
        var server = ServerSettings(
            identity: try CertificateFolder(path: certificate).identity, protocols: protocols)
        server.transport = transport.settings
        if validatesAlways { server.validation = .always }
        var settings = EndpointSettings()
        settings.wallClockAtZero = Clock.wallClockAtZero
        settings.loopbackPayload = transport.largestLoopbackPayload
        try change(&settings, &server)
        settings.server = server

        let journal = UncheckedBox(try Journal(transport, side: "server"))
        let driver = try QUICDriver(
            settings, host: address.host, port: Int(address.port), threads: NetworkThreads(),
            now: Clock.now
        ) {
            makeUser(journal.value)
        }
        if transport.sendsSingly { driver.giveUpSegmentation() }
        Journal.tell(Listening(address: driver.localAddress.description))
        var signal: Int32 = 0
        unsafe sigwait(&signals, &signal)
        driver.close()
        Journal.tell(Ended(processorSeconds: Processor.seconds))
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
