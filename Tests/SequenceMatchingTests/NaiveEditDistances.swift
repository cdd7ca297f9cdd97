/// The textbook recurrence of the Levenshtein distance, the whole matrix.
func naiveLevenshtein<Symbol: Equatable>(_ a: [Symbol], _ b: [Symbol]) -> Int {
    editMatrix(a, b)[a.count][b.count]
}

/// The matrix of Wagner and Fischer, with weights and, where asked for, swaps of neighbours.
func editMatrix<Symbol: Equatable>(
    _ a: [Symbol], _ b: [Symbol], insertion: Int = 1, deletion: Int = 1, substitution: Int = 1,
    swaps: Bool = false
) -> [[Int]] {
    var matrix = (0...a.count).map { row in
        (0...b.count).map { row == 0 ? $0 * insertion : row * deletion }
    }
    for row in a.indices {
        for column in b.indices {
            var best = matrix[row][column] + (a[row] == b[column] ? 0 : substitution)
            best = min(
                best, matrix[row][column + 1] + deletion, matrix[row + 1][column] + insertion)
            if swaps, row > 0, column > 0, a[row] == b[column - 1], a[row - 1] == b[column] {
                best = min(best, matrix[row - 1][column - 1] + 1)
            }
            matrix[row + 1][column + 1] = best
        }
    }
    return matrix
}

/// The LCS length by its own recurrence.
func naiveLCS<Symbol: Equatable>(_ a: [Symbol], _ b: [Symbol]) -> Int {
    var row = [Int](repeating: 0, count: b.count + 1)
    for symbol in a {
        var diagonal = 0
        for column in b.indices {
            let above = row[column + 1]
            row[column + 1] = symbol == b[column] ? diagonal + 1 : max(above, row[column])
            diagonal = above
        }
    }
    return row[b.count]
}

/// The unrestricted Damerau distance over an alphabet `0 ..< 256`, with the whole matrix
/// (Lowrance and Wagner).
func naiveDamerau(_ a: [Int32], _ b: [Int32]) -> Int {
    let far = a.count + b.count
    var matrix = [[Int]](
        repeating: [Int](repeating: far, count: b.count + 2), count: a.count + 2)
    for row in 0...a.count { matrix[row + 1][1] = row }
    for column in 0...b.count { matrix[1][column + 1] = column }
    var lastRow = [Int](repeating: 0, count: 256)
    for row in 1..<a.count + 1 {
        var lastColumn = 0
        for column in 1..<b.count + 1 {
            let (matchRow, matchColumn) = (lastRow[Int(b[column - 1])], lastColumn)
            let equal = a[row - 1] == b[column - 1]
            if equal { lastColumn = column }
            matrix[row + 1][column + 1] = min(
                matrix[row][column] + (equal ? 0 : 1), matrix[row + 1][column] + 1,
                matrix[row][column + 1] + 1,
                matrix[matchRow][matchColumn] + (row - matchRow - 1) + 1
                    + (column - matchColumn - 1))
        }
        lastRow[Int(a[row - 1])] = row
    }
    return matrix[a.count + 1][b.count + 1]
}
