import Dynamics
import Timeline

/// Feeds the phase spaces.
struct SeriesAnalyzer: Analyzer {
    init(configuration: EngineConfiguration, in state: inout SessionState) {
        let settings = configuration.phaseSpace
        for kind in configuration.series {
            state.series.append(
                SeriesState(
                    kind: kind,
                    phaseSpace: PhaseSpace(
                        capacity: settings.capacity, delay: settings.delay,
                        dimension: settings.dimension, refreshEvery: settings.refreshEvery)))
        }
    }

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        guard moment.token != nil || !moment.levels.isEmpty else { return }
        for index in state.series.indices {
            switch state.series[index].kind {
            case .interTokenGap:
                if let gap = moment.gap { state.series[index].phaseSpace.observe(gap) }
            case .tokenLength:
                if let token = moment.token {
                    state.series[index].phaseSpace.observe(Double(token.text.unicodeScalars.count))
                }
            case .audioLoudness:
                for level in moment.levels {
                    state.series[index].phaseSpace.observe(Double(level))
                }
            }
        }
    }
}
