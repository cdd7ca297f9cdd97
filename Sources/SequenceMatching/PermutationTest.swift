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
}
