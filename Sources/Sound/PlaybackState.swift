internal import Glibc
import Timeline

/// What the sound thread must do after a step.
struct PlaybackStep {
    enum Next {
        case stop
        /// The device's buffer is full.
        case waitForRoom
        /// For news, at most so many milliseconds; -1 without end.
        case wait(CInt)
    }

    var next: Next
    var reports: [Loudspeaker.Report]
}

/// The loudspeaker's queue, its device and the account of both; whoever holds the lock acts.
struct PlaybackState {
    private struct Chunk {
        var part: AudioPart
        var bytes: ArraySlice<UInt8>
    }

    var pcm: PCM?
    var ledger = PlaybackLedger()
    var volume = 1.0
    var isMuted = false
    var isStopping = false
    private(set) var underruns = 0
    private var chunks: [Chunk] = []
    /// The first byte of a frame whose second has not come.
    private var half: (part: AudioPart, byte: UInt8)?
    private var waitingFrames = 0
    /// Frames that the device has taken and not yet played.
    private var heldFrames = 0
    /// When the oldest sound came that waits for a device at rest.
    private var waitingSince: Instant?
    private var isAtRest = true
    private var isAsleep = false
    private var hasFailed = false
    private var reported: Heard?
    private var reports: [Loudspeaker.Report] = []

    mutating func queue(_ bytes: [UInt8], _ part: AudioPart, at now: Instant) -> Bool {
        guard !hasFailed, !isStopping else { return false }
        var bytes = bytes[...]
        if let half, half.part == part { bytes = [half.byte] + bytes }
        half = nil
        if bytes.count % VoiceFormat.bytesPerFrame == 1, let last = bytes.popLast() {
            half = (part, last)
        }
        let frames = bytes.count / VoiceFormat.bytesPerFrame
        guard ledger.queue(part, frames: frames) else { return false }
        if frames > 0 {
            chunks.append(Chunk(part: part, bytes: bytes))
            waitingFrames += frames
            if waitingSince == nil { waitingSince = now }
        }
        return true
    }

    /// Books what the device has played since the last look.
    @discardableResult
    mutating func settle() -> Heard? {
        if let pcm, heldFrames > 0, !isAtRest {
            if let (_, delay) = pcm.position() {
                hold(min(heldFrames, max(0, delay)))
            } else if pcm.state == .overrun {
                hold(0)
            }
        }
        return ledger.current
    }

    private mutating func hold(_ frames: Int) {
        ledger.advance(by: heldFrames - frames)
        heldFrames = frames
    }

    mutating func interrupt() -> [Heard] {
        settle()
        if let pcm, heldFrames > 0 {
            // A device that refuses has failed: the thread meets the same error and reports it.
            do throws(SoundError) {
                try pcm.drop()
                try pcm.prepare()
            } catch {}
        }
        rest()
        (chunks, waitingFrames, heldFrames, half) = ([], 0, 0, nil)
        waitingSince = nil
        return ledger.cut()
    }

    /// The device is gone. What it held is skipped: the next frame to be heard is the next queued.
    mutating func lose(forGood: Bool) {
        hold(0)
        rest()
        pcm = nil
        hasFailed = forGood
        if forGood { (chunks, waitingFrames) = ([], 0) }
    }

    private mutating func rest() {
        isAtRest = true
        reported = nil
    }

    // MARK: a step of the sound thread

    /// Books, recovers, feeds, starts; then says what to wait for.
    mutating func step(
        _ pcm: PCM, lead: Interval, at now: Instant
    ) throws(SoundError) -> PlaybackStep {
        reports.removeAll()
        if isStopping {
            try pcm.drop()
            return PlaybackStep(next: .stop, reports: [])
        }
        settle()
        try recover(pcm)
        reportProgress()
        let isReady = !isAtRest || isLeadThere(lead, at: now)
        if isReady { try fill(pcm) }
        if isAtRest, heldFrames > 0 { try begin(pcm, at: now) }
        let next: PlaybackStep.Next =
            if isAtRest {
                waitingFrames == 0 ? .wait(-1) : .wait(remainingLead(lead, at: now))
            } else if waitingFrames > 0 {
                .waitForRoom
            } else {
                // A device with room is always ready: only the time says when it has run dry.
                .wait(20)
            }
        return PlaybackStep(next: next, reports: reports)
    }

    private func isLeadThere(_ lead: Interval, at now: Instant) -> Bool {
        waitingFrames > 0
            && (ledger.isComplete || waitingFrames >= VoiceFormat.frames(in: lead)
                || remainingLead(lead, at: now) == 0)
    }

    private func remainingLead(_ lead: Interval, at now: Instant) -> CInt {
        guard let waitingSince else { return 0 }
        return CInt(max(0, (lead - (now - waitingSince)).milliseconds.rounded(.up)))
    }

    private mutating func recover(_ pcm: PCM) throws(SoundError) {
        switch pcm.state {
        case .prepared, .running: break
        case .overrun:
            hold(0)
            reportProgress()
            rest()
            waitingSince = nil
            if ledger.isStarving, let part = ledger.current?.part {
                underruns += 1
                reports.append(.underrun(count: underruns, part))
            } else if ledger.unheardFrames == 0 {
                reports.append(.drained)
            }
            try pcm.prepare()
        case .suspended:
            if !isAsleep { reports.append(.suspended) }
            isAsleep = true
            // The sound of before the sleep is skipped where the device cannot go on with it.
            guard try pcm.resume() else { return }
            isAsleep = false
            if pcm.state == .prepared {
                hold(0)
                rest()
            }
            reports.append(.resumed)
        case .gone: throw pcm.failure("play on", ENODEV)
        case .other: throw pcm.failure("play on", EBADFD)
        }
    }

    private mutating func reportProgress() {
        guard !isAtRest, let heard = ledger.current, heard != reported else { return }
        reported = heard
        reports.append(.heard(heard))
    }

    /// Gives the device as much as it has room for.
    private mutating func fill(_ pcm: PCM) throws(SoundError) {
        while let chunk = chunks.first {
            // Ran dry meanwhile: the next step recovers.
            guard let (room, _) = pcm.position(), room > 0 else { return }
            let portion = chunk.bytes.prefix(room * VoiceFormat.bytesPerFrame)
            let count = pcm.write(gain(portion))
            if count == -Int(EAGAIN) || count == -Int(EPIPE) || count == -Int(ESTRPIPE) { return }
            if count < 0 { throw pcm.failure("play on", CInt(count)) }
            heldFrames += count
            waitingFrames -= count
            chunks[0].bytes = chunk.bytes.dropFirst(count * VoiceFormat.bytesPerFrame)
            if chunks[0].bytes.isEmpty { chunks.removeFirst() }
        }
    }

    private mutating func begin(_ pcm: PCM, at now: Instant) throws(SoundError) {
        try pcm.start()
        isAtRest = false
        waitingSince = nil
        guard let part = ledger.current?.part else { return }
        let delay = pcm.position().map { max(0, $0.delay - heldFrames) } ?? 0
        reports.append(.started(part, at: now + VoiceFormat.interval(frames: delay)))
    }

    private func gain(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let factor = isMuted ? 0 : volume
        if factor == 1 { return bytes }
        var louder = bytes
        var index = louder.startIndex
        while index + 1 < louder.endIndex {
            let sample = Int16(
                truncatingIfNeeded: Int(bytes[index]) | Int(bytes[index + 1]) << 8)
            let scaled = Int((Double(sample) * factor).rounded())
            louder[index] = UInt8(truncatingIfNeeded: scaled)
            louder[index + 1] = UInt8(truncatingIfNeeded: scaled >> 8)
            index += 2
        }
        return louder
    }
}
