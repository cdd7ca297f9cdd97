package import Engine
package import Interface
import JSONText
import Networking
import PeerProtocol
import QUIC
import Recordings
import Sharing
import Terminal
package import Timeline

/// A host's side of sharing: an endpoint on a thread of its own, and what the loop knows of it.
package final class HostEdge: LogSharing {
    /// What about the log is shared.
    package struct Log {
        /// The file that holds it, for guests that come late.
        var path: String
        var header: RecordingHeader
        var identifier: LogID
        /// Whether comings and goings are events of it.
        var takesPeers: Bool
    }

    private let threads = NetworkThreads()
    private let driver: QUICDriver
    private let board: HostBoard
    private let filter: SourceFilter?
    private let history: LogHistory
    /// What is shared could not be written; the guests were sent away.
    private var isBroken = false
    /// By what guests know the certificate.
    package let certificateHash: CertificateHash

    package var port: Int { driver.port }

    /// How long nobody says anything before the other side is taken for lost; guests speak up
    /// three times in it.
    static let silence = Interval.seconds(9)

    package init(
        _ options: HostingOptions, log: Log, inbox: Inbox, clock: MonotonicClock
    ) throws {
        let environment = processEnvironment()
        let files = try PeerFiles.standard(environment, instead: options.stateDirectory)
        let identity: Identity
        let isDevelopment: Bool
        if let directory = options.certificateDirectory {
            let named = PeerFiles(directory: directory)
            identity = try named.identity()
            isDevelopment = named.authority != nil
            certificateHash = CertificateHash(try LeafCertificate(chain: identity.chain).hash)
        } else {
            let made = try files.developmentIdentity()
            (identity, certificateHash) = (made.identity, CertificateHash(made.leaf.hash))
            isDevelopment = true
        }
        filter = try options.sources.map {
            try SourceFilter(SourceSelection(names: $0), header: log.header)
        }
        let token = try PeerToken.read(options.tokenPath, environment)
        let state = PeersState(
            role: .host, address: "", maySpeak: options.permission == .speak,
            certificateHash: "\(certificateHash)")
        let board = HostBoard(state, inbox: inbox, logsPeers: log.takesPeers)
        let history = LogHistory(path: filter?.path ?? log.path)
        var settings = PeerHostSettings(name: options.name ?? HostName.current)
        settings.permission = options.permission
        settings.playsAgain = !log.takesPeers
        settings.token = token
        let header = RecordingCodec.encode(log.header)
        guard header.count <= PeerHost.maximumHeader else {
            throw FileError(
                path: log.path, message: "line 1: a header longer than 512 KiB cannot be shared")
        }
        let identifier = log.identifier
        var webSettings = WebHostSettings(name: settings.name)
        webSettings.token = token
        // A browser takes a development certificate only from who knows its hash.
        webSettings.origins = OriginPolicy(
            allowed: options.origins, takesFiles: isDevelopment)
        webSettings.page = EmbeddedFiles.all.first { $0.name == "docs/watch.html" }
            .map { Array($0.contents.utf8) }
        driver = try QUICDriver(
            try Self.endpoint(options, identity, secret: files.secret()),
            host: options.host, port: options.port, threads: threads, now: { clock.now }
        ) { [settings, webSettings] in
            HostUser(
                PeerHost(settings, logID: identifier, header: header),
                WebHost(webSettings, header: header), board: board, history: history)
        }
        self.board = board
        self.history = history
        board.begin(driver, at: AddressText.of(options.host, driver.port))
    }

    private static func endpoint(
        _ options: HostingOptions, _ identity: Identity, secret: [UInt8]
    ) throws -> EndpointSettings {
        var server = ServerSettings(
            identity: identity,
            protocols: [PeerProtocol.applicationProtocol, WebHost.protocolName])
        server.transport.congestionControl = options.congestionControl
        server.transport.idleTimeout = silence
        if let path = options.guestAuthorityPath {
            server.clientTrust = try .authorities(file: path)
        }
        var settings = EndpointSettings()
        settings.server = server
        settings.secret = secret
        settings.wallClockAtZero = UInt64(WallClock.unixSeconds * 1e9)
        return settings
    }

    // MARK: LogSharing

    package func append(_ events: [Event]) {
        guard !isBroken else { return }
        guard let filter else { return feed(events) }
        do throws(FileError) {
            let shared = try filter.take(events)
            if !shared.isEmpty { feed(shared) }
        } catch {
            abandon("the shared part of the log cannot be written: \(error.message)")
        }
    }

    /// Sends everybody away for good: what they would get has a hole.
    private func abandon(_ reason: String) {
        isBroken = true
        board.end(reason)
        driver.execute { endpoint, user, now in
            (user as? HostUser)?.abandon(reason, on: endpoint, at: now)
        }
    }

    /// Gives events to the endpoint's thread, in the order of the calls.
    var feed: @Sendable ([Event]) -> Void {
        { [driver] events in
            driver.execute { _, user, _ in (user as? HostUser)?.append(events) }
        }
    }

    package func drained() {}

    package func attend(_ app: inout App) {
        for notice in board.takeNotices() { app.notify(notice) }
        for question in board.takeQuestions() {
            let answer: HostBoard.Answer =
                if let session = question.session {
                    .snapshot(app.engine[session]?.json().bytes)
                } else {
                    .metrics(LogMetrics.families(of: app.engine, peers: board.peers))
                }
            driver.execute { _, user, _ in
                (user as? HostUser)?.answer(question, with: answer)
            }
        }
    }

    package var state: PeersState? { board.peers }

    package func ask(_ wish: ClientWish, of session: SourceID) -> String? {
        "this is the host: nobody else is to be asked"
    }

    package func sendAway(peer: String) {
        driver.execute { endpoint, user, now in
            (user as? HostUser)?.sendAway(peer, on: endpoint, at: now)
        }
    }

    /// How long guests may take, when the host ends, for what they have not got.
    private static let farewell = Interval.milliseconds(1000)

    /// Waits until guests have the whole log and the goodbye, or the time for it is over.
    private func awaitLastWords() {
        let clock = MonotonicClock()
        let deadline = clock.now + Self.farewell
        while board.isDelivering, clock.now < deadline {
            driver.execute { [board] endpoint, user, _ in
                let isTakingLeave = (user as? HostUser)?.isTakingLeave ?? false
                board.note(isDelivering: isTakingLeave || endpoint.isDeliveringLastWords)
            }
            clock.sleep(until: clock.now + .milliseconds(2))
        }
    }

    package func close() {
        driver.execute { endpoint, user, now in
            (user as? HostUser)?.close(on: endpoint, at: now)
        }
        awaitLastWords()
        driver.execute { endpoint, user, now in
            (user as? HostUser)?.cutOff(on: endpoint, at: now)
        }
        driver.close(with: threads) {
            // What is being read for somebody comes too late now, and finds no thread.
            board.end()
            history.finish()
            filter?.close()
        }
    }
}
