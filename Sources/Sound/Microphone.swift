internal import Glibc
internal import Synchronization
package import Timeline

/// A capture device on a thread of its own, in chunks of 20 ms.
///
/// Everything is told through `receive`, on the sound thread; it must not block. A device that is
/// unplugged is reported and waited for; any other failure ends the thread.
package final class Microphone: Sendable {
    package struct Configuration: Equatable, Sendable {
        /// An ALSA name: `default`, or one of ``SoundDevice/all()``.
        package var device = "default"
        /// How often a device that was unplugged is looked for.
        package var retryInterval = Interval.milliseconds(500)
        /// A device that gives nothing for so long has failed; nil waits without end.
        package var silenceLimit: Interval? = .seconds(2)

        package init() {}
    }

    package enum Report: Equatable, Sendable {
        /// The device gives sound; what it was opened as.
        case opened(String)
        case chunk(CapturedChunk)
        /// Sound was lost because nobody took it in time: how often so far, how much this time.
        case overrun(count: Int, lost: Interval)
        /// The machine slept.
        case suspended
        case resumed
        /// The device cannot be used; `retries` when it is waited for.
        case failed(SoundError, retries: Bool)
        /// The last report.
        case closed
    }

    private let configuration: Configuration
    private let clock: @Sendable () -> Instant
    private let receive: @Sendable (Report) -> Void
    private let wakeup: SoundWakeup
    private let muted = Atomic(false)
    private let stopping = Atomic(false)

    /// Sound is stuck in the buffer of ten periods, 200 ms, before any is lost.
    private static let bufferFrames = 10 * VoiceFormat.periodFrames

    /// Starts at once.
    ///
    /// - Parameter clock: a monotonic clock; it is read on the sound thread.
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

    /// Ends the thread; `.closed` is its last report. Returns at once.
    package func stop() {
        stopping.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// Muted chunks are zeros, so that the far end hears silence and not a gap.
    package var isMuted: Bool {
        get { muted.load(ordering: .relaxed) }
        set { muted.store(newValue, ordering: .relaxed) }
    }

    // MARK: the sound thread

    private var isStopping: Bool { stopping.load(ordering: .acquiring) }

    private func run() {
        var capture = Capture()
        var wasOpen = false
        var isWaiting = false
        while !isStopping {
            do throws(SoundError) {
                let pcm = try PCM(
                    configuration.device, .capture, bufferFrames: Self.bufferFrames)
                try pcm.start()
                (wasOpen, isWaiting) = (true, false)
                receive(.opened(pcm.summary))
                try take(from: pcm, &capture)
            } catch {
                let retries = wasOpen && error.isUnplugged
                if !isWaiting { receive(.failed(error, retries: retries)) }
                guard retries else { break }
                isWaiting = true
                wakeup.wait(milliseconds: CInt(configuration.retryInterval.milliseconds))
            }
        }
        receive(.closed)
    }

    /// What outlives a device that was unplugged and came back.
    private struct Capture {
        var index: UInt64 = 0
        var overruns = 0
        var activity = VoiceActivity()
    }

    private func take(from pcm: PCM, _ capture: inout Capture) throws(SoundError) {
        let limit = configuration.silenceLimit.map { CInt($0.milliseconds) } ?? -1
        var pending: [UInt8] = []
        var lastFrameAt = clock()
        while !isStopping {
            guard let (available, delay) = pcm.position() else {
                try recover(pcm, &capture, since: lastFrameAt)
                pending = []
                lastFrameAt = clock()
                continue
            }
            let now = clock()
            let missing = VoiceFormat.periodFrames - pending.count / VoiceFormat.bytesPerFrame
            guard available >= missing else {
                let isReady = pcm.wait(orFor: wakeup, milliseconds: limit)
                if !isReady { throw pcm.failure("hear anything from", ETIMEDOUT) }
                continue
            }
            var bytes = [UInt8](repeating: 0, count: missing * VoiceFormat.bytesPerFrame)
            let count = pcm.read(into: &bytes, frames: missing)
            // What stopped the device shows in its position; what did not is an error.
            if count == -Int(EPIPE) || count == -Int(ESTRPIPE) || count == -Int(EAGAIN) { continue }
            if count < 0 { throw pcm.failure("read from", CInt(count)) }
            pending += bytes.prefix(count * VoiceFormat.bytesPerFrame)
            lastFrameAt = now - VoiceFormat.interval(frames: max(0, delay - count))
            if count == missing {
                deliver(pending, &capture, capturedAt: lastFrameAt, arrivedAt: now)
                pending.removeAll(keepingCapacity: true)
            }
        }
        try pcm.drop()
    }

    private func deliver(
        _ bytes: [UInt8], _ capture: inout Capture, capturedAt: Instant, arrivedAt: Instant
    ) {
        let isMuted = isMuted
        capture.activity.add(bytes)
        receive(
            .chunk(
                CapturedChunk(
                    index: capture.index,
                    bytes: isMuted ? [UInt8](repeating: 0, count: bytes.count) : bytes,
                    capturedAt: capturedAt, arrivedAt: arrivedAt, level: SoundLevel(bytes),
                    isVoice: capture.activity.isVoice, isMuted: isMuted)))
        capture.index += 1
    }

    /// Brings a device back that ran over or slept; throws when it is gone.
    private func recover(
        _ pcm: PCM, _ capture: inout Capture, since lastFrameAt: Instant
    ) throws(SoundError) {
        switch pcm.state {
        case .overrun:
            capture.overruns += 1
            try pcm.prepare()
            try pcm.start()
            receive(.overrun(count: capture.overruns, lost: clock() - lastFrameAt))
        case .suspended:
            receive(.suspended)
            while !isStopping {
                if try pcm.resume() { break }
                wakeup.wait(milliseconds: 100)
            }
            if !isStopping, pcm.state == .prepared { try pcm.start() }
            receive(.resumed)
        case .gone: throw pcm.failure("read from", ENODEV)
        case .prepared, .running, .other: throw pcm.failure("read from", EBADFD)
        }
    }
}
