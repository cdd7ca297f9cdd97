/// How the matrix's top row runs, and what is asked of it.
enum EditQuestion {
    /// The distance of the whole sequences.
    case whole
    /// The same with swaps of neighbours (optimal string alignment).
    case transposing
    /// The least distance to a beginning of the text.
    case prefix
    /// The least distance to any stretch of the text.
    case infix

    @inline(__always) var watches: Bool { self == .prefix || self == .infix }
}

/// Hyyrö's recurrence for edit distances (A Bit-Vector Algorithm for Computing Levenshtein and
/// Damerau Edit Distances, 2003) over one group of rows.
///
/// The border byte of a column says how its value changes along the group's lowest row: bit 0 for
/// a rise, bit 1 for a fall; with transpositions bit 2 is the match that a swap across the border
/// looks back to.
enum EditKernel<Word: BitParallelWord> {
    /// The column's differences down the group, and the best value along its watched row.
    struct Result {
        var rises = Word.max
        var falls: Word = 0
        var value = 0
        var best = 0
        var bestColumn = -1
    }

    /// Runs over all columns; for prefix and infix the row `watched` of the last group is followed
    /// and `height`, its distance to the empty text, is where it starts.
    @inline(__always)
    @unsafe static func run(
        _ input: KernelInput, at place: GroupPlace, asking question: EditQuestion, watched: Int = 0,
        height: Int = 0
    ) -> Result {
        let stride = Word.bitWidth / 64
        let masks = unsafe input.masks
        let rows = unsafe input.rows
        let borders = unsafe input.borders
        let top = Word.bitWidth - 1
        var result = Result(value: height, best: height)
        var rises = Word.max
        var falls: Word = 0
        var level: Word = 0
        var maskBefore: Word = 0
        let follows = question.watches && !place.writesBorder
        for column in unsafe 0..<input.columns {
            let mask = unsafe Word.load(masks + Int(rows[column]) &* stride)
            var riseIn: Word = question == .infix ? 0 : 1
            var fallIn: Word = 0
            var swap: Word = 0
            if question == .transposing { swap = (~level & mask) &<< 1 }
            let leaving: Word = question == .transposing ? (~level & mask) &>> Word(top) : 0
            if place.readsBorder {
                let border = Word(truncatingIfNeeded: unsafe borders[column])
                riseIn = border & 1
                fallIn = (border &>> 1) & 1
                if question == .transposing { swap |= border &>> 2 }
            }
            let entering = mask | fallIn
            level = (((entering & rises) &+ rises) ^ rises) | entering | falls
            if question == .transposing {
                level |= swap & maskBefore
                maskBefore = mask
            }
            let right = falls | ~(level | rises)
            let left = rises & level
            if place.writesBorder {
                var border = (right &>> Word(top)) | ((left &>> Word(top)) &<< 1)
                if question == .transposing { border |= leaving &<< 2 }
                unsafe borders[column] = UInt8(truncatingIfNeeded: border)
            }
            if follows {
                result.value &+= Int(truncatingIfNeeded: (right &>> Word(watched)) & 1)
                result.value &-= Int(truncatingIfNeeded: (left &>> Word(watched)) & 1)
                if result.value < result.best {
                    result.best = result.value
                    result.bestColumn = column
                }
            }
            let rightward = (right &<< 1) | riseIn
            rises = (left &<< 1) | fallIn | ~(level | rightward)
            falls = rightward & level
        }
        result.rises = rises
        result.falls = falls
        return result
    }
}
