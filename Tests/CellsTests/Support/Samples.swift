import Cells

/// SplitMix64: a seeded source for properties.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Pieces of text that have gone wrong in some terminal.
let awkwardPieces: [String] = [
    "a", "bc", " ", "  ", "word", "-", "日", "本語", "가나다", "。", "é", "e\u{301}", "\u{301}",
    "हिन्दी", "👩‍👩‍👧", "👍🏽", "🇸🇪", "❤️", "⏸", "\u{1B}[31m", "\u{9B}", "\u{7F}", "\0", "\r", "\u{202E}",
    "\u{200B}", "\u{FEFF}", "\u{2028}", "ก็", "\u{1100}\u{1161}\u{11A8}", "\u{10FFFF}", "\u{E0041}",
    "λ",
    "supercalifragilistic", "\u{AD}",
]

func awkwardText(_ count: Int, _ random: inout Seeded, extra: [String] = []) -> String {
    let pieces = awkwardPieces + extra
    return (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
}

let plain = Style.standard
let red = Style(foreground: .rgb(255, 0, 0))
let boldOnBlue = Style(background: .palette(4), attributes: .bold)

extension Grid {
    init(_ columns: Int, _ rows: Int) { self.init(size: Size(columns: columns, rows: rows)) }

    /// Every wide half has its other half beside it, in the same style.
    var isWhole: Bool {
        for row in 0..<size.rows {
            for column in 0..<size.columns {
                let cell = self[column, row]
                if cell.isWide {
                    guard column + 1 < size.columns, self[column + 1, row].isContinuation,
                        self[column + 1, row].style == cell.style
                    else { return false }
                }
                if cell.isContinuation {
                    guard column > 0, self[column - 1, row].isWide else { return false }
                }
            }
        }
        return true
    }
}
