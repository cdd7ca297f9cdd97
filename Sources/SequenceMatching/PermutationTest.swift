/// How unlikely a result is by chance: the permutation test that stands behind every confidence.
///
/// p is the share of seeded permutations that do as well, the observed order counted among them, so
/// it is never zero and valid at every number of permutations (Phipson and Smyth, 2010). Sampling
/// stops once `hitLimit` permutations did as well (Besag and Clifford, Biometrika 1991): results
/// that chance explains cost little.
package struct PermutationTest: Sendable, Equatable {
    package var permutations: Int
    package var hitLimit: Int
    package var seed: UInt64

    package init(permutations: Int = 99, hitLimit: Int = 10, seed: UInt64) {
        precondition(permutations > 0 && hitLimit > 0, "a test takes at least one permutation")
        self.permutations = permutations
        self.hitLimit = hitLimit
        self.seed = seed
    }

    /// One minus p, where `matches` says for each draw whether its permutation did as well.
    func confidence(matches: (inout SplitMix) -> Bool) -> Double {
        var random = SplitMix(seed: seed)
        var hits = 0
        for drawn in 1...permutations {
            if matches(&random) { hits += 1 }
            if hits == hitLimit { return 1 - Double(hits) / Double(drawn) }
        }
        return 1 - Double(hits + 1) / Double(permutations + 1)
    }

    /// One minus p, where p is the share of block-shuffled orders of `series` that are no further
    /// away than `observed`; nil for fewer than four samples.
    ///
    /// Neighbouring samples are alike, so a sixteenth of the series changes places as a whole.
    package func confidence(
        shuffling series: [Double], observed: Double, distance: ([Double]) -> Double
    ) -> Double? {
        guard series.count > 3 else { return nil }
        let size = max(1, series.count / 16)
        var blocks = stride(from: 0, to: series.count, by: size).map {
            $0..<min(series.count, $0 + size)
        }
        var shuffled: [Double] = []
        return confidence { random in
            random.shuffle(&blocks)
            shuffled.removeAll(keepingCapacity: true)
            for block in blocks { shuffled += series[block] }
            return distance(shuffled) <= observed
        }
    }
}
