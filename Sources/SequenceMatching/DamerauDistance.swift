/// The unrestricted Damerau–Levenshtein distance: insertions, deletions, substitutions and swaps of
/// neighbours between which anything may be edited (Lowrance and Wagner, JACM 1975).
///
/// In the linear space of Zhao and Sahni ("String correction using the Damerau-Levenshtein
/// distance", BMC Bioinformatics 2019): O(m · n) time, O(n + largest id) memory.
package func damerauDistance(_ a: [Int32], _ b: [Int32]) -> Int {
    let far = max(a.count, b.count) + 1
    let largest = max(a.max() ?? 0, b.max() ?? 0)
    precondition(min(a.min() ?? 0, b.min() ?? 0) >= 0, "ids of symbols are dense and not negative")
    var lastRow = [Int](repeating: -1, count: Int(largest) + 1)
    // Every row has one cell in front, column −1.
    var swapped = [Int](repeating: far, count: b.count + 2)
    var above = [Int](repeating: far, count: b.count + 2)
    var current = [far] + Array(0...b.count)
    for row in 1..<a.count + 1 {
        swap(&above, &current)
        var lastColumn = -1
        var leftOfTwoUp = current[1]
        var beforeMatch = far
        current[1] = row
        for column in 1..<b.count + 1 {
            let equal = a[row - 1] == b[column - 1]
            var best = min(
                above[column] + (equal ? 0 : 1), min(current[column], above[column + 1]) + 1)
            if equal {
                lastColumn = column
                swapped[column + 1] = above[column - 1]
                beforeMatch = leftOfTwoUp
            } else {
                let matching = lastRow[Int(b[column - 1])]
                if column - lastColumn == 1 {
                    best = min(best, swapped[column + 1] + (row - matching))
                } else if row - matching == 1 {
                    best = min(best, beforeMatch + (column - lastColumn))
                }
            }
            leftOfTwoUp = current[column + 1]
            current[column + 1] = best
        }
        lastRow[Int(a[row - 1])] = row
    }
    return current[b.count + 1]
}
