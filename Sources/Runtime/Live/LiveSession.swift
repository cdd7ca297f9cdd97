import Emulator
import Engine
import Glibc
package import Interface
import Networking
package import Recordings
import Timeline

/// Everything behind one conversation of one's own: endpoint, key, log, client and edges.
package struct LiveSession {
    package let log: LiveLog
    package let inbox: Inbox
    package let clock: MonotonicClock
    package let header: RecordingHeader
    /// The log is a temporary file that goes with the program.
    package let temporaryPath: String?
    private let client: RealtimeClient
    private let threads: NetworkThreads
    private let emulator: EmulatorServer?

    /// - Parameter sharing: makes what shares the log with others; it gets the log's path.
    package init(
        _ options: LiveOptions, header: RecordingHeader, environment: [String: String],
        sharing: (String, Inbox, MonotonicClock) throws -> (any LogSharing)? = { _, _, _ in nil }
    ) throws {
        threads = NetworkThreads()
        clock = MonotonicClock()
        inbox = try Inbox()
        self.header = header
        let (endpoint, key, emulator) = try Self.destination(options, environment, threads)
        self.emulator = emulator
        var configuration = ClientConfiguration(
            tools: BuiltInTool.allCases.map(\.definition)
                + (try options.toolsPath.map(ToolFile.read) ?? []),
            seed: options.emulator.seed, destination: endpoint.provider.rawValue)
        for assignment in options.settings {
            try configuration.settings.apply(assignment: assignment)
        }
        client = RealtimeClient(configuration: configuration)
        let path = options.recordPath ?? TemporaryFile.path(for: "live")
        temporaryPath = options.recordPath == nil ? path : nil
        log = LiveLog(
            inbox: inbox, recorder: try Recorder(path: path, header: header),
            isKept: options.recordPath != nil, title: Self.title(endpoint),
            sharing: try sharing(path, inbox, clock))
        let edge = try RealtimeEdge(
            session: .realtime, endpoint: endpoint, key: key,
            sockets: try WebSocketClient(
                threads: threads, environment: environment,
                authorities: options.authorityPath.map { [$0] } ?? []),
            inbox: inbox, clock: clock,
            sound: SoundEdge(devices: options.devices, inbox: inbox, clock: clock),
            allowsInsecure: options.allowsInsecure)
        log.attach(edge, to: .realtime)
    }

    /// Puts the client into `app`; the commands begin the connection.
    package func begin(_ app: inout App) -> [Command] { app.add(client, as: .realtime) }

    /// Gives threads and files back.
    package func end() throws {
        emulator?.stop()
        try threads.shutDown()
        if let temporaryPath { unsafe unlink(temporaryPath) }
    }

    private static func title(_ endpoint: RealtimeEndpoint) -> String {
        switch endpoint.provider {
        case .emulator: "emulator"
        case .openAI: "OpenAI"
        case .azure, .compatible: Redaction.url(endpoint.base)
        }
    }

    // MARK: where to

    private static func destination(
        _ options: LiveOptions, _ environment: [String: String], _ threads: NetworkThreads
    ) throws -> (RealtimeEndpoint, Secret?, EmulatorServer?) {
        let openAIKey = try Secret(environment: environment, variable: "OPENAI_API_KEY")
        let url = options.url ?? environment["OPENAI_BASE_URL"]
        let provider =
            options.provider
            ?? (options.url.map(guess)
                ?? (openAIKey == nil && options.keyPath == nil ? .emulator : .openAI))
        let model = options.model ?? RealtimeEndpoint.defaultModel
        let fileKey = try options.keyPath.map { try Secret(file: $0) }
        switch provider {
        case .emulator:
            let emulator = try EmulatorServer(configuration: options.emulator, threads: threads)
            let endpoint = RealtimeEndpoint(
                provider: .emulator, base: emulator.baseURL, model: model)
            return (endpoint, nil, emulator)
        case .openAI:
            guard let key = fileKey ?? openAIKey else {
                throw SecretError(
                    "OpenAI wants a key: set OPENAI_API_KEY, or name a file with --key-file")
            }
            let base = url ?? RealtimeEndpoint.openAIBase
            return (RealtimeEndpoint(provider: .openAI, base: base, model: model), key, nil)
        case .azure:
            guard let base = options.url ?? environment["AZURE_OPENAI_ENDPOINT"] else {
                throw SecretError("Azure wants its resource: --url or AZURE_OPENAI_ENDPOINT")
            }
            let own = try Secret(environment: environment, variable: "AZURE_OPENAI_API_KEY")
            guard let key = fileKey ?? own else {
                throw SecretError(
                    "Azure wants a key: set AZURE_OPENAI_API_KEY, or name a file with --key-file")
            }
            return (RealtimeEndpoint(provider: .azure, base: base, model: model), key, nil)
        case .compatible:
            guard let url else {
                throw SecretError("a compatible server wants its address: --url")
            }
            let key = fileKey ?? openAIKey
            return (RealtimeEndpoint(provider: .compatible, base: url, model: model), key, nil)
        }
    }

    private static func guess(_ url: String) -> RealtimeEndpoint.Provider {
        if url.contains(".openai.azure.com") { return .azure }
        return url.contains("api.openai.com") ? .openAI : .compatible
    }
}
