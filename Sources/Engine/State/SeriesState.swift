package import Dynamics
package import Timeline

/// The series of numbers whose dynamics can be looked at.
package enum SeriesKind: String, Sendable, CaseIterable {
    case interTokenGap, tokenLength, audioLoudness, tokenSurprise, audioPitch, turnLatency, reward

    package var title: String {
        switch self {
        case .interTokenGap: "inter-token gap"
        case .tokenLength: "token length"
        case .audioLoudness: "audio loudness"
        case .tokenSurprise: "token surprise"
        case .audioPitch: "audio pitch"
        case .turnLatency: "turn latency"
        case .reward: "reward"
        }
    }

    /// The series called `name` in files and on the command line.
    package init?(named name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name || $0.rawValue == name })
        else { return nil }
        self = kind
    }

    /// What pattern files, the command line and the configuration file call it.
    package var name: String {
        switch self {
        case .interTokenGap: "gap"
        case .tokenLength: "length"
        case .audioLoudness: "loudness"
        case .tokenSurprise: "surprise"
        case .audioPitch: "pitch"
        case .turnLatency: "latency"
        case .reward: "reward"
        }
    }

    package var unit: String {
        switch self {
        case .interTokenGap, .turnLatency: "ms"
        case .tokenLength: "characters"
        case .audioLoudness: "full scale"
        case .tokenSurprise: "bits"
        case .audioPitch: "Hz"
        case .reward: "points"
        }
    }

    /// Seconds of sound from one sample to the next; nil for what comes with events.
    package var secondsPerSample: Double? {
        switch self {
        case .audioLoudness: 0.02
        case .audioPitch: PitchMeter.hopSeconds
        default: nil
        }
    }

    /// Whether changes of it are looked for. Speech changes its loudness and pitch all the time.
    var hasChangePoints: Bool { secondsPerSample == nil }
}

/// Which series is looked at: one alone, or one over another.
package struct SeriesSelection: Sendable, Equatable {
    package var kind: SeriesKind
    /// What goes along the other axis; nil for the series itself, some samples later.
    package var over: SeriesKind?

    package init(kind: SeriesKind, over: SeriesKind? = nil) {
        self.kind = kind
        self.over = over
    }

    /// Reads "gap" or "pitch:loudness"; nil for anything else.
    package init?(text: String) {
        let words = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(words.count), let kind = SeriesKind(named: String(words[0])) else {
            return nil
        }
        guard words.count == 2 else {
            self.init(kind: kind)
            return
        }
        guard let over = SeriesKind(named: String(words[1])), over != kind else { return nil }
        self.init(kind: kind, over: over)
    }
}

/// One series with its embedding and what can be said of it.
package struct SeriesState: Sendable {
    package var kind: SeriesKind
    package var phaseSpace: PhaseSpace
    /// The event of each kept sample, oldest first.
    package internal(set) var stamps: Window<Stamp>
    /// Where the series changed, the last 64.
    package internal(set) var changes = Window<SeriesChange>(limit: 64)

    /// Where in the log a sample came from.
    package struct Stamp: Sendable, Equatable {
        package var time: Instant
        package var sequence: UInt64
    }

    package init(kind: SeriesKind, phaseSpace: PhaseSpace) {
        self.kind = kind
        self.phaseSpace = phaseSpace
        stamps = Window(limit: phaseSpace.capacity)
    }

    /// Seconds from one sample to the next: of sound, or the mean over the window's events. Nil with
    /// fewer than two samples, or when they all have one time.
    package var secondsPerSample: Double? {
        if let fixed = kind.secondsPerSample { return fixed }
        guard stamps.count > 1, let last = stamps.last else { return nil }
        let span = (last.time - stamps[0].time).milliseconds / 1000
        return span > 0 ? span / Double(stamps.count - 1) : nil
    }

    /// Both series at the samples of `self`: the other's value is the newest that was known then
    /// (sample and hold), or of the same event; samples before the other's first are left out.
    package func paired(over other: SeriesState) -> [(x: Double, y: Double)] {
        let (values, others) = (phaseSpace.samples, other.phaseSpace.samples)
        var pairs: [(x: Double, y: Double)] = []
        pairs.reserveCapacity(values.count)
        var known = 0
        for place in values.indices where place < stamps.count {
            let sequence = stamps[place].sequence
            while known < others.count, known < other.stamps.count,
                other.stamps[known].sequence <= sequence
            {
                known += 1
            }
            if known > 0 { pairs.append((others[known - 1], values[place])) }
        }
        return pairs
    }
}

/// A place where a series changed its level or its shape.
package struct SeriesChange: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        /// The mean went up or down (Page-Hinkley).
        case rise, fall
        /// What repeats became something else (FLOSS).
        case shape
    }

    package var series: SeriesKind
    package var kind: Kind
    /// The sample that it began with, counted from 0 at the first.
    package var sample: Int
    package var time: Instant
    package var sequence: UInt64

    package var label: String {
        switch kind {
        case .rise: "\(series.title) rises"
        case .fall: "\(series.title) falls"
        case .shape: "\(series.title) changes its shape"
        }
    }
}
