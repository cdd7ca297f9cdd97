import Dispatch
import Foundation
import HTTP3
import Networking
import QUIC
import Synchronization
import Timeline

/// A server and a client, each on a thread of its own.
final class QUICBenchmarkPair: Sendable {
    private let threads: (server: NetworkThreads, client: NetworkThreads)
    private let server: QUICDriver
    private let client: QUICDriver
    let place: QUICBenchmarkPlace

    /// Packets are as large as the path takes, or no larger than on another network.
    init(isLarge: Bool = true, isHTTP3: Bool = false) throws {
        let start = UInt64(Date().timeIntervalSince1970)
        let certificate = try DevelopmentCertificate(start: Int(start) - 3_600)
        var transport = TransportSettings()
        transport.maximumBidirectionalStreams = 20_000
        transport.maximumUnidirectionalStreams = 20_000

        var settings = EndpointSettings()
        settings.trust = .authorities(pem: certificate.authority)
        settings.wallClockAtZero = start * 1_000_000_000
        if !isLarge { settings.loopbackPayload = nil }
        let client = settings
        var accepting = ServerSettings(
            identity: certificate.identity,
            protocols: [isHTTP3 ? HTTP3Connections.protocolName : "bench"])
        accepting.transport = transport
        settings.server = accepting

        let clock = MonotonicClock()
        let now: @Sendable () -> Instant = { clock.now }
        threads = (NetworkThreads(), NetworkThreads())
        server = try QUICDriver(
            settings, host: "127.0.0.1", port: 0, threads: threads.server, now: now
        ) { () -> any EndpointUser in
            if isHTTP3 { HTTP3BenchmarkServer() } else { QUICBenchmarkServer() }
        }
        self.client = try QUICDriver(
            client, host: "127.0.0.1", port: 0, threads: threads.client, now: now
        ) { QUICBenchmarkClient() }
        var connecting = ClientSettings(serverName: "localhost", protocols: ["bench"])
        connecting.transport = transport
        place = QUICBenchmarkPlace(
            settings: connecting, remote: server.localAddress, local: self.client.localAddress,
            clock: clock)
    }

    /// Does a task on the client's thread, and measures what it takes.
    func run<Task: QUICBenchmarkTask>(_ make: @escaping @Sendable () -> Task) throws -> Task.Result
    {
        let before = (cpu(client), cpu(server))
        let start = place.clock.now
        let isDone = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<Task.Result, QUICError>?>(nil)
        client.execute { [place] endpoint, user, now in
            guard let user = user as? QUICBenchmarkClient else { return }
            let task = make()
            user.start(task, QUICBenchmarkWork(endpoint: endpoint, place: place)) { failure in
                outcome.withLock {
                    $0 = failure.map { .failure($0) } ?? .success(task.result)
                }
                isDone.signal()
            }
        }
        isDone.wait()
        let seconds = (place.clock.now - start).seconds
        guard var result = try outcome.withLock({ $0 })?.get() else {
            preconditionFailure("a task that is done has an outcome")
        }
        result.seconds = seconds
        result.client = Double(cpu(client) - before.0) / 1e9
        result.server = Double(cpu(server) - before.1) / 1e9
        return result
    }

    /// CPU time of a driver's thread in nanoseconds.
    private func cpu(_ driver: QUICDriver) -> Int64 {
        let time = Mutex<Int64>(0)
        let isDone = DispatchSemaphore(value: 0)
        driver.execute { _, _, _ in
            time.withLock { $0 = MonotonicClock.threadCPU }
            isDone.signal()
        }
        isDone.wait()
        return time.withLock { $0 }
    }

    func close() {
        client.close()
        server.close()
        for group in [threads.client, threads.server] {
            do throws(NetworkError) { try group.shutDown() } catch {
                preconditionFailure("the threads do not end: \(error)")
            }
        }
    }
}

/// Where the server is, and how to reach it.
struct QUICBenchmarkPlace: Sendable {
    var settings: ClientSettings
    var remote: NetworkAddress
    var local: NetworkAddress
    var clock: MonotonicClock
}

/// What a task works with.
struct QUICBenchmarkWork {
    let endpoint: Endpoint
    let place: QUICBenchmarkPlace

    var now: Instant { place.clock.now }

    func connect(_ change: (inout ClientSettings) -> Void = { _ in }) throws(QUICError)
        -> ConnectionHandle
    {
        var settings = place.settings
        change(&settings)
        return try endpoint.connect(settings, to: place.remote, from: place.local, at: now)
    }
}

/// What is measured, on the client's side.
protocol QUICBenchmarkTask: AnyObject, SendableMetatype {
    associatedtype Result: QUICBenchmarkResult
    var isDone: Bool { get }
    var result: Result { get }
    func begin(_ work: QUICBenchmarkWork) throws(QUICError)
    func process(_ event: EndpointEvent, _ work: QUICBenchmarkWork) throws(QUICError)
}

protocol QUICBenchmarkResult: Sendable {
    /// From the begin to the end, and the CPU time of both threads.
    var seconds: Double { get set }
    var client: Double { get set }
    var server: Double { get set }
}

/// Gives the client's events to the task of the moment.
final class QUICBenchmarkClient: EndpointUser {
    private var task: (any QUICBenchmarkTask)?
    private var work: QUICBenchmarkWork?
    private var whenDone: ((QUICError?) -> Void)?

    var deadline: Instant? { nil }

    func start(
        _ task: any QUICBenchmarkTask, _ work: QUICBenchmarkWork,
        whenDone: @escaping (QUICError?) -> Void
    ) {
        (self.task, self.work, self.whenDone) = (task, work, whenDone)
        do throws(QUICError) { try task.begin(work) } catch { end(error) }
    }

    private func end(_ failure: QUICError?) {
        let whenDone = whenDone
        (task, work, self.whenDone) = (nil, nil, nil)
        whenDone?(failure)
    }

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        for event in endpoint.takeEvents() {
            guard let task, let work else { continue }
            do throws(QUICError) { try task.process(event, work) } catch { return end(error) }
            if case .closed(let reason) = event.kind,
                !reason.isLocal || reason.cause != .application
            {
                return end(QUICError(operation: "measure", message: reason.description))
            }
            if task.isDone { end(nil) }
        }
    }
}
