/// Where a sequence occurs in a text with the fewest edits.
package struct EditOccurrence: Sendable, Equatable {
    package var edits: Int
    /// The places of the text that it covers; empty when leaving out the whole sequence is best.
    package var range: Range<Int>

    package init(edits: Int, range: Range<Int>) {
        self.edits = edits
        self.range = range
    }
}

extension PreparedSequence {
    /// The stretch of `text` with the fewest edits to the sequence; among equals the one that ends
    /// first, and of these the shortest. O(n · m/128).
    package mutating func bestOccurrence(in text: [Int32]) -> EditOccurrence {
        let (edits, end) = watch(text, asking: .infix)
        // The start is where the reversed sequence first fits backwards from the end.
        var reversed = PreparedSequence(symbols.reversed())
        let behind = Array(text[..<end].suffix(symbols.count + edits).reversed())
        let length = reversed.watch(behind, asking: .prefix).end
        return EditOccurrence(edits: edits, range: (end - length)..<end)
    }

    /// The beginning of `text` with the fewest edits to the sequence; the shortest of the best.
    package mutating func bestPrefix(of text: [Int32]) -> EditOccurrence {
        let (edits, end) = watch(text, asking: .prefix)
        return EditOccurrence(edits: edits, range: 0..<end)
    }

    /// The least value of the matrix's lowest row and how much of the text it takes.
    private mutating func watch(
        _ text: [Int32], asking question: EditQuestion
    ) -> (edits: Int, end: Int) {
        if symbols.isEmpty || text.isEmpty { return (symbols.count, 0) }
        let height = symbols.count
        let row = tailBits - 1
        var found = (edits: height, end: 0)
        let narrow = groupBits == 64
        unsafe forEachGroup(over: text) { input, place in
            if narrow {
                let end = unsafe watchNarrow(input, asking: question, row: row, height: height)
                found = (end.best, end.bestColumn + 1)
            } else {
                let end = unsafe watchWide(
                    input, at: place, asking: question, row: row, height: height)
                if !place.writesBorder { found = (end.best, end.bestColumn + 1) }
            }
        }
        return found
    }
}

@unsafe private func watchNarrow(
    _ input: KernelInput, asking question: EditQuestion, row: Int, height: Int
) -> EditKernel<UInt64>.Result {
    question == .infix
        ? unsafe EditKernel.run(input, at: .only, asking: .infix, watched: row, height: height)
        : unsafe EditKernel.run(input, at: .only, asking: .prefix, watched: row, height: height)
}

@unsafe private func watchWide(
    _ input: KernelInput, at place: GroupPlace, asking question: EditQuestion, row: Int, height: Int
) -> EditKernel<UInt128>.Result {
    switch (place, question) {
    case (.only, .infix):
        unsafe EditKernel.run(input, at: .only, asking: .infix, watched: row, height: height)
    case (.only, _):
        unsafe EditKernel.run(input, at: .only, asking: .prefix, watched: row, height: height)
    case (.first, .infix): unsafe EditKernel.run(input, at: .first, asking: .infix)
    case (.first, _): unsafe EditKernel.run(input, at: .first, asking: .prefix)
    case (.inner, _): unsafe EditKernel.run(input, at: .inner, asking: .whole)
    case (.last, _):
        unsafe EditKernel.run(input, at: .last, asking: .prefix, watched: row, height: height)
    }
}
