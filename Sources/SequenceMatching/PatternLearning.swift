// Patterns from marked stretches of a session: the most central example becomes the pattern, and
// the tolerance is the least that still finds all examples.

extension Pattern {
    /// A pattern from one or more examples, or nil when there is none with a symbol in it. One
    /// example alone gives an exact pattern. O(examples² · length²/64).
    package static func learned(
        name: String, kind: Kind, from examples: [[[UInt8]]]
    ) -> Pattern? {
        let usable = examples.filter { !$0.isEmpty }
        var interner = Interner()
        let sequences = usable.map { example in example.map { interner.id(of: $0) } }
        var comparer = SequenceComparer()
        guard
            let (centre, reach) = mostCentral(
                sequences.count,
                distance: { one, other in
                    Double(comparer.levenshteinDistance(sequences[one], sequences[other]))
                })
        else { return nil }
        return Pattern(
            name: name, kind: kind, symbols: usable[centre],
            tolerance: min(Int(reach), usable[centre].count - 1))
    }
}

extension SeriesPattern {
    /// A pattern from one or more examples, or nil when none is finite and longer than one sample.
    /// One example alone gives the tolerance `least`, which is also the smallest otherwise. Examples
    /// are compared by warping without a band, by shape after z-normalisation.
    package static func learned(
        name: String, series: String? = nil, comparison: Comparison, from examples: [[Double]],
        least: Double
    ) -> SeriesPattern? {
        let usable = examples.filter { $0.count > 1 && allFinite($0) }
        var normalised = usable
        if comparison != .byValue { normalised = usable.map(zNormalised) }
        guard
            let (centre, _) = mostCentral(
                normalised.count,
                distance: { one, other in
                    DynamicTimeWarping().pathCost(normalised[one], normalised[other])
                })
        else { return nil }
        let count = Double(usable[centre].count)
        let reach = normalised.indices.reduce(0.0) {
            max($0, DynamicTimeWarping().pathCost(normalised[centre], normalised[$1]))
        }
        return SeriesPattern(
            name: name, series: series, samples: usable[centre], comparison: comparison,
            tolerance: max(least, (reach / count).squareRoot()))
    }
}

/// The example with the least sum of distances to the others, and its greatest distance to one.
private func mostCentral(
    _ count: Int, distance: (Int, Int) -> Double
) -> (centre: Int, reach: Double)? {
    var best: (centre: Int, reach: Double, sum: Double)?
    for one in 0..<count {
        var (reach, sum) = (0.0, 0.0)
        for other in 0..<count where other != one {
            let apart = distance(one, other)
            reach = max(reach, apart)
            sum += apart
        }
        if sum < best?.sum ?? .infinity { best = (one, reach, sum) }
    }
    return best.map { ($0.centre, $0.reach) }
}
