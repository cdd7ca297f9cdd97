internal import Glibc
internal import Synchronization
package import Timeline

/// A playback device on a thread of its own, and what was really heard of each part.
///
/// Sound waits in a queue of any length; the device's own buffer holds 100 ms. Reports come on
/// the sound thread and must not block. While a device is unplugged the queue waits for it.
package final class Loudspeaker: Sendable {
    package struct Configuration: Equatable, Sendable {
        /// An ALSA name: `default`, or one of ``SoundDevice/all()``.
        package var device = "default"
        /// How much sound is gathered before it is played, against a jittery network.
        package var lead = Interval.milliseconds(60)
        /// How often a device that was unplugged is looked for.
        package var retryInterval = Interval.milliseconds(500)
        /// A device that takes nothing for so long has failed; nil waits without end.
        package var stallLimit: Interval? = .seconds(2)

        package init() {}
    }

    package enum Report: Equatable, Sendable {
        /// The device takes sound; what it was opened as.
        case opened(String)
        /// Sound begins to be heard after silence; `at` counts in ALSA's delay.
        case started(AudioPart, at: Instant)
        /// How far the current part was heard, about every 20 ms while it plays.
        case heard(Heard)
        /// The sound ran out before its part was complete: how often so far.
        case underrun(count: Int, AudioPart)
        /// Everything was heard.
        case drained
        case suspended
        case resumed
        /// The device cannot be used; `retries` when it is waited for. Without, nothing is
        /// played any more: a ``PlaybackClock`` can take over.
        case failed(SoundError, retries: Bool)
        /// The last report.
        case closed
    }

    let configuration: Configuration
    let clock: @Sendable () -> Instant
    let receive: @Sendable (Report) -> Void
    let wakeup: SoundWakeup
    let state = Mutex(PlaybackState())

    /// Five periods: what is queued behind an interruption is dropped anyway.
    static let bufferFrames = 5 * VoiceFormat.periodFrames

    /// Starts at once.
    package init(
        _ configuration: Configuration = Configuration(),
        clock: @escaping @Sendable () -> Instant,
        receive: @escaping @Sendable (Report) -> Void
    ) throws(SoundError) {
        self.configuration = configuration
        self.clock = clock
        self.receive = receive
        wakeup = try SoundWakeup(device: configuration.device)
        try SoundThread.start(for: configuration.device) { self.run() }
    }

    /// Queues sound in the format of ``VoiceFormat``; an odd last byte waits for the next chunk of
    /// its part.
    ///
    /// - Returns: false when the item was interrupted or the device has failed for good.
    @discardableResult
    package func play(_ bytes: [UInt8], of part: AudioPart) -> Bool {
        let now = clock()
        let isTaken = state.withLock { $0.queue(bytes, part, at: now) }
        if isTaken { wakeup.signal() }
        return isTaken
    }

    /// Nothing more comes for `part`, or for any part when nil; `.drained` tells when all was heard.
    package func finish(_ part: AudioPart? = nil) {
        state.withLock { $0.ledger.finish(part) }
        wakeup.signal()
    }

    /// Silences the device at once and forgets what it has not played.
    ///
    /// What still comes for an interrupted item is discarded.
    ///
    /// - Returns: how far each part under way was heard, in playing order; empty in silence.
    package func interrupt() -> [Heard] {
        let heard = state.withLock { $0.interrupt() }
        wakeup.signal()
        return heard
    }

    /// What is being heard, or was last; exact to the frame by the device's own account.
    package func heard() -> Heard? { state.withLock { $0.settle() } }

    /// Loudness from 0 to 1, as a factor of the samples.
    package var volume: Double {
        get { state.withLock { $0.volume } }
        set { state.withLock { $0.volume = min(max(newValue, 0), 1) } }
    }

    /// Muted sound is played as silence: time goes on.
    package var isMuted: Bool {
        get { state.withLock { $0.isMuted } }
        set { state.withLock { $0.isMuted = newValue } }
    }

    /// How often the sound ran out before its part was complete.
    package var underruns: Int { state.withLock { $0.underruns } }

    /// Ends the thread without playing the rest; `.closed` is its last report. Returns at once.
    package func stop() {
        state.withLock { $0.isStopping = true }
        wakeup.signal()
    }

    // MARK: the sound thread

    private func run() {
        var wasOpen = false
        var isWaiting = false
        while !state.withLock({ $0.isStopping }) {
            do throws(SoundError) {
                let pcm = try PCM(
                    configuration.device, .playback, bufferFrames: Self.bufferFrames)
                (wasOpen, isWaiting) = (true, false)
                state.withLock { $0.pcm = pcm }
                receive(.opened(pcm.summary))
                try feed(pcm)
            } catch {
                let retries = wasOpen && error.isUnplugged
                state.withLock { $0.lose(forGood: !retries) }
                if !isWaiting { receive(.failed(error, retries: retries)) }
                guard retries else { break }
                isWaiting = true
                wakeup.wait(milliseconds: CInt(configuration.retryInterval.milliseconds))
            }
        }
        state.withLock { $0.lose(forGood: true) }
        receive(.closed)
    }

    private func feed(_ pcm: PCM) throws(SoundError) {
        let limit = configuration.stallLimit.map { CInt($0.milliseconds) } ?? -1
        while true {
            let now = clock()
            let outcome = state.withLock { state -> Result<PlaybackStep, SoundError> in
                Result { () throws(SoundError) in
                    try state.step(pcm, lead: configuration.lead, at: now)
                }
            }
            let step = try outcome.get()
            for report in step.reports { receive(report) }
            switch step.next {
            case .stop: return
            case .waitForRoom:
                if !pcm.wait(orFor: wakeup, milliseconds: limit) {
                    throw pcm.failure("play on", ETIMEDOUT)
                }
            case .wait(let milliseconds): wakeup.wait(milliseconds: milliseconds)
            }
        }
    }
}
