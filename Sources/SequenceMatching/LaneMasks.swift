/// The masks of a batch: for each block of sequences and each symbol, one lane per sequence.
///
/// A block is eight registers of any machine: as many chains of steps that do not wait for each other
/// as keep the units busy.
struct LaneMasks<Lane: BatchLane>: Sendable {
    private let count: Int
    private let blocks: Int
    private let rows: Int
    private var rowOf: [Int32]
    /// The registers for each block and row.
    private var masks: [SIMD2<UInt64>]
    /// The bits of each block that stand for a symbol.
    private var used: [InlineArray<8, SIMD2<UInt64>>]

    @inline(__always) private static var registers: Int { 8 }
    /// Sequences in a block.
    @inline(__always) private static var width: Int { Self.registers * 128 / Lane.bitWidth }

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
        masks = [SIMD2<UInt64>](repeating: .zero, count: blocks * rows * Self.registers)
        used = Array(repeating: InlineArray(repeating: .zero), count: blocks)
        for (index, sequence) in sequences.enumerated() {
            let (block, lane) = index.quotientAndRemainder(dividingBy: Self.width)
            for (place, id) in sequence.enumerated() {
                let bit = lane * Lane.bitWidth + place
                let row = block * rows + Int(rowOf[Int(id)])
                let (register, word) = (bit >> 7, bit >> 6 & 1)
                masks[row * Self.registers + register][word] |= 1 &<< UInt64(bit & 63)
                used[block][register][word] |= 1 &<< UInt64(bit & 63)
            }
        }
    }

    private func rowsOfQuery(_ query: [Int32]) -> [Int32] {
        query.map { $0 >= 0 && Int($0) < rowOf.count ? rowOf[Int($0)] : 0 }
    }
}

extension LaneMasks {
    private typealias Register = SIMD2<UInt64>
    private typealias LaneBlock = InlineArray<8, SIMD2<UInt64>>

    /// Hyyrö's recurrence for the LCS length.
    func lcsLengths(_ query: [Int32]) -> [Int] {
        unsafe forEachBlock(query) { rows, masks, used in
            var state = LaneBlock(repeating: Register(repeating: .max))
            for place in 0..<rows.count {
                let mask = unsafe masks + Int(rows[place]) &* Self.registers
                for index in 0..<Self.registers {
                    let (old, mask) = unsafe (state[index], mask[index])
                    state[index] = Lane.sum(old, old & mask) | (old & ~mask)
                }
            }
            for index in 0..<Self.registers {
                state[index] = Lane.ones(~state[index] & used[index])
            }
            return state
        }
    }

    /// Myers' recurrence.
    func levenshteinDistances(_ query: [Int32], _ lengths: [Int]) -> [Int] {
        var distances = unsafe forEachBlock(query) { rows, masks, used in
            var rises = LaneBlock(repeating: Register(repeating: .max))
            var falls = LaneBlock(repeating: .zero)
            for place in 0..<rows.count {
                let mask = unsafe masks + Int(rows[place]) &* Self.registers
                for index in 0..<Self.registers {
                    unsafe Self.edit(&rises[index], &falls[index], mask[index])
                }
            }
            for index in 0..<Self.registers {
                rises[index] = Lane.ones(rises[index] & used[index], used[index] & ~falls[index])
            }
            return rises
        }
        // What does not fall was counted, instead of what falls.
        for place in distances.indices { distances[place] += query.count - lengths[place] }
        return distances
    }

    /// A step in thirteen operations: the horizontal rises are kept as their complement, into
    /// which a shift lets the rise of the top row by itself.
    @inline(__always)
    private static func edit(_ rises: inout Register, _ falls: inout Register, _ mask: Register) {
        let sum = Lane.sum(mask & rises, rises)
        let level = mask | falls
        let left = rises & ~(sum & ~mask)
        let noRise = ~falls & (sum | (rises | mask))
        let noRiseAbove = Lane.sum(noRise, noRise)
        rises = Lane.sum(left, left) | (noRiseAbove & ~level)
        falls = level & ~noRiseAbove
    }

    /// The number that `body` makes of each lane, in its lowest byte; it gets the query's rows, the
    /// registers of a block's first row, and the bits in use.
    @inline(__always)
    @unsafe private func forEachBlock(
        _ query: [Int32],
        _ body: (UnsafeBufferPointer<Int32>, UnsafePointer<Register>, LaneBlock) -> LaneBlock
    ) -> [Int] {
        let queryRows = rowsOfQuery(query)
        var result = [Int](repeating: 0, count: count)
        unsafe queryRows.withUnsafeBufferPointer { queryRows in
            unsafe masks.withUnsafeBufferPointer { masks in
                guard let first = masks.baseAddress else { return }
                for block in 0..<blocks {
                    let numbers = unsafe body(
                        queryRows, first + block * rows * Self.registers, used[block])
                    unsafe withUnsafeBytes(of: numbers) { bytes in
                        let start = block * Self.width
                        for lane in 0..<min(Self.width, count - start) {
                            result[start + lane] = Int(unsafe bytes[lane * (Lane.bitWidth / 8)])
                        }
                    }
                }
            }
        }
        return result
    }
}
