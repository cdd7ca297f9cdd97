/// Which part of a conversation a piece of sound belongs to.
package struct AudioPart: Hashable, Sendable {
    package var itemID: String
    package var contentIndex: Int

    package init(itemID: String, contentIndex: Int) {
        self.itemID = itemID
        self.contentIndex = contentIndex
    }
}

/// How much of a part was heard.
package struct Heard: Equatable, Sendable {
    package var part: AudioPart
    /// Frames that have left the loudspeaker.
    package var frames: Int
    /// Frames that have arrived for it so far.
    package var queuedFrames: Int

    package init(part: AudioPart, frames: Int, queuedFrames: Int) {
        self.part = part
        self.frames = frames
        self.queuedFrames = queuedFrames
    }

    /// Whole milliseconds, rounded down: fit for `audio_end_ms`, which may not exceed what there is.
    package var milliseconds: Int { frames * 1000 / VoiceFormat.rate }

    package var isWhole: Bool { frames == queuedFrames }
}

/// What was queued for the loudspeaker and what of it was heard, by part, to the frame.
///
/// Parts are played in the order in which their sound arrives. O(1) per call but for the few parts
/// that are under way.
package struct PlaybackLedger: Equatable, Sendable {
    private struct Entry: Equatable {
        var part: AudioPart
        var queued = 0
        var heard = 0
        var isComplete = false
    }

    private struct Run: Equatable {
        var part: AudioPart
        var frames: Int
    }

    private var entries: [Entry] = []
    private var runs: [Run] = []
    /// Items that were cut: what still comes for them is not played.
    private var cutItems: [String] = []
    private static let cutLimit = 64
    private static let entryLimit = 16
    /// Frames that were queued and not heard yet.
    package private(set) var unheardFrames = 0
    /// Frames that came for an item after it was cut.
    package private(set) var discardedFrames = 0

    package init() {}

    /// Takes in sound; false when its item was cut before and it must not be played.
    package mutating func queue(_ part: AudioPart, frames: Int) -> Bool {
        if cutItems.contains(part.itemID) {
            discardedFrames += frames
            return false
        }
        if let index = entries.lastIndex(where: { $0.part == part }) {
            entries[index].queued += frames
            entries[index].isComplete = false
        } else {
            forgetOldest()
            entries.append(Entry(part: part, queued: frames))
        }
        if let last = runs.indices.last, runs[last].part == part {
            runs[last].frames += frames
        } else if frames > 0 {
            runs.append(Run(part: part, frames: frames))
        }
        unheardFrames += frames
        return true
    }

    /// Nothing more comes for `part`, or for any part when nil: an empty queue is no underrun.
    package mutating func finish(_ part: AudioPart? = nil) {
        for index in entries.indices where part == nil || entries[index].part == part {
            entries[index].isComplete = true
        }
    }

    /// `frames` more were heard; more than there were count as all there were.
    package mutating func advance(by frames: Int) {
        var left = min(max(frames, 0), unheardFrames)
        unheardFrames -= left
        var done = 0
        while left > 0 {
            let step = min(left, runs[done].frames)
            left -= step
            runs[done].frames -= step
            let part = runs[done].part
            if let index = entries.firstIndex(where: { $0.part == part }) {
                entries[index].heard += step
            }
            if runs[done].frames == 0 { done += 1 }
        }
        runs.removeFirst(done)
    }

    /// What is being heard, or was last.
    package var current: Heard? {
        let entry = runs.first.flatMap { run in entries.first { $0.part == run.part } }
        return (entry ?? entries.last).map(Self.heard)
    }

    /// Whether the queue ran empty while more of the current part is expected.
    package var isStarving: Bool {
        unheardFrames == 0 && entries.last.map { !$0.isComplete } ?? false
    }

    /// Whether no more needs to wait for sound to arrive before playing: all of it is there.
    package var isComplete: Bool { entries.last?.isComplete ?? true }

    /// Forgets everything that was not heard.
    ///
    /// - Returns: how far each part under way was heard, in the order of their arrival; parts that
    ///   are wholly heard need no truncation and are left out, but for the last one while more of
    ///   it is expected.
    package mutating func cut() -> [Heard] {
        let last = entries.last
        let open = entries.filter { $0.heard < $0.queued || (!$0.isComplete && $0 == last) }
        cutItems.append(contentsOf: open.map(\.part.itemID))
        cutItems.removeFirst(max(0, cutItems.count - Self.cutLimit))
        (entries, runs, unheardFrames) = ([], [], 0)
        return open.map(Self.heard)
    }

    /// A part may go on after another began, so that a few are remembered although wholly heard.
    private mutating func forgetOldest() {
        guard entries.count >= Self.entryLimit,
            let index = entries.firstIndex(where: { $0.heard == $0.queued })
        else { return }
        entries.remove(at: index)
    }

    private static func heard(_ entry: Entry) -> Heard {
        Heard(part: entry.part, frames: entry.heard, queuedFrames: entry.queued)
    }
}
