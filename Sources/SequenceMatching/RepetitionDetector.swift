/// A phrase that a stream has begun to repeat at once.
package struct Repetition: Sendable, Equatable {
    /// Symbols from one occurrence to the next.
    package var period: Int
    /// The first position of the first occurrence, and the last one that still repeats.
    package var start: Int
    package var end: Int
    /// The chance that a stream in random order, with the window's symbols, repeats as much.
    package var chance: Double

    package init(period: Int, start: Int, end: Int, chance: Double) {
        self.period = period
        self.start = start
        self.end = end
        self.chance = chance
    }

    /// How often the phrase has been said, counted in parts: 1.5 when half of it came again.
    package var count: Double { Double(end - start + 1) / Double(period) }
}

/// A stretch of a stream that already occurred within the window.
package struct RecurringPhrase: Sendable, Equatable {
    /// The first position of this occurrence and of the latest earlier one.
    package var start: Int
    package var earlier: Int
    package var length: Int

    package init(start: Int, earlier: Int, length: Int) {
        self.start = start
        self.earlier = earlier
        self.length = length
    }
}

/// Finds repetition loops and recurring phrases of any length in a sliding window of symbols.
///
/// For every distance back, how many of the last symbols agree with those that far before: one
/// comparison per distance and symbol, which vectorises, so a window of a thousand costs less than
/// a suffix automaton and forgets by itself. A loop is reported with the symbol that completes half
/// of the second period, unless chance explains it: with collision probability c of the window's
/// symbols beside the loop, r agreements anywhere in w distances have probability about w·cʳ. O(window) per symbol.
package struct RepetitionDetector: Sendable {
    /// Periods and distances up to this are seen.
    package let window: Int
    /// The greatest chance at which a repetition is still reported.
    package let significance: Double
    /// The number of symbols observed so far.
    package private(set) var position = 0
    /// The loop the stream is in, if it is in one.
    package private(set) var current: Repetition?

    /// Symbols, newest first, in room for twice the window.
    private var recent: [Int32]
    private var head: Int
    /// runs[d − 1]: how many of the last symbols agree with those d before.
    private var runs: [Int32]
    private var counts: [Int32: Int] = [:]
    private var pairs = 0

    package init(window: Int = 1024, significance: Double = 0.001) {
        precondition(window >= 2, "a window holds two symbols or more")
        self.window = window
        self.significance = significance
        recent = [Int32](repeating: 0, count: 2 * (window + 1))
        head = recent.count
        runs = [Int32](repeating: 0, count: window)
    }

    /// Takes in the next symbol; the loop it is in when one begins or goes on, else nil.
    package mutating func observe(_ symbol: Int32) -> Repetition? {
        let known = min(position, window)
        push(symbol)
        count(symbol, leaving: known == window ? recent[head + window] : nil)
        position += 1
        let isRepeating = extendRuns(with: symbol, known: known)
        current = isRepeating ? shortestLoop(known: known) : nil
        return current
    }

    /// The longest stretch ending with the last symbol that occurred before within the window; of
    /// equal ones the latest occurrence. nil when the last symbol is new.
    package func longestPhrase() -> RecurringPhrase? {
        var best: RecurringPhrase?
        for distance in 1..<min(position, window + 1) {
            let length = Int(runs[distance - 1])
            if length > best?.length ?? 0 {
                let start = position - length
                best = RecurringPhrase(start: start, earlier: start - distance, length: length)
            }
        }
        return best
    }

    private mutating func push(_ symbol: Int32) {
        if head == 0 {
            for place in 0..<window { recent[window + 2 + place] = recent[place] }
            head = window + 2
        }
        head -= 1
        recent[head] = symbol
    }

    /// Keeps the number of ordered pairs of equal symbols in the window.
    private mutating func count(_ symbol: Int32, leaving: Int32?) {
        let before = counts[symbol, default: 0]
        counts[symbol] = before + 1
        pairs += 2 * before
        guard let leaving, let those = counts[leaving] else { return }
        counts[leaving] = those == 1 ? nil : those - 1
        pairs -= 2 * (those - 1)
    }

    /// Whether some distance's run reaches half of it, rounded up.
    private mutating func extendRuns(with symbol: Int32, known: Int) -> Bool {
        let head = head
        return unsafe runs.withUnsafeMutableBufferPointer { runs in
            unsafe recent.withUnsafeBufferPointer { recent in
                var reached: Int32 = 0
                for place in 0..<known {
                    let isEqual = unsafe recent[head &+ 1 &+ place] == symbol
                    let run = isEqual ? unsafe runs[place] &+ 1 : 0
                    unsafe runs[place] = run
                    let distance = Int32(truncatingIfNeeded: place) &+ 1
                    reached |= run &* 2 >= distance ? -1 : 0
                }
                return reached != 0
            }
        }
    }

    /// Ordered pairs of equal symbols in a loop whose phrase has no symbol twice.
    private static func pairs(period: Int, length: Int) -> Int {
        let (whole, rest) = length.quotientAndRemainder(dividingBy: period)
        return rest * (whole + 1) * whole + (period - rest) * whole * (whole - 1)
    }

    /// The loop with the shortest period among those that chance does not explain.
    private func shortestLoop(known: Int) -> Repetition? {
        let size = Double(known + 1)
        let all = max(size * (size - 1), 1)
        for distance in 1..<known + 1 {
            let run = Int(runs[distance - 1])
            if 2 * run < distance || run == 0 { continue }
            // The pairs that the loop itself makes say nothing of what surrounds it.
            let own = Self.pairs(period: distance, length: min(run + distance, known + 1))
            let collision = Double(max(pairs - own, 1)) / all
            var chance = Double(known)
            for _ in 0..<min(run, 64) { chance *= collision }
            if chance <= significance || run >= 4 * distance && run >= 16 {
                return Repetition(
                    period: distance, start: position - run - distance, end: position - 1,
                    chance: min(1, chance))
            }
        }
        return nil
    }
}
