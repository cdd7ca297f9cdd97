/// A sequence of dense ids prepared for bit-parallel comparison with many others.
///
/// Holds, for each distinct symbol, the mask of its places. Rows are cut into groups of one or two
/// machine words; a group runs over the whole text before the next one, so its state stays in
/// registers and only what crosses the border is kept, one byte a column. Preparing is O(m) and
/// reuses all memory; a comparison is O(n · m/128) steps.
package struct PreparedSequence: Sendable {
    /// The sequence that was prepared.
    package private(set) var symbols: [Int32] = []
    /// The row of masks of each id; 0, the empty row, for ids that do not occur.
    private var rowOf: [Int32] = []
    private var rowCount = 1
    private var masks: [UInt64] = []
    /// While the ids are small and the sequence one group: the masks of each id, two words wide, with
    /// the empty row first. All zero but for the prepared sequence's ids.
    private var smallMasks: [UInt64] = []
    private var isSmall = false
    private var textRows: [Int32] = []
    private var borders: [UInt8] = []

    package init() {}

    package init(_ symbols: [Int32]) { prepare(symbols) }

    package var count: Int { symbols.count }

    /// Bits in a group: 64 for up to 64 symbols, else 128.
    var groupBits: Int { symbols.count <= 64 ? 64 : 128 }
    /// Ids below this are looked up without rows of their own.
    private static let smallIds = 512
    var groupCount: Int { (symbols.count + groupBits - 1) / groupBits }
    /// How many bits of the last group belong to the sequence.
    var tailBits: Int { symbols.count - (groupCount - 1) * groupBits }

    /// Replaces the prepared sequence; ids must be dense and not negative.
    package mutating func prepare(_ sequence: [Int32]) {
        if isSmall { clearSmall() } else { clearRows() }
        symbols = sequence
        isSmall = groupCount == 1 && hasSmallIds
        if isSmall {
            fillSmall()
        } else if groupCount > 1 {
            admitIds()
            countRows()
            reserve(groupCount * rowCount * 2)
            fillGroups()
        } else {
            reserve((symbols.count + 1) * (groupBits / 64))
            if !fillOnlyGroup() {
                admitIds()
                _ = fillOnlyGroup()
            }
        }
    }

    private mutating func clearRows() {
        unsafe rowOf.withUnsafeMutableBufferPointer { rowOf in
            unsafe symbols.withUnsafeBufferPointer { symbols in
                for place in 0..<symbols.count { unsafe rowOf[Int(symbols[place])] = 0 }
            }
        }
    }

    private mutating func clearSmall() {
        unsafe smallMasks.withUnsafeMutableBufferPointer { masks in
            unsafe symbols.withUnsafeBufferPointer { symbols in
                for place in 0..<symbols.count {
                    let row = Int(unsafe symbols[place]) &* 2 &+ 2
                    unsafe masks[row] = 0
                    unsafe masks[row &+ 1] = 0
                }
            }
        }
    }

    private var hasSmallIds: Bool {
        var bits: UInt32 = 0
        unsafe symbols.withUnsafeBufferPointer { symbols in
            for place in 0..<symbols.count {
                bits |= UInt32(bitPattern: unsafe symbols[place])
            }
        }
        return bits < UInt32(Self.smallIds)
    }

    private mutating func fillSmall() {
        if smallMasks.isEmpty {
            smallMasks = [UInt64](repeating: 0, count: 2 * Self.smallIds + 2)
        }
        let lower = min(symbols.count, 64)
        unsafe smallMasks.withUnsafeMutableBufferPointer { masks in
            unsafe symbols.withUnsafeBufferPointer { symbols in
                var bit: UInt64 = 1
                for place in 0..<lower {
                    unsafe masks[Int(symbols[place]) &* 2 &+ 2] |= bit
                    bit = bit &<< 1
                }
                bit = 1
                for place in lower..<symbols.count {
                    unsafe masks[Int(symbols[place]) &* 2 &+ 3] |= bit
                    bit = bit &<< 1
                }
            }
        }
    }

    private mutating func reserve(_ words: Int) {
        if masks.count < words { masks = [UInt64](repeating: 0, count: words) }
    }

    /// Makes room for the rows of all ids.
    private mutating func admitIds() {
        // Negative ids are the largest unsigned ones.
        var largest: UInt32 = 0
        unsafe symbols.withUnsafeBufferPointer { symbols in
            for place in 0..<symbols.count {
                largest = max(largest, UInt32(bitPattern: unsafe symbols[place]))
            }
        }
        precondition(largest <= UInt32(Int32.max), "ids of symbols are dense and not negative")
        if Int(largest) >= rowOf.count {
            rowOf.append(contentsOf: repeatElement(0, count: Int(largest) + 1 - rowOf.count))
        }
    }

    /// Gives each distinct symbol its row: groups lie behind one another, row count apart.
    private mutating func countRows() {
        rowCount = 1
        unsafe rowOf.withUnsafeMutableBufferPointer { rowOf in
            for id in symbols where unsafe rowOf[Int(id)] == 0 {
                unsafe rowOf[Int(id)] = Int32(rowCount)
                rowCount += 1
            }
        }
    }

    private mutating func fillGroups() {
        let stride = rowCount * 2
        let needed = groupCount * stride
        unsafe masks.withUnsafeMutableBufferPointer { masks in
            unsafe masks[..<needed].update(repeating: 0)
            unsafe rowOf.withUnsafeBufferPointer { rowOf in
                for place in symbols.indices {
                    let word = place >> 6
                    let row = Int(unsafe rowOf[Int(symbols[place])])
                    unsafe masks[(word >> 1) * stride + row * 2 + (word & 1)] |=
                        1 &<< UInt64(place & 63)
                }
            }
        }
    }

    /// Rows and masks in one pass, without branches: a new symbol's masks are cleared on the way.
    /// false, and nothing done, when an id has no room yet.
    private mutating func fillOnlyGroup() -> Bool {
        let isWide = groupBits == 128
        let known = UInt32(rowOf.count)
        var rows = 1
        var filled = 0
        unsafe symbols.withUnsafeBufferPointer { symbols in
            unsafe masks.withUnsafeMutableBufferPointer { masks in
                unsafe rowOf.withUnsafeMutableBufferPointer { rowOf in
                    unsafe masks[0] = 0
                    if isWide { unsafe masks[1] = 0 }
                    while filled < symbols.count {
                        let id = UInt32(bitPattern: unsafe symbols[filled])
                        if id >= known { break }
                        let old = Int(unsafe rowOf[Int(id)])
                        let isFresh = old == 0
                        let row = isFresh ? rows : old
                        let keep: UInt64 = isFresh ? 0 : .max
                        rows &+= isFresh ? 1 : 0
                        unsafe rowOf[Int(id)] = Int32(truncatingIfNeeded: row)
                        let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: filled & 63)
                        if isWide {
                            let (low, high) = (row &* 2, row &* 2 &+ 1)
                            unsafe masks[low] = masks[low] & keep | (filled < 64 ? bit : 0)
                            unsafe masks[high] = masks[high] & keep | (filled < 64 ? 0 : bit)
                        } else {
                            unsafe masks[row] = masks[row] & keep | bit
                        }
                        filled &+= 1
                    }
                    if filled < symbols.count {
                        for place in 0..<filled { unsafe rowOf[Int(symbols[place])] = 0 }
                    }
                }
            }
        }
        rowCount = rows
        return filled == symbols.count
    }

    /// The row of masks of `id`; the empty one for ids that do not occur.
    func row(of id: Int32) -> Int {
        if isSmall { return id >= 0 && id < Self.smallIds ? Int(id) + 1 : 0 }
        return id >= 0 && Int(id) < rowOf.count ? Int(rowOf[Int(id)]) : 0
    }

    /// The places of a row's symbol among the 64 of `word`.
    func mask(_ word: Int, row: Int) -> UInt64 {
        if isSmall { return smallMasks[row * 2 + word] }
        if groupBits == 64 { return masks[row] }
        return masks[(word >> 1) * rowCount * 2 + row * 2 + (word & 1)]
    }

    /// Looks each symbol of the text up once.
    private mutating func mapText(_ text: [Int32]) {
        if textRows.count < text.count {
            textRows = [Int32](repeating: 0, count: text.count)
            borders = [UInt8](repeating: 0, count: text.count)
        }
        if isSmall { return mapSmall(text) }
        let known = UInt32(rowOf.count)
        unsafe textRows.withUnsafeMutableBufferPointer { rows in
            unsafe rowOf.withUnsafeBufferPointer { rowOf in
                unsafe text.withUnsafeBufferPointer { text in
                    for place in 0..<text.count {
                        let id = UInt32(bitPattern: unsafe text[place])
                        unsafe rows[place] = id < known ? rowOf[Int(id)] : 0
                    }
                }
            }
        }
    }

    /// The same for the rows of small ids, of which every second one is a 64-bit row.
    private mutating func mapSmall(_ text: [Int32]) {
        let shift: UInt32 = groupBits == 64 ? 1 : 0
        unsafe textRows.withUnsafeMutableBufferPointer { rows in
            unsafe text.withUnsafeBufferPointer { text in
                for place in 0..<text.count {
                    let id = UInt32(bitPattern: unsafe text[place])
                    let row = id < UInt32(Self.smallIds) ? id &+ 1 : 0
                    unsafe rows[place] = Int32(truncatingIfNeeded: row &<< shift)
                }
            }
        }
    }

    /// Hands each group of rows in turn, top down, to `body`.
    @inline(__always)
    @unsafe mutating func forEachGroup(
        over text: [Int32], _ body: (KernelInput, GroupPlace) -> Void
    ) {
        mapText(text)
        let stride = rowCount * groupBits / 64
        let groups = groupCount
        unsafe (isSmall ? smallMasks : masks).withUnsafeBufferPointer { masks in
            unsafe textRows.withUnsafeBufferPointer { rows in
                unsafe borders.withUnsafeMutableBufferPointer { borders in
                    guard let masks = masks.baseAddress, let rows = rows.baseAddress,
                        let borders = borders.baseAddress
                    else { return }
                    for group in 0..<groups {
                        unsafe body(
                            KernelInput(
                                masks: masks + group * stride, rows: rows, columns: text.count,
                                borders: borders),
                            GroupPlace(group, of: groups))
                    }
                }
            }
        }
    }
}
