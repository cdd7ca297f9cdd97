import JSONText
import RealtimeProtocol
package import Timeline

/// A server of the Realtime API as a value: client frames in, timed frames out.
///
/// It has no clock and no thread. The caller hands it what arrived and when, and lets it advance
/// to a time; how the calls are cut up does not change a byte of what comes out. Virtual time and
/// real time are the same code. Time counts from the handshake.
///
/// It speaks the GA API. What it says comes from a small word model, what it hears is detected by
/// energy, and what it transcribes is invented: nothing here understands speech.
package struct Emulator: Sendable {
    /// What is due on the agenda.
    enum Entry: Sendable {
        case event(ServerMessage)
        case act(EmulatorOutput.Act)
        case step(job: Int, generation: Int)
        /// The server's keepalive: a ping frame, or xAI's event.
        case ping
        case expiry
        case idle(generation: Int)
        case slowness
    }

    enum Phase: Sendable {
        case waiting, open, silent, closed
    }

    let configuration: EmulatorConfiguration
    let timings: Timings
    var random: SeededRandom
    var mischief: Mischief
    var agenda = Agenda<Entry>()
    var outbox: [EmulatorOutput] = []
    var now = Instant.zero
    var phase = Phase.waiting

    var sessionID = ""
    var settings: SessionSettings
    var conversation: ServerConversation
    var input: InputAudio
    var jobs: [ResponseJob] = []
    var jobCount = 0
    var speaker: Speaker
    /// What the last response read; a cache may serve it again.
    var lastContext = TokenCount()
    var remainingTokens = 40_000
    /// When the last answer to the client goes out; answers keep their order.
    var lastAnswer = Instant.zero
    /// Stale idle timers have an older generation.
    var idleGeneration = 0
    /// A response is owed for speech that ended while another one was being made.
    var owesResponse = false
    var hasSpoken = false
    var lastResponseID: String?
    var refusals = 0
    /// How far the server's own clock has jumped, in seconds.
    var clockOffset = 0

    package init(configuration: EmulatorConfiguration) {
        self.configuration = configuration
        timings = Timings(configuration.profile)
        random = SeededRandom(seed: configuration.seed)
        mischief = Mischief(configuration.scripts, seed: configuration.seed)
        settings = SessionSettings(model: configuration.model, isTranscription: false)
        input = InputAudio(format: .pcm24k)
        speaker = Speaker(
            loops: configuration.scripts.contains(.repetitionLoop),
            drifts: configuration.scripts.contains(.drift))
        conversation = ServerConversation(id: "")
        conversation = ServerConversation(id: name("conv"))
        sessionID = name("sess")
    }

    /// Answers the request for a WebSocket; on acceptance the session begins at `time`.
    package mutating func open(_ request: HandshakeRequest, at time: Instant) -> HandshakeAnswer {
        precondition(phase == .waiting, "one emulator serves one connection")
        phase = .closed
        now = time
        for (script, status, code, message) in Self.refusals where mischief.has(script) {
            return refuse(status, code, message)
        }
        guard request.path.hasSuffix("/realtime") else {
            return refuse(404, "not_found", "Invalid URL (\(request.path))")
        }
        phase = .open
        begin(request)
        return .accept(subprotocol: request.subprotocols.contains("realtime") ? "realtime" : nil)
    }

    private static let refusals: [(EmulatorScript, Int, String, String)] = [
        (.handshake400, 400, "invalid_request", "The request could not be understood."),
        (.handshake401, 401, "invalid_api_key", "Incorrect API key provided."),
        (
            .handshake429, 429, "rate_limit_exceeded",
            "Too many requests. Please wait before you connect again."
        ),
    ]

    private func refuse(_ status: Int, _ code: String, _ message: String) -> HandshakeAnswer {
        let type = status == 429 ? "rate_limit_error" : "invalid_request_error"
        let body: JSON = [
            "error": [
                "message": .string(message), "type": .string(type), "param": nil,
                "code": .string(code),
            ]
        ]
        return .refuse(status: status, body: body.bytes)
    }

    /// Takes what the client sent at `time`; a time before the last call's counts as that.
    package mutating func receive(_ message: EmulatorInput, at time: Instant) {
        run(until: time)
        guard phase == .open else { return }
        switch message {
        case .text(let bytes): receive(text: bytes)
        case .binary:
            refuse(
                Complaint(
                    code: "invalid_event", message: "Binary frames are not part of the protocol."),
                eventID: nil)
        }
    }

    /// The client closed the connection, or it broke.
    package mutating func disconnect() {
        phase = .closed
        agenda.removeAll()
    }

    /// Does everything that is due until `time` and hands over what was sent since the last call.
    package mutating func advance(to time: Instant) -> [EmulatorOutput] {
        run(until: time)
        defer { outbox = [] }
        return outbox
    }

    /// When something is due next; nil while only the client can bring the session on.
    package var nextDeadline: Instant? { outbox.isEmpty ? agenda.nextDue : now }

    private mutating func run(until time: Instant) {
        while let (due, entry) = agenda.next(until: time) {
            now = max(now, due)
            perform(entry)
        }
        now = max(now, time)
    }

    private mutating func perform(_ entry: Entry) {
        switch entry {
        case .event(let message):
            for act in mischief.acts(for: message) { put(act) }
        case .act(let act): put(act)
        case .step(let job, let generation): step(job, generation)
        case .ping: keepAlive()
        case .expiry: expire()
        case .idle(let generation): idleTimeout(generation)
        case .slowness: slowDown()
        }
    }

    private mutating func put(_ act: EmulatorOutput.Act) {
        guard phase == .open else { return }
        outbox.append(EmulatorOutput(time: now, act: act))
        switch act {
        case .close, .reset:
            phase = .closed
            agenda.removeAll()
        case .fallSilent:
            phase = .silent
            agenda.removeAll()
        default: break
        }
    }

    // MARK: Sending

    /// Puts an event on the agenda; its id follows the type, as on the wire.
    mutating func send(_ type: String, _ members: KeyValuePairs<String, JSON>, at time: Instant) {
        send(type, members.map { .init(key: $0.key, value: $0.value) }, at: time)
    }

    mutating func send(_ type: String, _ members: [JSON.Member], at time: Instant) {
        let id = JSON.Member(key: "event_id", value: .string(name("event")))
        agenda.add(.event(ServerMessage(type: type, members: [id] + members)), at: max(now, time))
    }

    /// The time at which the next answer to the client leaves.
    mutating func answerTime() -> Instant {
        lastAnswer = max(
            lastAnswer + .milliseconds(0.2),
            now + .milliseconds(timings.answer.draw(&random)))
        return lastAnswer
    }

    /// Refuses a client's event with an `error` that names it.
    mutating func refuse(_ complaint: Complaint, eventID: String?) {
        send(
            "error",
            [
                "error": [
                    "type": "invalid_request_error", "code": .string(complaint.code),
                    "message": .string(complaint.message),
                    "param": complaint.parameter.map { .string($0) } ?? nil,
                    "event_id": eventID.map { .string($0) } ?? nil,
                ]
            ], at: answerTime())
    }

    // MARK: Names and chance

    /// A new id: "item_" and 21 letters, or a UUID where the server names things so.
    mutating func name(_ kind: String) -> String {
        if configuration.profile == .xAI {
            let digits = Array("0123456789abcdef".utf8)
            var text: [UInt8] = []
            for place in 0..<32 {
                if [8, 12, 16, 20].contains(place) { text.append(UInt8(ascii: "-")) }
                text.append(digits[Int(random.next() & 15)])
            }
            return String(decoding: text, as: UTF8.self)
        }
        return kind + "_" + letters(kind == "call" ? 16 : 21)
    }

    mutating func letters(_ count: Int) -> String {
        let alphabet = Self.alphabet
        let text = (0..<count).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
        return String(decoding: text, as: UTF8.self)
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    mutating func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * random.unit()
    }

    /// Random letters that hide a delta's length from whoever sees only encrypted frames.
    mutating func obfuscation(_ delta: String) -> [JSON.Member] {
        guard configuration.profile == .openAI else { return [] }
        return [.init(key: "obfuscation", value: .string(letters(16 - delta.utf8.count % 16)))]
    }

    /// The server's own clock, in Unix milliseconds.
    var serverMilliseconds: Int {
        (configuration.startedAt + clockOffset) * 1000 + Int(now.nanoseconds / 1_000_000)
    }
}
