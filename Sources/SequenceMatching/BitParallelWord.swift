/// The unsigned integers that hold a group of matrix rows: one or two machine words.
///
/// `UInt128` adds with carry in two instructions, which is all that the recurrences need.
protocol BitParallelWord: FixedWidthInteger, UnsignedInteger {
    /// Reads the group's mask of a row.
    @unsafe static func load(_ words: UnsafePointer<UInt64>) -> Self
}

extension UInt64: BitParallelWord {
    @inline(__always)
    @unsafe static func load(_ words: UnsafePointer<UInt64>) -> UInt64 { unsafe words[0] }
}

extension UInt128: BitParallelWord {
    @inline(__always)
    @unsafe static func load(_ words: UnsafePointer<UInt64>) -> UInt128 {
        unsafe UInt128(words[1]) &<< 64 | UInt128(words[0])
    }
}

/// Where a group of rows lies in the matrix: what it takes from the group above and hands down.
enum GroupPlace {
    case only, first, inner, last

    init(_ group: Int, of count: Int) {
        self = count == 1 ? .only : group == 0 ? .first : group == count - 1 ? .last : .inner
    }

    @inline(__always) var readsBorder: Bool { self == .inner || self == .last }
    @inline(__always) var writesBorder: Bool { self == .first || self == .inner }
}

/// What a kernel runs over: a group's masks, the text as rows of masks, a border byte per column.
@unsafe struct KernelInput {
    let masks: UnsafePointer<UInt64>
    let rows: UnsafePointer<Int32>
    let columns: Int
    let borders: UnsafeMutablePointer<UInt8>
}
