internal import CNcurses
internal import Cells

/// A terminal type as ncurses is to know it.
struct TerminalType: Equatable {
    /// How colours are numbered in it.
    enum Numbering: Equatable {
        case none
        /// The palette's first 8, 16, 88 or 256.
        case palette(Int)
        /// 0–255 the palette, from 256 on red, green and blue: see `description`.
        case paletteThenRGB
    }

    var name: String
    /// Where its description is, when it is ours.
    var directory: String?
    var numbering: Numbering

    /// Whether the type has strikethrough: ours do, in place of an attribute that nobody
    /// needs, since ncurses has none for it. Elsewhere what is struck through is dim.
    var strikesThrough: Bool { directory != nil }

    /// The type for drawing at `depth` on a terminal of type `base`, and the depth that it
    /// reaches: less than asked for, with the reason, when a description cannot be compiled.
    ///
    /// Types with eight colours have too few pairs for them, and some cannot write the last
    /// cell; these need our description as well.
    static func choose(
        base: String, depth: ColorDepth, known: Known, environment: [String: String]
    ) -> (type: TerminalType, depth: ColorDepth, problem: String?) {
        let count = known.colors >= 1 << 24 ? 8 : known.colors
        let plain = TerminalType(name: base, numbering: count >= 8 ? .palette(count) : .none)
        switch depth {
        case .mono where !known.insertsLastCell:
            return (TerminalType(name: base, numbering: .none), .mono, nil)
        case .ansi16 where count >= 16 && !known.insertsLastCell: return (plain, .ansi16, nil)
        case .ansi256 where count >= 256 && !known.insertsLastCell: return (plain, .ansi256, nil)
        default: break
        }
        do {
            let description = TerminalDescription(base: base)
            let directory = try description.compiled(environment)
            let numbering: Numbering =
                depth == .mono
                ? .none : depth == .ansi16 && count == 8 ? .palette(8) : .paletteThenRGB
            return (
                TerminalType(name: description.name, directory: directory, numbering: numbering),
                depth, nil
            )
        } catch {
            let reached: ColorDepth = count >= 256 ? .ansi256 : count >= 8 ? .ansi16 : .mono
            let problem = "\(error.message); drawn in \(reached.rawValue) colours"
            if depth == .mono { return (TerminalType(name: base, numbering: .none), .mono, nil) }
            return (plain, min(depth, reached), reached < depth ? problem : nil)
        }
    }

    /// What the description of a type says.
    struct Known: Equatable {
        var colors: Int
        /// Whether ncurses can write the last cell only by inserting it.
        var insertsLastCell: Bool
    }

    /// Looks at the description of a type; throws when no screen can be drawn with it.
    static func known(_ name: String) throws(TerminalError) -> Known {
        var insertsLastCell: CInt = 0
        let result = unsafe compositor_probe(name, &insertsLastCell)
        switch Int(result) {
        case compositor_unknown_terminal: throw .unsuitable(type: name, knows: false)
        case compositor_cannot_address: throw .unsuitable(type: name, knows: true)
        default:
            return Known(colors: Int(result), insertsLastCell: insertsLastCell != 0)
        }
    }

    /// The number of a colour, -1 for the terminal's own.
    func number(of color: Color) -> CInt {
        switch (numbering, color) {
        case (.none, _), (_, .standard): return -1
        case (.paletteThenRGB, .palette(let index)): return CInt(index)
        case (.paletteThenRGB, .rgb(let red, let green, let blue)):
            return 256 + CInt(red) << 16 + CInt(green) << 8 + CInt(blue)
        case (.palette(let count), .palette(let index)):
            // Bright colours of a terminal with eight are told by `bold`.
            return CInt(Int(index) < count ? Int(index) : Int(index) & 7)
        case (.palette, .rgb): return -1
        }
    }

    /// Whether a foreground stands for a brighter one that the terminal type lacks.
    func needsBold(_ color: Color) -> Bool {
        guard case .palette(8) = numbering, case .palette(8...15) = color else { return false }
        return true
    }
}
