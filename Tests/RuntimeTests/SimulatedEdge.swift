import Emulator
import Engine
import Interface
import RealtimeProtocol
import Runtime
import Sound
import Timeline

/// A client's socket and sound in virtual time, with an emulator at the other end.
///
/// Frames take the connection's latency each way and keep their order. What a real socket finds
/// out by waiting (no answer, no pong, no close) is found out after the same times.
final class SimulatedEdge: ClientEdge {
    /// What crossed the boundary of the program, in order; the recording must hold just this.
    private(set) var crossings: [Payload] = []
    /// Frames that the client wanted to send without a connection.
    private(set) var unsent: [[UInt8]] = []
    private(set) var usedScripts: Set<EmulatorScript> = []
    private(set) var connectionCount = 0
    private(set) var isCapturing = false
    /// Tools that run, and when they are through.
    private(set) var toolsAtWork: [(due: Instant, call: ToolCall)] = []
    /// The network works, and the server has no scripts: for the end of a session.
    var isKind = false

    private let inbox: Inbox
    private var random: SeededRandom
    private let menu: [EmulatorScript]
    private var link: Link?
    private var playback = PlaybackClock()

    /// One connection.
    private final class Link {
        var emulator: Emulator
        var began: Instant
        var latency: Interval
        var isOpen = false
        var serverReads = true
        /// Neither side will hear anything more from the other.
        var isDead = false
        var toServer: [(due: Instant, frame: [UInt8])] = []
        var toClient: [(due: Instant, payload: Payload)] = []

        init(emulator: Emulator, began: Instant, latency: Interval, isDead: Bool = false) {
            self.emulator = emulator
            self.began = began
            self.latency = latency
            self.isDead = isDead
        }

        /// When the first thing is due.
        var nextDue: Instant? {
            let deadlines = [
                toClient.first?.due, serverReads && !isDead ? toServer.first?.due : nil,
                isDead ? nil : emulator.nextDeadline.map { began + ($0 - .zero) },
            ]
            return deadlines.compactMap { $0 }.min()
        }
    }

    private static let connectTimeout = Interval.seconds(10)
    private static let closeTimeout = Interval.seconds(10)
    /// A ping every 20 s, and as long for its pong.
    private static let silenceTimeout = Interval.seconds(40)

    init(inbox: Inbox, seed: UInt64, menu: [EmulatorScript] = EmulatorScript.allCases) {
        self.inbox = inbox
        self.menu = menu
        random = SeededRandom(seed: seed)
    }

    var sound: SoundState? { nil }

    func close() {}

    // MARK: orders

    func perform(_ order: ClientOrder, at now: Instant) -> [ClientWish] {
        switch order {
        case .connect: connect(at: now)
        case .send(let frame), .sendAudio(let frame, _): send(frame, at: now)
        case .disconnect: disconnect(at: now)
        case .play(let piece):
            let milliseconds = Double(piece.bytes.count) / (piece.format.bytesPerMillisecond ?? 48)
            playback.play(
                AudioPart(itemID: piece.itemID, contentIndex: piece.contentIndex),
                frames: Int(milliseconds * 24), at: now)
        case .stopPlayback:
            let cut = playback.interrupt(at: now).filter { !$0.isWhole }.map {
                HeardAudio(
                    itemID: $0.part.itemID, contentIndex: $0.part.contentIndex,
                    milliseconds: $0.milliseconds)
            }
            return cut.isEmpty ? [] : [.playbackStopped(cut)]
        case .capture(let isOn): isCapturing = isOn
        case .run(let call, _, _):
            let time = Interval.milliseconds(10 + 3000 * random.unit())
            toolsAtWork.append((now + time, call))
        }
        return []
    }

    private func connect(at now: Instant) {
        connectionCount += 1
        let scripts = isKind ? [] : chooseScripts()
        usedScripts.formUnion(scripts)
        let profile = EmulatorProfile.allCases[
            Int(random.next() % UInt64(EmulatorProfile.allCases.count))]
        let latency = Interval.milliseconds(1 + 60 * random.unit())
        var emulator = Emulator(
            configuration: EmulatorConfiguration(
                profile: profile, scripts: scripts, seed: random.next()))
        let chance = isKind ? 1 : random.unit()
        if chance < 0.06 {
            link = Link(emulator: emulator, began: now, latency: latency, isDead: true)
            let (delay, reason) =
                chance < 0.03
                ? (latency, "connection refused") : (Self.connectTimeout, "no answer in 10 s")
            tell(.failed(reason: reason), at: now + delay)
            return
        }
        let answer = emulator.open(
            HandshakeRequest(target: "/v1/realtime?model=gpt-realtime-2.1"), at: .zero)
        link = Link(emulator: emulator, began: now + latency, latency: latency)
        switch answer {
        case .accept: tell(.opened(detail: "simulated"), at: now + latency + latency)
        case .refuse(let status, let body):
            link?.isDead = true
            let refusal = HandshakeRefusal(
                status: status, body: String(decoding: body, as: UTF8.self))
            tell(.failed(reason: refusal.reason), at: now + latency + latency)
        }
    }

    /// None for a third of the connections; else one to three.
    private func chooseScripts() -> [EmulatorScript] {
        guard random.unit() > 0.3 else { return [] }
        return (0...random.next() % 3).map { _ in menu[Int(random.next() % UInt64(menu.count))] }
    }

    private func send(_ frame: [UInt8], at now: Instant) {
        guard let link, link.isOpen else {
            unsent.append(frame)
            return
        }
        post(.sent(frame), at: now)
        link.toServer.append((now + link.latency, frame))
    }

    private func disconnect(at now: Instant) {
        guard let link else { return }
        let answers = !link.isDead && link.isOpen
        link.isDead = true
        link.isOpen = false
        link.toServer = []
        link.toClient = []
        tell(
            .closed(code: answers ? 1000 : 1006, reason: ""),
            at: now + (answers ? link.latency + link.latency : Self.closeTimeout))
    }

    // MARK: time

    /// When something happens by itself.
    var nextDue: Instant? {
        [link?.nextDue, toolsAtWork.map(\.due).min()].compactMap { $0 }.min()
    }

    /// Lets everything happen that is due until `now`; what arrived is in the inbox then.
    func advance(to now: Instant) {
        while let tool = toolsAtWork.firstIndex(where: { $0.due <= now }) {
            let call = toolsAtWork.remove(at: tool).call
            inbox.post(
                Inbox.Request(
                    session: .realtime,
                    wish: .toolAnswered(callID: call.callID, output: #"{"answer":42}"#)))
        }
        while let link, let due = link.nextDue, due <= now {
            if let first = link.toClient.first, first.due == due {
                link.toClient.removeFirst()
                deliver(first.payload, link, at: due)
                continue
            }
            let time = Instant.zero + (due - link.began)
            if link.serverReads, let first = link.toServer.first, first.due == due {
                link.toServer.removeFirst()
                link.emulator.receive(.text(first.frame), at: time)
            }
            take(time)
        }
    }

    /// Puts on the wire what the emulator sends until `time`, its own.
    private func take(_ time: Instant) {
        guard let link else { return }
        for output in link.emulator.advance(to: time) { put(output) }
    }

    private func put(_ output: EmulatorOutput) {
        guard let link, !link.isDead else { return }
        let arrival = link.began + (output.time - .zero) + link.latency
        switch output.act {
        case .text(let bytes):
            tell(Self.isText(bytes) ? .received(bytes) : Self.violation, at: arrival)
            if !Self.isText(bytes) { self.link?.isDead = true }
        case .fragments(let parts): tell(.received(Array(parts.joined())), at: arrival)
        case .binary(let bytes): tell(.receivedBinary(bytes), at: arrival)
        case .ping: break
        case .close(let code, let reason):
            self.link?.isDead = true
            tell(.closed(code: code, reason: reason), at: arrival)
        case .reset:
            self.link?.isDead = true
            tell(.failed(reason: "connection reset by peer"), at: arrival)
        case .fallSilent:
            self.link?.isDead = true
            tell(.failed(reason: "no pong within 20 s"), at: arrival + Self.silenceTimeout)
        case .stopReading: self.link?.serverReads = false
        case .resumeReading: self.link?.serverReads = true
        }
    }

    /// RFC 6455 section 8.1: text that is not UTF-8 ends the connection.
    private static let violation = Payload.closed(code: 1007, reason: "text that is not UTF-8")

    private static func isText(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// Sends something on its way to the client, after what is on the way already.
    private func tell(_ payload: Payload, at time: Instant) {
        let last = link?.toClient.last?.due ?? time
        link?.toClient.append((max(last, time), payload))
    }

    private func deliver(_ payload: Payload, _ link: Link, at time: Instant) {
        switch payload {
        case .opened: link.isOpen = true
        case .closed, .failed:
            link.isOpen = false
            link.isDead = true
            link.toClient = []
        default: break
        }
        post(payload, at: time)
    }

    private func post(_ payload: Payload, at time: Instant) {
        crossings.append(payload)
        inbox.post(Inbox.Arrival(time: time, source: .realtime, payload: payload))
    }

    /// Cuts the connection from outside.
    func cut(at now: Instant) {
        guard link?.isOpen == true else { return }
        link?.isDead = true
        link?.toClient = []
        tell(.failed(reason: "connection reset by peer"), at: now)
    }

    /// Something on the connection is still going to happen by itself.
    var isWaiting: Bool { link?.toClient.isEmpty == false || link?.isOpen == true }
}
