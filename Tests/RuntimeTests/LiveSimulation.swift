import Cells
import Emulator
import Foundation
import JSONText
import Recordings
import Timeline

@testable import Engine
@testable import Interface
@testable import Runtime

/// A long conversation in virtual time: the app, its client and its log are the program's own; the
/// person, the network, the sound and the server are simulated.
struct LiveSimulation {
    private(set) var app: App
    let edge: SimulatedEdge
    private let inbox: Inbox
    private let log: LiveLog
    private let path: String
    private(set) var now = Instant.zero
    private var random: SeededRandom
    private var voices: SeededRandom
    private var nextAct = Instant.zero + .seconds(2)
    private var speech: [UInt8] = []
    private var nextChunk: Instant?
    /// Messages that the program took, in order.
    private(set) var messages: [String] = []
    /// What must never be.
    private(set) var problems: [String] = []
    /// Since when an answer is owed on the open connection.
    private var owedSince: Instant?
    private(set) var reconnections = 0
    private var wasOpen = false
    private(set) var endings: [String] = []

    /// Longer than any answer, stall and slowness of the server together.
    private static let patience = Interval.seconds(180)
    private static let chunk = 4800

    init(seed: UInt64, menu: [EmulatorScript] = EmulatorScript.allCases) throws {
        random = SeededRandom(seed: seed)
        voices = SeededRandom(seed: seed ^ 0x766F_6963_6573)
        inbox = try Inbox()
        path =
            FileManager.default.temporaryDirectory.appending(
                path: "simulation-\(UUID().uuidString).jsonl"
            ).path
        log = LiveLog(
            inbox: inbox,
            recorder: try Recorder(
                path: path, header: RecordingHeader(clock: .measured, origin: "simulation")),
            isKept: true, title: "simulation")
        edge = SimulatedEdge(inbox: inbox, seed: seed &* 31 &+ 7, menu: menu)
        log.attach(edge, to: .realtime)
        app = App(configuration: AppConfiguration(engine: .standard, themes: [.midstreamDark]))
        var configuration = ClientConfiguration(
            tools: BuiltInTool.allCases.map(\.definition) + [
                ToolDefinition(
                    name: "get_weather", description: "Look up the weather for a city.",
                    parameters: [
                        "type": "object", "properties": ["city": ["type": "string"]],
                        "required": ["city"],
                    ], kind: .command("simulated", timeoutMilliseconds: 5000))
            ], seed: seed, destination: "simulation")
        configuration.settings.modality = .text
        perform(app.add(RealtimeClient(configuration: configuration), as: .realtime))
    }

    var client: RealtimeClient { app.clients[0].client }

    /// The recording as it lies in its file.
    func recording() throws -> Recording { try Recording(reading: log.recording()) }

    func removeFile() throws { try FileManager.default.removeItem(atPath: path) }

    // MARK: time

    /// Lets everything happen until `end`, the person's part too.
    mutating func run(until end: Instant) throws {
        while now < end {
            let next = [edge.nextDue, app.nextDeadline, nextAct, nextChunk, end].compactMap { $0 }
            now = max(now, min(end, next.min() ?? end))
            edge.advance(to: now)
            try settle()
            if let due = nextChunk, due <= now { speakOn() }
            if nextAct <= now {
                act()
                nextAct = now + .seconds(3 + 25 * random.unit())
            }
            try settle()
            check()
        }
    }

    /// What the loop does in one turn.
    private mutating func settle() throws {
        repeat {
            perform(try log.advance(&app, to: now))
        } while log.isBehind || app.nextDeadline.map { $0 <= now } ?? false
    }

    private mutating func perform(_ commands: [Command]) {
        for case .client(let session, let order) in commands {
            perform(log.perform(order, of: session, &app, at: now))
        }
    }

    private mutating func wish(_ wish: ClientWish) {
        perform(app.perform(wish, for: .realtime))
    }

    // MARK: the person

    private static let topics = [
        "Tell me about rivers", "What is the weather in London", "Roll three dice, please",
        "Tell me about bread, in detail", "How long did you take", "Tell me about clocks",
    ]

    private mutating func act() {
        if case .ended = client.phase {
            wish(.connect)
            return
        }
        switch random.unit() {
        case ..<0.54:
            let topic = Self.topics[Int(random.next() % UInt64(Self.topics.count))]
            say("\(topic), number \(messages.count).")
        // The network, not the person: most connections would live too long to see many failures.
        case ..<0.6: edge.cut(at: now)
        case ..<0.8: beginToSpeak()
        case ..<0.86: wish(.interrupt)
        case ..<0.9: wish(.cancelResponse)
        case ..<0.93: wish(.createResponse)
        case ..<0.97:
            var settings = client.settings
            settings.modality = random.unit() < 0.2 ? .audio : .text
            settings.speed = 0.5 + 0.25 * Double(random.next() % 4)
            wish(.update(settings))
        case ..<0.985: wish(.clearAudio)
        default: wish(.disconnect)
        }
    }

    mutating func say(_ text: String) {
        messages.append(text)
        wish(.say(text))
    }

    private mutating func beginToSpeak() {
        guard speech.isEmpty else { return }
        var voice = Speech(
            "Tell me about the tides.", rate: 24_000, pitch: 120, loudness: 0.2,
            seed: voices.next())
        speech = voice.next(voice.count).flatMap {
            [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }
        speech += [UInt8](repeating: 0, count: 48 * 1200)
        wish(random.unit() < 0.5 ? .talk(true) : .openMicrophone(true))
        nextChunk = now + .milliseconds(100)
    }

    private mutating func speakOn() {
        guard !speech.isEmpty else {
            wish(client.isTalking ? .talk(false) : .openMicrophone(false))
            nextChunk = nil
            return
        }
        if edge.isCapturing {
            wish(.captured(Array(speech.prefix(Self.chunk)), at: now))
        }
        speech.removeFirst(min(Self.chunk, speech.count))
        nextChunk = now + .milliseconds(100)
    }

    // MARK: what must hold

    private mutating func check() {
        let client = client
        let isOpen = client.phase == .open
        if isOpen, !wasOpen { reconnections += 1 }
        if wasOpen, case .ended(let reason) = client.phase {
            endings.append(reason)
            if reason.isEmpty { report("ended without a reason") }
        }
        wasOpen = isOpen
        switch client.phase {
        case .open, .ended: break
        case .retrying, .greeting:
            if client.nextDeadline == nil { report("\(client.phase) without a deadline") }
        case .connecting, .idle:
            if !edge.isWaiting { report("\(client.phase) and nothing will come") }
        }
        if !isOpen || !client.wantsResponse && client.requestedResponse == nil {
            owedSince = nil
        } else if let since = owedSince {
            if now - since > Self.patience { report("an answer is owed for too long") }
        } else {
            owedSince = now
        }
        if client.queuedBytes > RealtimeClient.queueLimit { report("the queue is too long") }
        if client.openCalls.count > 64 { report("too many open calls") }
    }

    private mutating func report(_ problem: String) {
        guard problems.count < 10 else { return }
        problems.append("\(now.seconds) s: \(problem); \(client.phase)")
        owedSince = nil
    }

    // MARK: the end

    /// A kind network, one loss, one message more: the client must be open again, and its server
    /// must know what was said last.
    mutating func finish() throws {
        edge.isKind = true
        speech = []
        nextAct = now + .seconds(1e6)
        try run(until: now + .seconds(60))
        if case .ended = client.phase {
            wish(.connect)
            try run(until: now + .seconds(5))
        }
        edge.cut(at: now)
        try run(until: now + .seconds(30))
        if client.phase != .open { report("not open after a loss that may be tried again") }
        say("The last one, number \(messages.count).")
        try run(until: now + .seconds(60))
    }
}

extension Instant {
    fileprivate var seconds: Double { Interval(nanoseconds: nanoseconds).seconds }
}
