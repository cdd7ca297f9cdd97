package import Dynamics
package import SequenceMatching

/// The series of numbers whose dynamics can be looked at.
package enum SeriesKind: String, Sendable, CaseIterable {
    case interTokenGap, tokenLength, audioLoudness

    package var title: String {
        switch self {
        case .interTokenGap: "inter-token gap"
        case .tokenLength: "token length"
        case .audioLoudness: "audio loudness"
        }
    }

    /// The series called `name` in pattern files.
    package init?(named name: String) {
        guard let kind = Self.allCases.first(where: { $0.name == name || $0.rawValue == name })
        else { return nil }
        self = kind
    }

    /// What pattern files call it.
    package var name: String {
        switch self {
        case .interTokenGap: "gap"
        case .tokenLength: "length"
        case .audioLoudness: "loudness"
        }
    }

    package var unit: String {
        switch self {
        case .interTokenGap: "ms"
        case .tokenLength: "characters"
        case .audioLoudness: "full scale"
        }
    }
}

/// One series with its embedding and what can be said of it.
package struct SeriesState: Sendable {
    package var kind: SeriesKind
    package var phaseSpace: PhaseSpace
    /// Recurring and unusual stretches of the last samples.
    package internal(set) var profile = MatrixProfileStream(
        length: SeriesState.motifLength, history: SeriesState.profileHistory)
    /// Where the last samples came from, by their numbers from 0.
    package internal(set) var places = Window<SamplePlace>(limit: 2 * SeriesState.profileHistory)

    package init(kind: SeriesKind, phaseSpace: PhaseSpace) {
        self.kind = kind
        self.phaseSpace = phaseSpace
    }
}
