package import Timeline

/// A loudspeaker without a device: it hears in the real time of whoever tells it the time.
///
/// Stands in for ``Loudspeaker`` under `--no-audio` and in virtual time, so that truncation by
/// what was heard works without a sound card. O(1) per call.
package struct PlaybackClock: Equatable, Sendable {
    private var ledger = PlaybackLedger()
    /// When the sound that is being played began, and how much of it was booked since.
    private var beginning: Instant?
    private var booked = 0
    /// How often the sound ran out before its part was complete.
    package private(set) var underruns = 0

    package init() {}

    /// Queues `frames` of sound that arrived at `now`; false when their item was interrupted.
    @discardableResult
    package mutating func play(_ part: AudioPart, frames: Int, at now: Instant) -> Bool {
        advance(to: now)
        let wasSilent = ledger.unheardFrames == 0
        guard ledger.queue(part, frames: frames) else { return false }
        if wasSilent { (beginning, booked) = (now, 0) }
        return true
    }

    /// Nothing more comes for `part`, or for any part when nil.
    package mutating func finish(_ part: AudioPart? = nil, at now: Instant) {
        advance(to: now)
        ledger.finish(part)
    }

    /// What is being heard at `now`, or was last.
    package mutating func heard(at now: Instant) -> Heard? {
        advance(to: now)
        return ledger.current
    }

    /// Drops what was not heard at `now`; how far each part under way was heard.
    package mutating func interrupt(at now: Instant) -> [Heard] {
        advance(to: now)
        beginning = nil
        return ledger.cut()
    }

    /// When the queue runs empty; nil in silence.
    package var end: Instant? {
        beginning.map { $0 + VoiceFormat.interval(frames: booked + ledger.unheardFrames) }
    }

    private mutating func advance(to now: Instant) {
        guard let start = beginning else { return }
        let due = VoiceFormat.frames(in: now - start) - booked
        guard due > 0 else { return }
        let heard = min(due, ledger.unheardFrames)
        ledger.advance(by: heard)
        booked += heard
        if ledger.unheardFrames == 0 {
            beginning = nil
            if ledger.isStarving { underruns += 1 }
        }
    }
}
