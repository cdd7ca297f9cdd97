/// Finds where a stream's shape changes, though its mean may not: FLOSS.
///
/// Gharghabi et al. (ICDM 2017, Matrix Profile VIII): every stretch points to the most similar later
/// one; few of these arcs cross a boundary between regimes. The number of arcs over each place,
/// divided by the number that a series without structure would have, is near 0 at a boundary and
/// near 1 elsewhere. O(window) per sample, bounded memory.
package struct RegimeSegmentation: Sendable {
    /// A place between two regimes.
    package struct Boundary: Sendable, Equatable {
        /// The sample where the later regime starts, counted from 0 at the first observed one.
        package var sample: Int
        /// The share of the expected arcs that cross it, 0 … 1; the less, the clearer.
        package var crossing: Double

        package init(sample: Int, crossing: Double) {
            self.sample = sample
            self.crossing = crossing
        }
    }

    /// The samples that are kept.
    package let window: Int
    /// The samples in a stretch, about one period of what repeats.
    package let length: Int
    /// The finite samples that were observed.
    package private(set) var observed = 0
    /// Kept samples from `base` on, and the stretches that start there.
    private var samples: [Double] = []
    private var base = 0
    private var means: [Double] = []
    private var inverseDeviations: [Double] = []
    private var bestCorrelations: [Double] = []
    private var nearest: [Int] = []
    /// The products of the newest stretch with the ones 0, 1, 2 … samples before it.
    private var products: [Double] = []
    private var refreshed = 0

    package init(window: Int = 1000, length: Int = 32) {
        precondition(length >= 2 && window >= 8 * length, "a window holds several stretches")
        self.window = window
        self.length = length
    }

    /// Takes a sample; one that is not finite is passed over.
    package mutating func observe(_ sample: Double) {
        guard sample.isFinite else { return }
        compact()
        samples.append(sample)
        observed += 1
        guard observed >= length else { return }
        let newest = observed - length
        appendStretch(newest)
        let farthest = newest - max(0, observed - window)
        updateProducts(newest, farthest)
        guard farthest >= length else { return }
        for lag in length...farthest {
            let earlier = newest - lag - base
            let correlation = correlation(earlier, newest - base, products[lag])
            if correlation > bestCorrelations[earlier] {
                bestCorrelations[earlier] = correlation
                nearest[earlier] = newest
            }
        }
    }

    /// Drops what left the window, once in as many samples as the window has.
    private mutating func compact() {
        let excess = samples.count - window - length - 1
        guard excess >= window else { return }
        samples.removeFirst(excess)
        means.removeFirst(excess)
        inverseDeviations.removeFirst(excess)
        bestCorrelations.removeFirst(excess)
        nearest.removeFirst(excess)
        base += excess
    }

    private mutating func appendStretch(_ start: Int) {
        let stretch = samples[(start - base)...]
        let moments = Moments(stretch)
        means.append(moments.mean)
        let flat =
            moments.range <= 1e-12 * max(moments.minimum.magnitude, moments.maximum.magnitude)
        inverseDeviations.append(flat ? 0 : 1 / moments.standardDeviation)
        bestCorrelations.append(-.infinity)
        nearest.append(-1)
    }

    /// Moves every product one sample on; one of them in turn is made anew, so that rounding errors
    /// do not add up for ever.
    private mutating func updateProducts(_ newest: Int, _ farthest: Int) {
        let start = newest - base
        for lag in 0..<min(products.count, farthest + 1) {
            let other = start - lag
            products[lag] +=
                samples[start + length - 1] * samples[other + length - 1]
                - samples[start - 1] * samples[other - 1]
        }
        while products.count <= farthest { products.append(product(start, start - products.count)) }
        refreshed = refreshed >= farthest ? 0 : refreshed + 1
        products[refreshed] = product(start, start - refreshed)
    }

    private func product(_ first: Int, _ second: Int) -> Double {
        var sum = 0.0
        for offset in 0..<length { sum += samples[first + offset] * samples[second + offset] }
        return sum
    }

    /// Pearson's correlation; two flat stretches are alike, a flat and a moving one are not.
    private func correlation(_ first: Int, _ second: Int, _ product: Double) -> Double {
        let (a, b) = (inverseDeviations[first], inverseDeviations[second])
        guard a > 0 && b > 0 else { return a == b ? 1 : 0 }
        return (product / Double(length) - means[first] * means[second]) * a * b
    }

    /// The share of the expected arcs over each kept stretch's start, oldest first; 1 near the ends,
    /// where arcs are too few. O(window).
    package var curve: [Double] {
        let oldest = max(0, observed - window)
        let newest = observed - length
        let count = newest - oldest + 1
        guard count > 10 * length else { return [Double](repeating: 1, count: max(0, count)) }
        var steps = [Int](repeating: 0, count: count + 1)
        for start in 0..<count {
            let target = nearest[oldest + start - base]
            guard target >= 0 else { continue }
            steps[start + 1] += 1
            steps[target - oldest] -= 1
        }
        var curve = [Double](repeating: 1, count: count)
        var (arcs, inverses) = (0, 0.0)
        for place in 0..<count {
            arcs += steps[place]
            // The arc of a stretch at least `length` before ends anywhere later with one chance.
            let settled = place - length
            if settled >= 0, count - settled - length > 0 {
                inverses += 1 / Double(count - settled - length)
            }
            let certain = min(place, length - 1)
            let expected = Double(count - place) * inverses + Double(certain)
            if place >= 5 * length, place < count - 5 * length, expected > 0 {
                curve[place] = min(1, Double(arcs) / expected)
            }
        }
        return curve
    }

    /// The clearest boundary in the window; nil when no place is crossed by fewer than `limit` times
    /// the arcs that cross the middle one of all places.
    package func boundary(limit: Double = 0.4) -> Boundary? {
        let curve = curve
        let inner = curve.indices.dropFirst(5 * length).dropLast(5 * length)
        guard let place = inner.min(by: { curve[$0] < curve[$1] }) else { return nil }
        let middle = inner.map { curve[$0] }.sorted()[inner.count / 2]
        guard curve[place] < limit * middle else { return nil }
        return Boundary(sample: max(0, observed - window) + place, crossing: curve[place])
    }
}
