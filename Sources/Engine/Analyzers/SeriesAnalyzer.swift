import Dynamics
import Timeline

/// Feeds the phase spaces and decides when they are assessed.
///
/// An assessment costs milliseconds, so a series is assessed when it has grown by a half since the
/// last time, and once it is older than its window: when the log's time has gone on by
/// `refreshInterval`, or after four windows of samples. Log time, not ours: the same recording is
/// assessed at the same events at any speed.
struct SeriesAnalyzer: Analyzer {
    private struct Schedule: Sendable {
        var assessedAt = Instant.zero
        var assessedCount: UInt64 = 0
    }

    private let settings: PhaseSpaceConfiguration
    private var schedules: [Schedule]

    /// Fewer new samples are not worth an assessment.
    static let fewestNew: UInt64 = 32
    private static let enough = UInt64(AttractorClassifier.minimumCount)

    init(configuration: EngineConfiguration, in state: inout SessionState) {
        settings = configuration.phaseSpace
        schedules = configuration.series.map { _ in Schedule() }
        for kind in configuration.series {
            state.series.append(
                SeriesState(
                    kind: kind,
                    phaseSpace: PhaseSpace(
                        capacity: settings.capacity, delay: settings.delay,
                        dimension: settings.dimension, refreshEvery: .max)))
        }
    }

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        guard moment.token != nil || !moment.levels.isEmpty else { return }
        for index in state.series.indices {
            switch state.series[index].kind {
            case .interTokenGap:
                guard let gap = moment.gap else { continue }
                state.series[index].phaseSpace.observe(gap)
            case .tokenLength:
                guard let token = moment.token else { continue }
                state.series[index].phaseSpace.observe(Double(Self.characters(of: token.text)))
            case .audioLoudness:
                guard !moment.levels.isEmpty else { continue }
                for level in moment.levels {
                    state.series[index].phaseSpace.observe(Double(level))
                }
            }
            assess(index, at: moment.time, in: &state)
        }
    }

    private mutating func assess(_ index: Int, at now: Instant, in state: inout SessionState) {
        let count = state.series[index].phaseSpace.observed
        let schedule = schedules[index]
        let new = count - schedule.assessedCount
        guard new >= Self.fewestNew else { return }
        let capacity = UInt64(settings.capacity)
        let isFirst = schedule.assessedCount < Self.enough && count >= Self.enough
        let hasGrown = count <= capacity && 2 * new >= schedule.assessedCount
        guard
            isFirst || hasGrown || now - schedule.assessedAt >= settings.refreshInterval
                || new >= 4 * capacity
        else { return }
        schedules[index] = Schedule(assessedAt: now, assessedCount: count)
        state.series[index].phaseSpace.refresh()
    }

    /// Unicode scalars of a text, counted by their first bytes.
    private static func characters(of text: String) -> Int {
        var count = 0
        for byte in text.utf8 where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }
}
