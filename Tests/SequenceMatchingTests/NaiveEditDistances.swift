/// The textbook recurrence of the Levenshtein distance, the whole matrix.
func naiveLevenshtein<Symbol: Equatable>(_ a: [Symbol], _ b: [Symbol]) -> Int {
    var matrix = (0...a.count).map { row in (0...b.count).map { row == 0 ? $0 : row } }
    for row in a.indices {
        for column in b.indices {
            let change = matrix[row][column] + (a[row] == b[column] ? 0 : 1)
            matrix[row + 1][column + 1] = min(
                change, matrix[row][column + 1] + 1, matrix[row + 1][column] + 1)
        }
    }
    return matrix[a.count][b.count]
}
