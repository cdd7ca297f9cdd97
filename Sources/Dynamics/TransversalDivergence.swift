/// The divergence of neighbouring orbits across the flow.
///
/// Rosenstein's method (Rosenstein, Collins and De Luca, Physica D 65, 1993) follows each state and
/// its nearest neighbour. In a sampled flow most of their distance lies along the orbit, where
/// nothing grows, and hides the growth across it. Here the neighbour's orbit is a line through its
/// samples, and the distance to that line is followed, sliding along it as the two fall out of
/// step. In a map (`sliding` false) the distance is the plain one.
struct TransversalDivergence {
    private let series: [Double]
    private let delay: Int
    private let end: Int
    private let last: Int
    private let sliding: Bool
    /// The states that have a neighbour and that neighbour, in order of time.
    private var pairs: [(state: Int32, neighbour: Int32)] = []

    /// Pairs every `stride`-th state with its nearest neighbour, among those whose future is at
    /// least `horizon` samples long.
    init(
        _ series: [Double], dimension: Int, delay: Int, theilerWindow: Int, horizon: Int,
        stride: Int, sliding: Bool
    ) {
        self.series = series
        self.delay = delay
        self.sliding = sliding
        end = (dimension - 1) * delay
        last = series.count - end - 2
        let count = series.count - end - 2 - horizon
        guard count > 2 * theilerWindow + 2 else { return }
        let tree = NeighbourTree(series, dimension: dimension, delay: delay, count: count)
        let floor = 1e-24 * Moments(series).variance
        var search = NeighbourTree.Search()
        var state = 1
        while state < count {
            tree.nearest(
                to: state, limit: 1, window: theilerWindow, minimum: floor, &search)
            if let nearest = search.found.first {
                pairs.append((Int32(state), Int32(nearest.index)))
            }
            state += stride
        }
    }

    var count: Int { pairs.count }

    /// The mean logarithm of the distance at `times`, for each of `blocks` stretches of the orbit
    /// and every `thinning`-th pair. O(pairs · times · dimension).
    func curves(times: [Int], blocks: Int, thinning: Int = 1) -> [[Double]] {
        var sums = [[Double]](
            repeating: [Double](repeating: 0, count: times.count), count: blocks)
        var counts = [[Int]](repeating: [Int](repeating: 0, count: times.count), count: blocks)
        for place in stride(from: 0, to: pairs.count, by: thinning) {
            let block = place * blocks / pairs.count
            let here = Int(pairs[place].state)
            var lead = Int(pairs[place].neighbour) - here
            for (slot, time) in times.enumerated() {
                let squared = distance(here + time, &lead)
                if squared > 0 {
                    sums[block][slot] += 0.5 * Mathematics.log(squared)
                    counts[block][slot] += 1
                }
            }
        }
        return (0..<blocks).map { block in
            zip(sums[block], counts[block]).map { $1 > 0 ? $0 / Double($1) : .nan }
        }
    }

    /// The mean logarithm of the distance between states that have nothing to do with each other.
    func saturation() -> Double? {
        guard pairs.count > 4 else { return nil }
        var random = RandomSource(seed: 0x5A7)
        var (sum, count) = (0.0, 0)
        for _ in 0..<400 {
            let here = 1 + random.index(below: max(1, last - 1))
            var lead = 1 + random.index(below: max(1, last - 1)) - here
            let squared = distance(here, &lead)
            if squared > 0 {
                sum += 0.5 * Mathematics.log(squared)
                count += 1
            }
        }
        return count > 0 ? sum / Double(count) : nil
    }

    /// The squared distance from the state at `here` to the orbit around `here + lead`; `lead`
    /// moves to the sample that is next to the foot of the perpendicular.
    @inline(__always)
    private func distance(_ here: Int, _ lead: inout Int) -> Double {
        var best = Double.infinity
        for _ in 0..<6 {
            let there = min(max(here + lead, 1), last)
            var (squared, along, speed) = (0.0, 0.0, 0.0)
            var axis = 0
            while axis <= end {
                let (a, b) = (there + axis, here + axis)
                let apart = series[a] - series[b]
                squared += apart * apart
                if sliding {
                    let pace =
                        0.25 * (series[b + 1] - series[b - 1] + series[a + 1] - series[a - 1])
                    along += apart * pace
                    speed += pace * pace
                }
                axis += delay
            }
            guard speed > 0 else { return min(best, squared) }
            let shift = along / speed
            let inside = max(-1, min(1, shift))
            let across = squared - 2 * inside * along + inside * inside * speed
            if across >= best { break }
            best = across
            if shift.magnitude <= 0.5 { break }
            lead -= shift > 0 ? 1 : -1
        }
        return best
    }
}
