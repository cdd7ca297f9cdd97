/// The search state of one pattern of at most 64 symbols, in two machine words.
///
/// Myers (JACM 1999) in Hyyrö's form, for occurrences that may start anywhere. The pattern's last
/// symbol sits in the highest bit; the free low bits are wildcards, so every pattern reads its
/// result in the same place. About 15 operations per symbol.
struct SearchWord: Sendable {
    private var rises: UInt64
    private var falls: UInt64 = 0
    /// The least edits of the whole pattern to a stretch ending at the last symbol.
    private(set) var edits: Int

    init(length: Int) {
        precondition(length >= 1 && length <= 64)
        rises = ~Self.padding(length: length)
        edits = length
    }

    /// The wildcard bits below a pattern of `length` symbols; part of each symbol's mask.
    static func padding(length: Int) -> UInt64 {
        length == 64 ? 0 : (1 &<< UInt64(64 - length)) &- 1
    }

    /// The bit of the pattern's symbol number `row`.
    static func bit(row: Int, length: Int) -> UInt64 { 1 &<< UInt64(64 - length + row) }

    /// Takes in a symbol, given by the mask of the rows it matches.
    mutating func step(_ mask: UInt64) {
        let level = (((mask & rises) &+ rises) ^ rises) | mask | falls
        let right = falls | ~(level | rises)
        let left = rises & level
        edits += Int(right &>> 63) - Int(left &>> 63)
        let shifted = right &<< 1
        rises = (left &<< 1) | ~(level | shifted)
        falls = shifted & level
    }
}
