import ArgumentParser
import Foundation
import Networking
import QUIC
import Synchronization
import Timeline

/// Which server a client goes to, and what it knows of it.
struct ClientOptions: ParsableArguments {
    @Argument(help: "HOST:PORT") var server: String
    @Option(help: "File of the authority that the server's certificate is by.")
    var authority: String
    @Option(help: "Name in the certificate.") var serverName = "localhost"
    @Option(help: "File of the session ticket: read when it is there, and written.")
    var ticket: String?

    func connection(_ transport: TransportOptions, _ protocols: [String]) throws -> ClientSettings {
        var client = ClientSettings(serverName: serverName, protocols: protocols)
        client.transport = transport.settings
        if let ticket { client.resumption = try TicketFile.read(ticket) }
        return client
    }

    /// Runs a user on an endpoint of its own until it is done, tells its result and keeps its
    /// ticket.
    func run<User: ConnectingUser>(
        _ connection: ClientSettings, _ transport: TransportOptions, from local: NetworkAddress,
        _ makeUser: @escaping @Sendable (Journal, @escaping () -> Void) -> User
    ) throws {
        let remote = try address()
        var settings = EndpointSettings()
        settings.trust = .authorities(
            pem: try String(contentsOf: URL(filePath: authority), encoding: .utf8))
        settings.wallClockAtZero = Clock.wallClockAtZero
        settings.loopbackPayload = transport.largestLoopbackPayload
        let journal = UncheckedBox(try Journal(transport, side: "client"))
        let done = DispatchSemaphore(value: 0)
        let driver = try QUICDriver(
            settings, host: local.host, port: Int(local.port), threads: NetworkThreads(),
            now: Clock.now
        ) {
            makeUser(journal.value) { done.signal() }
        }
        if transport.sendsSingly { driver.giveUpSegmentation() }
        let place = driver.localAddress
        driver.execute { endpoint, user, now in
            (user as? User)?.begin(connection, to: remote, from: place, on: endpoint, at: now)
        }
        done.wait()
        let outcome = Mutex<(result: User.Result, resumption: ResumptionState?)?>(nil)
        driver.execute { _, user, _ in
            if let user = user as? User {
                outcome.withLock { $0 = (user.result, user.resumption) }
            }
            done.signal()
        }
        done.wait()
        driver.close()
        guard case (var result, let resumption)? = outcome.withLock({ $0 }) else {
            throw ExitCode.failure
        }
        if let ticket, let resumption { try TicketFile.keep(resumption, in: ticket) }
        result.processorSeconds = Processor.seconds
        Journal.tell(result)
        if result.failure != nil { throw ExitCode.failure }
    }

    private func address() throws -> NetworkAddress {
        guard let colon = server.lastIndex(of: ":"),
            let port = Int(server[server.index(after: colon)...])
        else { throw ValidationError("\(server) is no HOST:PORT") }
        let host = server[..<colon].trimmingPrefix("[")
        let name = host.hasSuffix("]") ? host.dropLast() : host
        return try NetworkAddress.resolving(host: String(name), port: port)
    }
}

/// A client's side of one connection, with a result once it is done.
protocol ConnectingUser: EndpointUser, SendableMetatype {
    associatedtype Result: ConnectionResult

    var result: Result { get }
    /// What the server gave for the next connection.
    var resumption: ResumptionState? { get }

    func begin(
        _ settings: ClientSettings, to remote: NetworkAddress, from local: NetworkAddress,
        on endpoint: Endpoint, at now: Instant)
}

/// What a client tells in the end.
protocol ConnectionResult: Encodable, Sendable {
    var failure: String? { get }
    var processorSeconds: Double { get set }
}

/// What is made here and then used on one other thread only.
struct UncheckedBox<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}
