/// A character that is drawn as a shape: frames, blocks, shades and braille.
struct SVGShape {
    enum Kind: Hashable {
        case block
        /// Percent of ink.
        case shade(Int)
        case line
        case heavy
        /// Points, drawn as lines of no length with round ends.
        case dots
    }

    let kind: Kind
    let path: String

    static func isShape(_ scalar: Unicode.Scalar) -> Bool {
        SVGShape(scalar, x: 0, y: 0) != nil
    }

    /// The shape in the cell whose upper left corner is at `x` and `y`.
    init?(_ scalar: Unicode.Scalar, x: Int, y: Int) {
        switch scalar.value {
        case 0x2500...0x257F:
            guard let shape = Self.frame(scalar, x: x, y: y) else { return nil }
            self = shape
        case 0x2591...0x2593:
            kind = .shade(Int(scalar.value - 0x2590) * 25)
            path = Self.rectangle(x, y, 10, 20)
        case 0x2580...0x259F:
            kind = .block
            path = Self.block(scalar.value, x: x, y: y)
        case 0x2801...0x28FF:
            kind = .dots
            path = Self.dots(scalar.value & 0xFF, x: x, y: y)
        default: return nil
        }
    }

    private init(_ kind: Kind, _ path: String) {
        self.kind = kind
        self.path = path
    }

    private static func rectangle(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> String {
        "M\(x) \(y)h\(width)v\(height)h\(-width)z"
    }

    /// A number of quarters as a decimal.
    private static func quarters(_ value: Int) -> String {
        let fraction = ["", ".25", ".5", ".75"][value & 3]
        return "\(value >> 2)\(fraction)"
    }

    private static func block(_ value: UInt32, x: Int, y: Int) -> String {
        switch value {
        case 0x2580: return rectangle(x, y, 10, 10)
        case 0x2581...0x2588:
            // Eighths of 20 are halves of 5.
            let height = Int(value - 0x2580) * 10
            return "M\(x) \(quarters(y * 4 + 80 - height))h10v\(quarters(height))h-10z"
        case 0x2589...0x258F:
            let width = Int(0x2590 - value) * 5
            return "M\(x) \(y)h\(quarters(width))v20h-\(quarters(width))z"
        case 0x2590: return rectangle(x + 5, y, 5, 20)
        case 0x2594: return "M\(x) \(y)h10v2.5h-10z"
        case 0x2595: return "M\(quarters(x * 4 + 35)) \(y)h1.25v20h-1.25z"
        default:
            // Quarters: 1 upper left, 2 upper right, 4 lower left, 8 lower right.
            let sets = [4, 8, 1, 13, 9, 7, 11, 2, 6, 14]
            let set = sets[Int(value - 0x2596)]
            var path = ""
            for quarter in 0..<4 where set & 1 << quarter != 0 {
                path += rectangle(x + quarter % 2 * 5, y + quarter / 2 * 10, 5, 10)
            }
            return path
        }
    }

    private static func dots(_ bits: UInt32, x: Int, y: Int) -> String {
        // Where Unicode's dots 1 to 8 lie.
        let places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
        var path = ""
        for (bit, place) in places.enumerated() where bits & 1 << UInt32(bit) != 0 {
            // In quarters: 2.5 from the edge, 5 apart.
            let (left, top) = (x * 4 + 10 + place.0 * 20, y * 4 + 10 + place.1 * 20)
            path += "M\(quarters(left)) \(quarters(top))h0"
        }
        return path
    }

    /// Light and heavy frames by their arms; other characters of the block stay text.
    private static func frame(_ scalar: Unicode.Scalar, x: Int, y: Int) -> SVGShape? {
        let (middleX, middleY) = (x + 5, y + 10)
        switch scalar {
        case "╭": return SVGShape(.line, "M\(middleX) \(y + 20)v-5q0 -5 5 -5")
        case "╮": return SVGShape(.line, "M\(x) \(middleY)q5 0 5 5v5")
        case "╰": return SVGShape(.line, "M\(middleX) \(y)v5q0 5 5 5")
        case "╯": return SVGShape(.line, "M\(x) \(middleY)q5 0 5 -5v-5")
        case "┄", "┈": return SVGShape(.line, "M\(x + 1) \(middleY)h2m3 0h2")
        case "┆", "┊": return SVGShape(.line, "M\(middleX) \(y + 2)v4m0 6v4")
        default: break
        }
        guard let arms = self.arms[scalar] else { return nil }
        var path = ""
        // Left and right, up and down, as one stroke where they go through.
        let left = arms.set & 8 != 0
        let right = arms.set & 2 != 0
        if left || right {
            path += "M\(left ? x : middleX) \(middleY)h\(left && right ? 10 : 5)"
        }
        let up = arms.set & 1 != 0
        let down = arms.set & 4 != 0
        if up || down {
            path += "M\(middleX) \(up ? y : middleY)v\(up && down ? 20 : 10)"
        }
        return SVGShape(arms.isHeavy ? .heavy : .line, path)
    }

    /// Arms: 1 up, 2 right, 4 down, 8 left.
    private static let arms: [Unicode.Scalar: (set: Int, isHeavy: Bool)] = {
        var arms: [Unicode.Scalar: (set: Int, isHeavy: Bool)] = [:]
        let sets = [10, 5, 6, 12, 3, 9, 7, 13, 14, 11, 15, 8, 1, 2, 4]
        for (scalar, set) in zip("─│┌┐└┘├┤┬┴┼╴╵╶╷".unicodeScalars, sets) {
            arms[scalar] = (set, false)
        }
        for (scalar, set) in zip("━┃┏┓┗┛┣┫┳┻╋╸╹╺╻".unicodeScalars, sets) {
            arms[scalar] = (set, true)
        }
        return arms
    }()
}
