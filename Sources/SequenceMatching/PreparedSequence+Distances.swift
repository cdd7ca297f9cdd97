extension PreparedSequence {
    /// The length of the longest common subsequence with `text`. O(n · m/128).
    package mutating func lcsLength(with text: [Int32]) -> Int {
        if symbols.isEmpty || text.isEmpty { return 0 }
        let tail = tailBits
        var length = 0
        if groupBits == 64 {
            unsafe forEachGroup(over: text) { input, _ in
                length = unsafe zeroes(LCSKernel<UInt64>.run(input, at: .only), below: tail)
            }
            return length
        }
        unsafe forEachGroup(over: text) { input, place in
            let bits = place.writesBorder ? 128 : tail
            length += unsafe zeroes(wideLCS(input, at: place), below: bits)
        }
        return length
    }

    /// Insertions and deletions that turn the sequence into `text`: m + n − 2 · LCS.
    package mutating func indelDistance(to text: [Int32]) -> Int {
        symbols.count + text.count - 2 * lcsLength(with: text)
    }

    /// The Levenshtein distance to `text`. O(n · m/128).
    package mutating func levenshteinDistance(to text: [Int32]) -> Int {
        distance(to: text, transposing: false)
    }

    /// The optimal string alignment distance: Levenshtein with swaps of neighbours, none of them
    /// edited twice. O(n · m/128).
    package mutating func alignmentDistance(to text: [Int32]) -> Int {
        distance(to: text, transposing: true)
    }

    private mutating func distance(to text: [Int32], transposing: Bool) -> Int {
        if symbols.isEmpty || text.isEmpty { return max(symbols.count, text.count) }
        let tail = tailBits
        var distance = text.count
        if groupBits == 64 {
            unsafe forEachGroup(over: text) { input, _ in
                let end =
                    transposing
                    ? unsafe EditKernel<UInt64>.run(input, at: .only, asking: .transposing)
                    : unsafe EditKernel<UInt64>.run(input, at: .only, asking: .whole)
                distance += difference(end.rises, end.falls, below: tail)
            }
            return distance
        }
        unsafe forEachGroup(over: text) { input, place in
            let end =
                transposing
                ? unsafe wideSwaps(input, at: place) : unsafe wideEdits(input, at: place)
            distance += difference(end.rises, end.falls, below: place.writesBorder ? 128 : tail)
        }
        return distance
    }
}

/// The zero bits of `word` among its lowest `bits`.
func zeroes<Word: BitParallelWord>(_ word: Word, below bits: Int) -> Int {
    (~word & lowest(bits)).nonzeroBitCount
}

/// Rises less falls among the lowest `bits`.
func difference<Word: BitParallelWord>(_ rises: Word, _ falls: Word, below bits: Int) -> Int {
    (rises & lowest(bits)).nonzeroBitCount - (falls & lowest(bits)).nonzeroBitCount
}

private func lowest<Word: BitParallelWord>(_ bits: Int) -> Word {
    bits >= Word.bitWidth ? Word.max : (1 &<< Word(truncatingIfNeeded: bits)) &- 1
}

// One specialised loop for each place of a group, since what crosses its border costs time.

@unsafe private func wideLCS(_ input: KernelInput, at place: GroupPlace) -> UInt128 {
    switch place {
    case .only: unsafe LCSKernel.run(input, at: .only)
    case .first: unsafe LCSKernel.run(input, at: .first)
    case .inner: unsafe LCSKernel.run(input, at: .inner)
    case .last: unsafe LCSKernel.run(input, at: .last)
    }
}

@unsafe private func wideEdits(
    _ input: KernelInput, at place: GroupPlace
) -> EditKernel<UInt128>.Result {
    switch place {
    case .only: unsafe EditKernel.run(input, at: .only, asking: .whole)
    case .first: unsafe EditKernel.run(input, at: .first, asking: .whole)
    case .inner: unsafe EditKernel.run(input, at: .inner, asking: .whole)
    case .last: unsafe EditKernel.run(input, at: .last, asking: .whole)
    }
}

@unsafe private func wideSwaps(
    _ input: KernelInput, at place: GroupPlace
) -> EditKernel<UInt128>.Result {
    switch place {
    case .only: unsafe EditKernel.run(input, at: .only, asking: .transposing)
    case .first: unsafe EditKernel.run(input, at: .first, asking: .transposing)
    case .inner: unsafe EditKernel.run(input, at: .inner, asking: .transposing)
    case .last: unsafe EditKernel.run(input, at: .last, asking: .transposing)
    }
}
