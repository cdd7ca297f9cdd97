import Dynamics
import SequenceMatching

/// A stretch of a series and the one that is most like it, with their places in the log.
package struct SeriesMotif: Sendable, Equatable {
    package var first: SeriesState.Stamp
    package var other: SeriesState.Stamp
    /// Samples of each.
    package var length: Int
    /// The z-normalised Euclidean distance.
    package var distance: Double

    package init(
        first: SeriesState.Stamp, other: SeriesState.Stamp, length: Int, distance: Double
    ) {
        self.first = first
        self.other = other
        self.length = length
        self.distance = distance
    }
}

/// Which stretches of a series' last samples recur, and which is unusual: its matrix profile.
///
/// Computed when somebody looks, from the samples that are kept anyway: less than a millisecond,
/// against a microsecond for every sample of every series that nobody looks at.
package struct SeriesProfile: Sendable, Equatable {
    /// Samples of the stretches that are compared.
    package static let length = 16
    /// How many stretches back are looked at.
    package static let history = 512

    /// Of each stretch to the one most like it, oldest first; infinite where there is none yet.
    package var distances: [Double]
    /// The two stretches that are most alike.
    package var motif: SeriesMotif?
    /// The stretch whose nearest neighbour is furthest away.
    package var discord: SeriesMotif?

    package init(of series: SeriesState) {
        let samples = series.phaseSpace.samples.suffix(Self.history + Self.length)
        var stream = MatrixProfileStream(length: Self.length, history: Self.history)
        for sample in samples { _ = stream.observe(sample) }
        distances = stream.profile().map(\.distance)
        let missing = max(0, samples.count - series.stamps.count)
        let stamps = Array(series.stamps.suffix(samples.count))
        func located(_ entry: ProfileEntry) -> SeriesMotif? {
            guard let neighbour = entry.neighbour, entry.start >= missing, neighbour >= missing
            else { return nil }
            let (a, b) = (stamps[entry.start - missing], stamps[neighbour - missing])
            return SeriesMotif(first: a, other: b, length: Self.length, distance: entry.distance)
        }
        motif = stream.motif().flatMap(located)
        if let found = motif, found.other.sequence < found.first.sequence {
            motif = SeriesMotif(
                first: found.other, other: found.first, length: found.length,
                distance: found.distance)
        }
        discord = stream.discord().flatMap(located)
    }
}
