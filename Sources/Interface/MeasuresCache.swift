import Dynamics
import Engine
import Timeline

/// The measures of the series that was looked at last; they cost more than a frame, so they are
/// made once for each assessment.
struct MeasuresCache: Sendable {
    private struct Key: Equatable {
        var session: SourceID
        var kind: SeriesKind
        var assessedAt: UInt64
        var assessment: Assessment
    }

    private var key: Key?
    private var measures: AttractorMeasures?

    /// Nil until the series has enough samples for any statement.
    mutating func measures(of series: SeriesState, session: SourceID) -> AttractorMeasures? {
        let space = series.phaseSpace
        guard space.assessment.missing == 0 else { return nil }
        let wanted = Key(
            session: session, kind: series.kind, assessedAt: space.assessedAt,
            assessment: space.assessment)
        if key != wanted {
            key = wanted
            measures = AttractorMeasures(space.assessedSamples, space.assessment)
        }
        return measures
    }
}
