/// The nearest neighbours of the points of a delay embedding, by a k-d tree.
///
/// The tree halves the points along the coordinate of the greatest extent until a leaf holds few of
/// them (Bentley, CACM 1975; Friedman, Bentley and Finkel, TOMS 1977). Building costs O(n log n),
/// a query O(log n) on the low-dimensional sets an attractor is. Distances are Euclidean.
struct NeighbourTree {
    let dimension: Int
    let delay: Int
    /// How many points the tree holds: the embedding vectors that start at 0 ..< count.
    let count: Int
    private static let leafSize = 8
    private let series: [Double]
    /// The points' coordinates in the order of the leaves.
    private var coordinates: [Double]
    private var order: [Int32]
    private var nodes: [Node] = []

    private struct Node {
        var start: Int32
        var end: Int32
        /// The coordinate that is split; -1 in a leaf.
        var axis: Int32
        var threshold: Double
        /// The second child; the first one follows the node.
        var second: Int32
    }

    /// Holds the vectors (s[i], s[i + delay], …) that start at 0 ..< count.
    init(_ series: [Double], dimension: Int, delay: Int, count: Int) {
        precondition(
            count >= 0 && (count == 0 || count + (dimension - 1) * delay <= series.count),
            "every vector must lie within the series")
        self.series = series
        self.dimension = dimension
        self.delay = delay
        self.count = count
        order = (0..<count).map { Int32(truncatingIfNeeded: $0) }
        coordinates = []
        if count > 0 { build(0, count) }
        coordinates.reserveCapacity(count * dimension)
        for start in order {
            for axis in 0..<dimension { coordinates.append(series[Int(start) + axis * delay]) }
        }
    }

    private mutating func build(_ start: Int, _ end: Int) {
        let (axis, extent) = widestAxis(start, end)
        let index = nodes.count
        nodes.append(
            Node(start: Int32(start), end: Int32(end), axis: -1, threshold: 0, second: -1))
        guard end - start > Self.leafSize, extent > 0 else { return }
        let middle = (start + end) / 2
        let offset = axis * delay
        select(start, end, middle, offset)
        nodes[index].axis = Int32(axis)
        nodes[index].threshold = series[Int(order[middle]) + offset]
        build(start, middle)
        nodes[index].second = Int32(nodes.count)
        build(middle, end)
    }

    private func widestAxis(_ start: Int, _ end: Int) -> (axis: Int, extent: Double) {
        var best = (axis: 0, extent: -1.0)
        for axis in 0..<dimension {
            var (low, high) = (Double.infinity, -Double.infinity)
            for place in start..<end {
                let value = series[Int(order[place]) + axis * delay]
                low = min(low, value)
                high = max(high, value)
            }
            if high - low > best.extent { best = (axis, high - low) }
        }
        return best
    }

    /// Puts the element of rank `middle` in its place, smaller ones before it (Hoare's select).
    private mutating func select(_ start: Int, _ end: Int, _ middle: Int, _ offset: Int) {
        var (low, high) = (start, end - 1)
        while low < high {
            let pivot = series[Int(order[(low + high) / 2]) + offset]
            var (i, j) = (low, high)
            while i <= j {
                while series[Int(order[i]) + offset] < pivot { i += 1 }
                while series[Int(order[j]) + offset] > pivot { j -= 1 }
                if i <= j {
                    order.swapAt(i, j)
                    i += 1
                    j -= 1
                }
            }
            if middle <= j { high = j } else if middle >= i { low = i } else { return }
        }
    }

    /// A neighbour's place in the series and its squared distance.
    struct Neighbour {
        var index: Int
        var squaredDistance: Double
    }

    /// The answer of a query and the working space that queries share.
    struct Search {
        /// Nearest first.
        fileprivate(set) var found: [Neighbour] = []
        fileprivate var stack: [(node: Int32, bound: Double)] = []
        fileprivate var reach = Double.infinity
    }

    /// Finds the `limit` nearest vectors to the one that starts at `index`.
    ///
    /// Those within `window` samples of it along the orbit, and those not farther than `minimum`
    /// in squared distance, do not count.
    func nearest(
        to index: Int, limit: Int, window: Int, minimum: Double = -1, _ search: inout Search
    ) {
        search.found.removeAll(keepingCapacity: true)
        search.stack.removeAll(keepingCapacity: true)
        search.reach = .infinity
        guard count > 0 else { return }
        search.stack.append((0, 0))
        while let (start, bound) = search.stack.popLast() {
            guard bound < search.reach else { continue }
            var current = Int(start)
            while nodes[current].axis >= 0 {
                let node = nodes[current]
                let difference = series[index + Int(node.axis) * delay] - node.threshold
                let far = difference * difference
                if difference < 0 {
                    if far < search.reach { search.stack.append((node.second, far)) }
                    current += 1
                } else {
                    if far < search.reach { search.stack.append((Int32(current + 1), far)) }
                    current = Int(node.second)
                }
            }
            scan(nodes[current], index, limit, window, minimum, &search)
        }
    }

    private func scan(
        _ leaf: Node, _ index: Int, _ limit: Int, _ window: Int, _ minimum: Double,
        _ search: inout Search
    ) {
        for place in Int(leaf.start)..<Int(leaf.end) {
            let candidate = Int(order[place])
            if abs(candidate - index) <= window { continue }
            var squared = 0.0
            let base = place * dimension
            for axis in 0..<dimension {
                let difference = series[index + axis * delay] - coordinates[base + axis]
                squared += difference * difference
            }
            guard squared < search.reach, squared > minimum else { continue }
            let neighbour = Neighbour(index: candidate, squaredDistance: squared)
            var slot = search.found.count
            if slot < limit { search.found.append(neighbour) } else { slot -= 1 }
            while slot > 0, search.found[slot - 1].squaredDistance > squared {
                search.found[slot] = search.found[slot - 1]
                slot -= 1
            }
            search.found[slot] = neighbour
            if search.found.count == limit {
                search.reach = search.found[limit - 1].squaredDistance
            }
        }
    }
}
