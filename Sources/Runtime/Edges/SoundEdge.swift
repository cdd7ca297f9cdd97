import Engine
import Interface
import RealtimeProtocol
import Sound
import Synchronization
package import Timeline

/// The microphone and the loudspeaker of one session, or what stands for them without devices.
///
/// Without a loudspeaker answers are counted on the clock, so that an interruption knows what
/// would have been heard.
package final class SoundEdge {
    /// Which devices to use; nil for none.
    package struct Devices: Equatable, Sendable {
        package var microphone: String?
        package var loudspeaker: String?

        /// What ALSA opens when nobody says which.
        package static let standard = "default"

        package init(
            microphone: String? = Devices.standard, loudspeaker: String? = Devices.standard
        ) {
            self.microphone = microphone
            self.loudspeaker = loudspeaker
        }

        package static let none = Devices(microphone: nil, loudspeaker: nil)
    }

    private let reports = SoundReports()
    private let devices: Devices
    private let silenceLimit: Interval?
    private let inbox: Inbox
    private let clock: MonotonicClock
    private var microphone: Microphone?
    private var loudspeaker: Loudspeaker?
    private var silentClock = PlaybackClock()
    private var latencies: [Double] = []
    private var shown = SoundState()
    private var shownAt: Instant?

    /// Levels are shown at this pace; sound itself is not delayed.
    private static let showInterval = Interval.milliseconds(100)
    /// Latencies are those of the last 10 s of sound.
    private static let latencyWindow = 500

    /// - Parameter silenceLimit: how long a microphone may give nothing; nil waits without end.
    package init(
        devices: Devices, inbox: Inbox, clock: MonotonicClock,
        silenceLimit: Interval? = .seconds(2)
    ) {
        self.devices = devices
        self.silenceLimit = silenceLimit
        self.inbox = inbox
        self.clock = clock
        if let name = devices.loudspeaker { openLoudspeaker(name) }
        if let name = devices.microphone { probeMicrophone(name) }
    }

    // MARK: playback

    func play(_ piece: AudioPiece, at now: Instant) {
        let part = AudioPart(itemID: piece.itemID, contentIndex: piece.contentIndex)
        if let loudspeaker, piece.format == .pcm24k,
            reports.told.withLock({ $0.loudspeaker != nil })
        {
            loudspeaker.play(piece.bytes, of: part)
        } else {
            let milliseconds = Double(piece.bytes.count) / (piece.format.bytesPerMillisecond ?? 48)
            silentClock.play(
                part, frames: Int(milliseconds * Double(VoiceFormat.rate) / 1000), at: now)
        }
    }

    /// Stops at once; what was cut.
    func interrupt(at now: Instant) -> [HeardAudio] {
        let cut = (loudspeaker?.interrupt() ?? []) + silentClock.interrupt(at: now)
        return cut.filter { !$0.isWhole }.map {
            HeardAudio(
                itemID: $0.part.itemID, contentIndex: $0.part.contentIndex,
                milliseconds: $0.milliseconds)
        }
    }

    private func openLoudspeaker(_ name: String) {
        var configuration = Loudspeaker.Configuration()
        configuration.device = name
        do {
            loudspeaker = try Loudspeaker(configuration, clock: { [clock] in clock.now }) {
                [reports] report in reports.take(report)
            }
        } catch {
            reports.told.withLock { $0.loudspeaker = nil }
        }
    }

    // MARK: capture

    /// Says what the microphone is before anybody speaks, without keeping it open.
    private func probeMicrophone(_ name: String) {
        do {
            let summary = try SoundDevice.check(name, .capture)
            reports.told.withLock { $0.microphone = summary }
        } catch {
            reports.told.withLock { $0.microphone = nil }
        }
    }

    func capture(_ isOn: Bool, for session: SourceID) {
        microphone?.stop()
        microphone = nil
        reports.told.withLock { told in
            told.isCapturing = isOn
            told.isMicrophoneLost = false
        }
        guard isOn, let name = devices.microphone else { return }
        var configuration = Microphone.Configuration()
        configuration.device = name
        configuration.silenceLimit = silenceLimit
        do {
            microphone = try Microphone(configuration, clock: { [clock] in clock.now }) {
                [reports, inbox] report in
                reports.take(report, for: session, inbox)
            }
        } catch {
            inbox.post(Inbox.Request(session: session, wish: .microphoneFailed("\(error)")))
        }
    }

    func close() {
        microphone?.stop()
        loudspeaker?.stop()
    }

    // MARK: what is shown

    /// Notes how long sound took from the device to the socket.
    func note(latency: Interval) {
        latencies.append(latency.milliseconds)
        if latencies.count > Self.latencyWindow { latencies.removeFirst() }
    }

    /// The state for the screen; it changes at most ten times a second.
    func state(at now: Instant) -> SoundState {
        if let shownAt, now - shownAt < Self.showInterval { return shown }
        shownAt = now
        let told = reports.told.withLock { $0 }
        var state = SoundState()
        state.microphone = told.microphone
        state.loudspeaker = told.loudspeaker
        state.isCapturing = told.isCapturing
        state.level = (told.level * 50).rounded() / 50
        state.hearsVoice = told.hearsVoice
        state.captureOverruns = told.overruns
        state.playbackUnderruns = told.underruns
        if !latencies.isEmpty {
            let sorted = latencies.sorted()
            state.latencyP50 = sorted[sorted.count / 2]
            state.latencyP99 = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        }
        shown = state
        return state
    }
}

/// What the sound threads tell; read by the loop.
private final class SoundReports: Sendable {
    struct Told: Sendable {
        var microphone: String?
        var loudspeaker: String?
        var level = 0.0
        var hearsVoice = false
        var overruns = 0
        var underruns = 0
        var isCapturing = false
        /// It went away while it was used, and is waited for.
        var isMicrophoneLost = false
    }

    let told = Mutex(Told())
    /// What is shown instead of the microphone while it is waited for.
    private static let unplugged = "unplugged, waited for"

    func take(_ report: Loudspeaker.Report) {
        told.withLock { told in
            switch report {
            case .opened(let summary): told.loudspeaker = summary
            case .underrun(let count, _): told.underruns = count
            case .failed, .closed: told.loudspeaker = nil
            case .started, .heard, .drained, .suspended, .resumed: break
            }
        }
    }

    func take(_ report: Microphone.Report, for session: SourceID, _ inbox: Inbox) {
        switch report {
        case .opened(let summary):
            let isBack = told.withLock { told in
                told.microphone = summary
                guard told.isMicrophoneLost else { return false }
                told.isMicrophoneLost = false
                told.isCapturing = true
                return true
            }
            guard isBack else { return }
            inbox.post(
                Inbox.Request(
                    session: session, wish: .microphoneChanged("the microphone is back: \(summary)")
                ))
        case .chunk(let chunk):
            told.withLock { told in
                // From -60 dBFS, where a quiet room is, to full scale.
                told.level = min(max((chunk.level.rms + 60) / 60, 0), 1)
                told.hearsVoice = chunk.isVoice
            }
            inbox.post(
                Inbox.Request(
                    session: session, wish: .captured(chunk.bytes, at: chunk.capturedAt)))
        case .overrun(let count, _): told.withLock { $0.overruns = count }
        case .failed(let error, let retries):
            told.withLock { told in
                told.isCapturing = false
                told.level = 0
                told.hearsVoice = false
                if retries { told.microphone = Self.unplugged }
                told.isMicrophoneLost = retries
            }
            let words = "\(error)"
            inbox.post(
                Inbox.Request(
                    session: session,
                    wish: retries ? .microphoneChanged(words) : .microphoneFailed(words)))
        case .suspended, .resumed, .closed: break
        }
    }
}
