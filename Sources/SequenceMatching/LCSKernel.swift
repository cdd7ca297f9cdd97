/// Hyyrö's recurrence for the LCS length (Bit-Parallel LCS-length Computation Revisited, AWOCA
/// 2004) over one group of rows: the state after the last column, whose zero bits are the steps of
/// the LCS. The border byte of a column is the carry of the addition.
enum LCSKernel<Word: BitParallelWord> {
    @inline(__always)
    @unsafe static func run(_ input: KernelInput, at place: GroupPlace) -> Word {
        let stride = Word.bitWidth / 64
        let masks = unsafe input.masks
        let rows = unsafe input.rows
        let borders = unsafe input.borders
        var state = Word.max
        for column in unsafe 0..<input.columns {
            let mask = unsafe Word.load(masks + Int(rows[column]) &* stride)
            let common = state & mask
            var (sum, carry) = state.addingReportingOverflow(common)
            if place.readsBorder {
                let (more, again) = sum.addingReportingOverflow(
                    Word(truncatingIfNeeded: unsafe borders[column]))
                sum = more
                carry = carry != again
            }
            if place.writesBorder { unsafe borders[column] = carry ? 1 : 0 }
            state = sum | (state &- common)
        }
        return state
    }
}
