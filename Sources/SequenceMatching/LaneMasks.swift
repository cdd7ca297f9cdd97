/// The masks of a batch: for each block of sequences and each symbol, one lane per sequence.
///
/// A block is 64 bytes, so that a block's state fits the registers of any machine; the lanes are
/// plain loops over a fixed count, which the compiler turns into vector code.
struct LaneMasks<Lane: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
    private let count: Int
    private let blocks: Int
    private let rows: Int
    private var rowOf: [Int32]
    private var masks: [Lane]

    /// Sequences in a block.
    @inline(__always) private static var width: Int { 512 / Lane.bitWidth }

    init(_ sequences: [[Int32]]) {
        count = sequences.count
        blocks = (sequences.count + Self.width - 1) / Self.width
        let largest = sequences.reduce(Int32(-1)) { max($0, $1.max() ?? -1) }
        rowOf = [Int32](repeating: 0, count: Int(largest) + 1)
        var rows = 1
        for id in sequences.joined() {
            precondition(id >= 0, "ids of symbols are dense and not negative")
            if rowOf[Int(id)] == 0 {
                rowOf[Int(id)] = Int32(rows)
                rows += 1
            }
        }
        self.rows = rows
        masks = [Lane](repeating: 0, count: blocks * rows * Self.width)
        for (index, sequence) in sequences.enumerated() {
            let (block, lane) = index.quotientAndRemainder(dividingBy: Self.width)
            for (place, id) in sequence.enumerated() {
                let row = block * rows + Int(rowOf[Int(id)])
                masks[row * Self.width + lane] |= 1 &<< Lane(truncatingIfNeeded: place)
            }
        }
    }

    private func rowsOfQuery(_ query: [Int32]) -> [Int32] {
        query.map { $0 >= 0 && Int($0) < rowOf.count ? rowOf[Int($0)] : 0 }
    }
}

extension LaneMasks {
    @inline(__always)
    func lcsLengths(_ query: [Int32], _ lengths: [Int]) -> [Int] {
        let queryRows = rowsOfQuery(query)
        var result = [Int](repeating: 0, count: count)
        let width = Self.width
        unsafe masks.withUnsafeBufferPointer { masks in
            unsafe withUnsafeTemporaryAllocation(of: Lane.self, capacity: width) { state in
                for block in 0..<blocks {
                    for lane in 0..<width { unsafe state[lane] = Lane.max }
                    for row in queryRows {
                        let base = (block * rows + Int(row)) * width
                        for lane in 0..<width {
                            let old = unsafe state[lane]
                            let common = unsafe old & masks[base &+ lane]
                            unsafe state[lane] = (old &+ common) | (old &- common)
                        }
                    }
                    for lane in 0..<min(width, count - block * width) {
                        let used = lowest(lengths[block * width + lane])
                        result[block * width + lane] = unsafe (~state[lane] & used).nonzeroBitCount
                    }
                }
            }
        }
        return result
    }

    @inline(__always)
    func levenshteinDistances(_ query: [Int32], _ lengths: [Int]) -> [Int] {
        let queryRows = rowsOfQuery(query)
        var result = [Int](repeating: 0, count: count)
        let width = Self.width
        unsafe masks.withUnsafeBufferPointer { masks in
            unsafe withUnsafeTemporaryAllocation(of: Lane.self, capacity: 2 * width) { state in
                let rises = unsafe UnsafeMutableBufferPointer(rebasing: state[..<width])
                let falls = unsafe UnsafeMutableBufferPointer(rebasing: state[width...])
                for block in 0..<blocks {
                    for lane in 0..<width {
                        unsafe rises[lane] = Lane.max
                        unsafe falls[lane] = 0
                    }
                    for row in queryRows {
                        let base = (block * rows + Int(row)) * width
                        for lane in 0..<width {
                            let (rise, fall) = unsafe (rises[lane], falls[lane])
                            let mask = unsafe masks[base &+ lane]
                            let level = (((mask & rise) &+ rise) ^ rise) | mask | fall
                            let rightward = ((fall | ~(level | rise)) &<< 1) | 1
                            unsafe rises[lane] = ((rise & level) &<< 1) | ~(level | rightward)
                            unsafe falls[lane] = rightward & level
                        }
                    }
                    for lane in 0..<min(width, count - block * width) {
                        let place = block * width + lane
                        let used = lowest(lengths[place])
                        result[place] =
                            unsafe query.count
                            + (rises[lane] & used).nonzeroBitCount
                            - (falls[lane] & used).nonzeroBitCount
                    }
                }
            }
        }
        return result
    }

    private func lowest(_ bits: Int) -> Lane {
        bits >= Lane.bitWidth ? Lane.max : (1 &<< Lane(truncatingIfNeeded: bits)) &- 1
    }
}
