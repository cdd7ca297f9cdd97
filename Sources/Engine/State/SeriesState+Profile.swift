import SequenceMatching
package import Timeline

/// Where a sample of a series came from.
package struct SamplePlace: Sendable, Equatable {
    package var sequence: UInt64
    package var time: Instant

    package init(sequence: UInt64, time: Instant) {
        self.sequence = sequence
        self.time = time
    }
}

/// A stretch of a series and the one that is most like it, with their places in the log.
package struct SeriesMotif: Sendable, Equatable {
    package var first: SamplePlace
    package var other: SamplePlace
    /// Samples of each.
    package var length: Int
    /// The z-normalised Euclidean distance.
    package var distance: Double

    package init(first: SamplePlace, other: SamplePlace, length: Int, distance: Double) {
        self.first = first
        self.other = other
        self.length = length
        self.distance = distance
    }
}

extension SeriesState {
    /// Samples of the stretches that the matrix profile compares.
    package static let motifLength = 16
    /// How many stretches back the profile looks.
    package static let profileHistory = 512

    mutating func note(_ sample: Double, at moment: Moment) {
        places.append(SamplePlace(sequence: moment.sequence, time: moment.time))
        _ = profile.observe(sample)
    }

    /// The two stretches of the history that are most alike.
    package var motif: SeriesMotif? {
        guard var motif = profile.motif().flatMap(located) else { return nil }
        if motif.other.sequence < motif.first.sequence { swap(&motif.first, &motif.other) }
        return motif
    }

    /// The stretch of the history whose nearest neighbour is furthest away.
    package var discord: SeriesMotif? { profile.discord().flatMap(located) }

    private func located(_ entry: ProfileEntry) -> SeriesMotif? {
        guard let neighbour = entry.neighbour,
            let first = places.position(ofNumber: entry.start),
            let other = places.position(ofNumber: neighbour)
        else { return nil }
        return SeriesMotif(
            first: places[first], other: places[other], length: profile.length,
            distance: entry.distance)
    }
}
