/// The nearest neighbours of the points of a delay embedding, by a k-d tree of boxes.
///
/// The tree halves the box of the points along its longest side until a leaf holds eight (Bentley,
/// CACM 1975; Maneewongvatana and Mount 1999 for the midpoint rule). Building costs O(n log n), a
/// query O(log n) on the low-dimensional sets an attractor is. Distances are Euclidean.
struct NeighbourTree {
    let dimension: Int
    let delay: Int
    /// How many points the tree holds: the embedding vectors that start at 0 ..< count.
    let count: Int
    private static let leafSize = 8
    private let series: [Double]
    /// The places of the vectors, leaf by leaf.
    private var order: [Int32]
    private var nodes: [Node] = []
    /// The coordinates of each leaf's points, axis by axis, the eight points side by side.
    private var lanes: [SIMD8<Double>] = []

    private struct Node {
        // The sides come first, in this order, so that they are read as sixteen numbers.
        /// The least and greatest coordinates on the first eight axes.
        var low: SIMD8<Double>
        var high: SIMD8<Double>
        var start: Int32
        var end: Int32
        /// The second child, the first one follows the node; -1 in a leaf.
        var second: Int32
        /// Where a leaf's coordinates begin in `lanes`.
        var lane: Int32
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
        nodes.reserveCapacity(count / 2 + 1)
        lanes.reserveCapacity(count / 4 * dimension)
        if count > 0 { build(0, count, depth: 0) }
    }

    private mutating func build(_ start: Int, _ end: Int, depth: Int) {
        var (low, high) = (SIMD8<Double>(), SIMD8<Double>())
        for axis in 0..<min(dimension, 8) {
            let offset = axis * delay
            (low[axis], high[axis]) = extremes(start, end, offset)
        }
        let index = nodes.count
        nodes.append(
            Node(
                low: low, high: high, start: Int32(start), end: Int32(end), second: -1,
                lane: Int32(lanes.count)))
        if end - start <= Self.leafSize {
            appendLanes(start, end)
            return
        }
        let middle = split(start, end, low, high, depth)
        build(start, middle, depth: depth + 1)
        nodes[index].second = Int32(nodes.count)
        build(middle, end, depth: depth + 1)
    }

    private func extremes(_ start: Int, _ end: Int, _ offset: Int) -> (Double, Double) {
        var (least, most) = (Double.infinity, -Double.infinity)
        unsafe series.withUnsafeBufferPointer { series in
            unsafe order.withUnsafeBufferPointer { order in
                for place in start..<end {
                    let value = unsafe series[Int(order[place]) &+ offset]
                    least = value < least ? value : least
                    most = value > most ? value : most
                }
            }
        }
        return (least, most)
    }

    /// Puts the points below the threshold first; returns where the others start.
    private mutating func part(
        _ start: Int, _ end: Int, _ offset: Int, _ threshold: Double
    ) -> Int {
        var (i, j) = (start, end)
        unsafe series.withUnsafeBufferPointer { series in
            unsafe order.withUnsafeMutableBufferPointer { order in
                while i < j {
                    if unsafe series[Int(order[i]) &+ offset] < threshold {
                        i += 1
                    } else {
                        j -= 1
                        unsafe order.swapAt(i, j)
                    }
                }
            }
        }
        return i
    }

    private mutating func appendLanes(_ start: Int, _ end: Int) {
        for axis in 0..<dimension {
            var lane = SIMD8<Double>(repeating: .infinity)
            for place in start..<end {
                lane[place - start] = series[Int(order[place]) + axis * delay]
            }
            lanes.append(lane)
        }
    }

    /// Parts the points at the middle of the box's longest side, or by count where that would leave
    /// one part nearly empty again and again. Returns where the second part starts.
    private mutating func split(
        _ start: Int, _ end: Int, _ low: SIMD8<Double>, _ high: SIMD8<Double>, _ depth: Int
    ) -> Int {
        let extent = high - low
        var axis = 0
        for other in 1..<8 where extent[other] > extent[axis] { axis = other }
        let offset = axis * delay
        let threshold = low[axis] + 0.5 * extent[axis]
        if depth < 40 {
            let i = part(start, end, offset, threshold)
            if i - start >= 1 && end - i >= 1 { return i }
        }
        order[start..<end].sort {
            (series[Int($0) + offset], $0) < (series[Int($1) + offset], $1)
        }
        return (start + end) / 2
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
        var point = SIMD8<Double>()
        for axis in 0..<min(dimension, 8) { point[axis] = series[index + axis * delay] }
        let query = Query(
            index: index, point: point, limit: limit, window: window, minimum: minimum)
        // The tree is read some hundred times a query: without the bounds checks, whose indices all
        // come from the building, the search is a third faster.
        unsafe nodes.withUnsafeBufferPointer { nodes in
            unsafe lanes.withUnsafeBufferPointer { lanes in
                unsafe withUnsafeBytes(of: query.point) { point in
                    guard let nodes = nodes.baseAddress, let point = point.baseAddress else {
                        return
                    }
                    unsafe descend(
                        query, point.assumingMemoryBound(to: Double.self), nodes, lanes, &search)
                }
            }
        }
    }

    private struct Query {
        let index: Int
        let point: SIMD8<Double>
        let limit: Int
        let window: Int
        let minimum: Double
    }

    @inline(__always)
    @unsafe private func descend(
        _ query: Query, _ point: UnsafePointer<Double>, _ nodes: UnsafePointer<Node>,
        _ lanes: UnsafeBufferPointer<SIMD8<Double>>, _ search: inout Search
    ) {
        search.stack.append((0, 0))
        while let (start, bound) = search.stack.popLast() {
            guard bound < search.reach else { continue }
            var current = Int(start)
            while unsafe nodes[current].second >= 0 {
                var (near, far) = unsafe (current + 1, Int(nodes[current].second))
                var nearBound = unsafe squaredGap(nodes + near, point)
                var farBound = unsafe squaredGap(nodes + far, point)
                if farBound < nearBound {
                    swap(&near, &far)
                    swap(&nearBound, &farBound)
                }
                if farBound < search.reach { search.stack.append((Int32(far), farBound)) }
                current = near
            }
            unsafe scan(nodes[current], query, point, lanes, &search)
        }
    }

    /// The squared distance from a point to a node's box, whose sides are read one by one.
    @inline(__always)
    @unsafe private func squaredGap(
        _ node: UnsafePointer<Node>, _ point: UnsafePointer<Double>
    ) -> Double {
        let low = unsafe UnsafeRawPointer(node).assumingMemoryBound(to: Double.self)
        var sum = 0.0
        for axis in 0..<min(dimension, 8) {
            let below = unsafe low[axis] - point[axis]
            let above = unsafe point[axis] - low[8 + axis]
            let beyond = below > above ? below : above
            let outside = beyond > 0 ? beyond : 0
            sum += outside * outside
        }
        return sum
    }

    @inline(__always)
    @unsafe private func scan(
        _ leaf: borrowing Node, _ query: Query, _ point: UnsafePointer<Double>,
        _ lanes: UnsafeBufferPointer<SIMD8<Double>>, _ search: inout Search
    ) {
        var squares = SIMD8<Double>()
        let lane = Int(leaf.lane)
        for axis in 0..<dimension {
            let coordinate =
                axis < 8 ? unsafe point[axis] : series[query.index + axis * delay]
            let apart = unsafe lanes[lane + axis] - coordinate
            squares += apart * apart
        }
        let start = Int(leaf.start)
        for slot in 0..<(Int(leaf.end) - start) {
            let squared = squares[slot]
            guard squared < search.reach, squared > query.minimum else { continue }
            let candidate = Int(order[start + slot])
            if abs(candidate - query.index) <= query.window { continue }
            insert(Neighbour(index: candidate, squaredDistance: squared), query.limit, &search)
        }
    }

    @inline(__always)
    private func insert(_ neighbour: Neighbour, _ limit: Int, _ search: inout Search) {
        var slot = search.found.count
        if slot < limit { search.found.append(neighbour) } else { slot -= 1 }
        search.reach = unsafe search.found.withUnsafeMutableBufferPointer { found in
            while slot > 0, unsafe found[slot - 1].squaredDistance > neighbour.squaredDistance {
                unsafe found[slot] = found[slot - 1]
                slot -= 1
            }
            unsafe found[slot] = neighbour
            return found.count == limit ? unsafe found[limit - 1].squaredDistance : .infinity
        }
    }
}
