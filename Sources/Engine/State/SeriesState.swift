package import Dynamics

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

    package init(kind: SeriesKind, phaseSpace: PhaseSpace) {
        self.kind = kind
        self.phaseSpace = phaseSpace
    }
}
