/// The edits of one best script, in order; every kind takes one symbol of each side it touches.
func tracedScript(
    _ left: [Int32], _ right: [Int32], _ measure: SequenceAlignment.Measure
) -> [AlignmentRun.Kind] {
    let matrix = TraceMatrix(left, right, measure)
    var script: [AlignmentRun.Kind] = []
    var (row, column) = (left.count, right.count)
    while row > 0 && column > 0 {
        if matrix.rises(row: row, column: column) {
            row -= 1
            script.append(.deleted)
        } else if column > 1 && matrix.falls(row: row, column: column - 1) {
            column -= 1
            script.append(.inserted)
        } else {
            row -= 1
            column -= 1
            script.append(left[row] == right[column] ? .equal : .replaced)
        }
    }
    for _ in 0..<row { script.append(.deleted) }
    for _ in 0..<column { script.append(.inserted) }
    return script.reversed()
}

/// The current column of the matrix as words of vertical differences.
private struct TraceColumn {
    private let prepared: PreparedSequence
    private let measure: SequenceAlignment.Measure
    /// Levenshtein: the rows above which the value rises by one. LCS: Hyyrö's state.
    private(set) var rises: [UInt64]
    /// Levenshtein: the rows above which the value falls by one. LCS: unused.
    private(set) var falls: [UInt64]

    init(_ prepared: PreparedSequence, _ measure: SequenceAlignment.Measure) {
        self.prepared = prepared
        self.measure = measure
        rises = [UInt64](repeating: .max, count: (prepared.count + 63) / 64)
        falls = [UInt64](repeating: 0, count: measure == .levenshtein ? rises.count : 0)
    }

    mutating func step(_ id: Int32) {
        switch measure {
        case .levenshtein: stepEdits(prepared.row(of: id))
        case .lcs: stepCommon(prepared.row(of: id))
        }
    }

    private mutating func stepEdits(_ row: Int) {
        var (riseIn, fallIn) = (UInt64(1), UInt64(0))
        for word in rises.indices {
            let (rise, fall) = (rises[word], falls[word])
            let entering = prepared.mask(word, row: row) | fallIn
            let level = (((entering & rise) &+ rise) ^ rise) | entering | fall
            let right = fall | ~(level | rise)
            let left = rise & level
            let rightward = (right &<< 1) | riseIn
            rises[word] = (left &<< 1) | fallIn | ~(level | rightward)
            falls[word] = rightward & level
            (riseIn, fallIn) = (right &>> 63, left &>> 63)
        }
    }

    private mutating func stepCommon(_ row: Int) {
        var carry: UInt64 = 0
        for word in rises.indices {
            let common = rises[word] & prepared.mask(word, row: row)
            let (sum, over) = rises[word].addingReportingOverflow(common)
            let (total, again) = sum.addingReportingOverflow(carry)
            carry = over || again ? 1 : 0
            rises[word] = total | (rises[word] &- common)
        }
    }

    /// The values of the column, from row 0, whose value is `top`.
    func values(top: Int) -> [Int] {
        var values = [top]
        for place in 0..<prepared.count {
            let bit = UInt64(place & 63)
            let rise = Int(rises[place >> 6] &>> bit & 1)
            let fall = measure == .lcs ? 1 - rise : Int(falls[place >> 6] &>> bit & 1)
            values.append(values[place] + rise - fall)
        }
        return values
    }
}

/// The vertical differences of every column of the matrix, two bits a cell (LCS: one).
private struct TraceMatrix {
    private let words: Int
    private let measure: SequenceAlignment.Measure
    private var up: [UInt64] = []
    private var down: [UInt64] = []

    init(_ left: [Int32], _ right: [Int32], _ measure: SequenceAlignment.Measure) {
        words = (left.count + 63) / 64
        self.measure = measure
        up.reserveCapacity(words * right.count)
        if measure == .levenshtein { down.reserveCapacity(words * right.count) }
        var column = TraceColumn(PreparedSequence(left), measure)
        for id in right {
            column.step(id)
            up.append(contentsOf: column.rises)
            down.append(contentsOf: column.falls)
        }
    }

    /// Whether leaving out the left symbol of this row is on a best way to the cell.
    func rises(row: Int, column: Int) -> Bool { bit(up, row, column) }

    /// Whether the next column's best way to this row is an insertion.
    func falls(row: Int, column: Int) -> Bool {
        measure == .levenshtein ? bit(down, row, column) : !bit(up, row, column)
    }

    private func bit(_ bits: [UInt64], _ row: Int, _ column: Int) -> Bool {
        bits[(column - 1) * words + (row - 1) >> 6] &>> UInt64((row - 1) & 63) & 1 == 1
    }
}

extension SequenceAlignment {
    /// The script length from each beginning of `left` to the whole of `right`.
    static func lastColumn(_ left: [Int32], _ right: [Int32], _ measure: Measure) -> [Int] {
        var column = TraceColumn(PreparedSequence(left), measure)
        for id in right { column.step(id) }
        return column.values(top: right.count)
    }
}
