/// One cell of a grid: a scalar with up to two combining marks, and its style.
///
/// Sixteen bytes that stand for themselves: three scalars of 21 bits in the first word;
/// style (58 bits) and the cell's part in a wide character in the second. So cells of
/// different grids compare directly and a copy needs no table.
package struct Cell: Hashable, Sendable, BitwiseCopyable {
    /// The scalar in bits 0–20, marks in 21–41 and 42–62.
    var text: UInt64
    /// The style's bits, then `wide` or `continuation`.
    var look: UInt64

    static let wide: UInt64 = 1 << 58
    static let continuation: UInt64 = 1 << 59
    static let scalarMask: UInt64 = 1 << 21 - 1

    /// A blank of the standard style.
    package static let blank = Cell(text: 0x20, look: 0)

    init(text: UInt64, look: UInt64) {
        self.text = text
        self.look = look
    }

    /// A narrow cell; a scalar that is not narrow is shown as `�`. For wide characters and text
    /// of unknown origin see `Grid.write`.
    package init(_ scalar: Unicode.Scalar, style: Style) {
        let isNarrow =
            scalar.value &- 0x20 < 0x5F || TextWidth.classify(scalar.value) == .narrow
        text = isNarrow ? UInt64(scalar.value) : 0xFFFD
        look = style.bits
    }

    /// What is drawn; a blank for the right half of a wide character.
    package var scalar: Unicode.Scalar {
        Unicode.Scalar(UInt32(truncatingIfNeeded: text & Self.scalarMask)) ?? " "
    }

    /// The combining marks drawn over the scalar, none to two.
    package var marks: [Unicode.Scalar] {
        if !hasMarks { return [] }
        return [text >> 21 & Self.scalarMask, text >> 42 & Self.scalarMask].compactMap { bits in
            bits == 0 ? nil : Unicode.Scalar(UInt32(truncatingIfNeeded: bits))
        }
    }

    package var hasMarks: Bool { text >> 21 != 0 }

    package var style: Style {
        get { Style(bits: look) }
        set { look = look & ~Style.mask | newValue.bits }
    }

    /// The left half of a character of two columns; the next cell is its continuation.
    package var isWide: Bool { look & Self.wide != 0 }

    /// The right half of a character of two columns; it draws nothing itself.
    package var isContinuation: Bool { look & Self.continuation != 0 }

    /// 0 for a continuation, else 1 or 2.
    package var columns: Int { isContinuation ? 0 : isWide ? 2 : 1 }

    /// Puts a mark over `text` if there is room for it: the third and later marks of one
    /// character are not drawn (stacked marks are used to paint over other lines).
    static func addMark(_ mark: UInt32, to text: inout UInt64) {
        if text >> 21 == 0 {
            text |= UInt64(mark) << 21
        } else if text >> 42 == 0 {
            text |= UInt64(mark) << 42
        }
    }
}
