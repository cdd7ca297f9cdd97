import Dynamics
import Timeline

/// Feeds the phase spaces and decides when they are assessed.
///
/// An assessment costs milliseconds, so a series is assessed when it has grown by a half since the
/// last time, and once it is older than its window: when the log's time has gone on by
/// `refreshInterval`, or after eight windows of samples. What tokens are like changes more slowly
/// than when they come, so their length and surprise wait three times as long. Log time, not ours:
/// the same recording is assessed at the same events at any speed.
struct SeriesAnalyzer: Analyzer {
    private struct Schedule: Sendable {
        var assessedAt = Instant.zero
        var assessedCount: UInt64 = 0
    }

    private let settings: PhaseSpaceConfiguration
    private var schedules: [Schedule]
    private var detectors: [ChangeDetector]
    private var sources = TokenSource()
    private var latencyTurn: Int?

    /// Fewer new samples are not worth an assessment.
    static let fewestNew: UInt64 = 32
    private static let enough = UInt64(AttractorClassifier.minimumCount)

    init(configuration: EngineConfiguration, in state: inout SessionState) {
        settings = configuration.phaseSpace
        schedules = configuration.series.map { _ in Schedule() }
        detectors = configuration.series.map { _ in ChangeDetector() }
        for kind in configuration.series {
            state.series.append(
                SeriesState(
                    kind: kind,
                    phaseSpace: PhaseSpace(
                        capacity: settings.capacity, delay: settings.delay,
                        dimension: settings.dimension, theilerWindow: settings.theilerWindow,
                        refreshEvery: .max)))
        }
    }

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        let reward = Reward.value(of: moment)
        guard moment.token != nil || moment.signals.contains(.audio) || reward != nil else {
            return
        }
        let latency = newLatency(in: state)
        let surprise = moment.token.map { sources.surprise(of: $0.text) }
        for index in state.series.indices {
            switch state.series[index].kind {
            case .interTokenGap: take(moment.gap, index, &moment, &state)
            case .tokenLength:
                take(
                    moment.token.map { Double(Self.characters(of: $0.text)) }, index, &moment,
                    &state)
            case .tokenSurprise: take(surprise, index, &moment, &state)
            case .audioLoudness:
                for level in moment.levels { take(Double(level), index, &moment, &state) }
            case .audioPitch:
                for pitch in moment.pitches { take(Double(pitch), index, &moment, &state) }
            case .turnLatency: take(latency, index, &moment, &state)
            case .reward: take(reward, index, &moment, &state)
            }
            assess(index, at: moment.time, in: &state)
        }
    }

    private mutating func take(
        _ sample: Double?, _ index: Int, _ moment: inout Moment, _ state: inout SessionState
    ) {
        guard let sample, sample.isFinite else { return }
        let kind = state.series[index].kind
        state.series[index].phaseSpace.observe(sample)
        state.series[index].stamps.append(
            SeriesState.Stamp(time: moment.time, sequence: moment.sequence))
        guard kind.hasChangePoints, let found = detectors[index].observe(sample) else { return }
        // What lies before the window has lost its stamp.
        let stamps = state.series[index].stamps
        guard let place = stamps.position(ofNumber: found.sample) else { return }
        let change = SeriesChange(
            series: kind, kind: found.kind, sample: found.sample, time: stamps[place].time,
            sequence: stamps[place].sequence)
        state.series[index].changes.append(change)
        moment.changes.append(change)
    }

    /// The first-response latency of the newest turn, once.
    private mutating func newLatency(in state: SessionState) -> Double? {
        guard let turn = state.turns.last, turn.number != latencyTurn,
            let latency = turn.firstResponseLatency
        else { return nil }
        latencyTurn = turn.number
        return latency.milliseconds
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
            isFirst || hasGrown || now - schedule.assessedAt >= interval(of: index, in: state)
                || new >= 8 * capacity
        else { return }
        schedules[index] = Schedule(assessedAt: now, assessedCount: count)
        state.series[index].phaseSpace.refresh()
    }

    private func interval(of index: Int, in state: SessionState) -> Interval {
        switch state.series[index].kind {
        case .tokenLength, .tokenSurprise:
            Interval(nanoseconds: 3 * settings.refreshInterval.nanoseconds)
        case .interTokenGap, .audioLoudness, .audioPitch, .turnLatency, .reward:
            settings.refreshInterval
        }
    }

    /// Unicode scalars of a text, counted by their first bytes.
    private static func characters(of text: String) -> Int {
        var count = 0
        for byte in text.utf8 where byte & 0xC0 != 0x80 { count += 1 }
        return count
    }
}

/// Tokens as the symbols of an adaptive model: equal texts are equal symbols.
private struct TokenSource: Sendable {
    private var model = SurpriseModel()

    mutating func surprise(of text: String) -> Double {
        // FNV-1a (RFC 9923): the same on every machine and in every run.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return model.observe(hash)
    }
}
