internal import CNcurses
internal import Cells

/// What ncurses is told of a style: its attributes and the number of its colour pair.
///
/// Pairs are defined as they are needed. ncurses has 65,536 of them and a screen of random
/// colours can use them up: the last few hundred are kept for the 16 colours, in which the
/// rest of such a frame is drawn, and the next frame starts with an empty table. A terminal
/// type with 64 pairs keeps some for backgrounds left alone and goes on with these.
struct LookTable {
    struct Look: Equatable {
        var attributes: UInt32
        var pair: Int32
    }

    private struct Pair: Hashable {
        var foreground: CInt
        var background: CInt
    }

    private let type: TerminalType
    private let depth: ColorDepth
    private var looks: [Style: Look] = [:]
    private var pairs: [Pair: Int32] = [:]
    private var last: (style: Style, look: Look)?
    /// How many pairs the terminal type has, the terminal's own included.
    var limit = 0
    /// Each of 16 colours and the terminal's own over each; or each over the terminal's own.
    private var reserve: Int { isSmall ? 16 : 17 * 17 }
    private var isSmall: Bool { limit < 1024 }
    private var isLow: Bool { pairs.count + 1 >= limit - reserve }

    init(type: TerminalType, depth: ColorDepth) {
        self.type = type
        self.depth = depth
    }

    /// Whether it is time to forget before the next frame.
    var isFull: Bool { isLow && !isSmall }

    mutating func forget() {
        looks = [:]
        pairs = [:]
        last = nil
    }

    subscript(style: Style) -> Look {
        mutating get {
            if let last, last.style == style { return last.look }
            let look = looks[style] ?? define(style)
            last = (style, look)
            return look
        }
    }

    private mutating func define(_ style: Style) -> Look {
        var reduced = style.reduced(to: depth)
        if isLow, pairs[numbers(of: reduced)] == nil {
            reduced = style.reduced(to: .ansi16)
            if isSmall { reduced.background = .standard }
        }
        var attributes = UInt32(reduced.attributes.rawValue)
        if type.needsBold(reduced.foreground) { attributes |= UInt32(compositor_bold) }
        let look = Look(attributes: attributes, pair: pair(numbers(of: reduced)))
        looks[style] = look
        return look
    }

    private func numbers(of style: Style) -> Pair {
        Pair(
            foreground: type.number(of: style.foreground),
            background: type.number(of: style.background))
    }

    /// The pair's number; 0, the terminal's own colours, when there is none left.
    private mutating func pair(_ colors: Pair) -> Int32 {
        if colors.foreground < 0, colors.background < 0 { return 0 }
        if let known = pairs[colors] { return known }
        let next = Int32(pairs.count + 1)
        guard Int(next) < limit,
            compositor_define_pair(next, colors.foreground, colors.background) == 0
        else { return 0 }
        pairs[colors] = next
        return next
    }
}
