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

    /// Whether strikethrough took the place of blinking, as in our own descriptions: ncurses
    /// has no attribute for it. Elsewhere what is struck through is dim.
    var strikesThrough: Bool { directory != nil }

    /// The type for drawing at `depth` on a terminal of type `base`, and the depth that it
    /// reaches: less than asked for, with the reason, when a description cannot be compiled.
    static func choose(
        base: String, depth: ColorDepth, available: Int, environment: [String: String]
    ) -> (type: TerminalType, depth: ColorDepth, problem: String?) {
        let plain = available >= 1 << 24 ? 8 : available
        let fallback: ColorDepth = plain >= 256 ? .ansi256 : plain >= 8 ? .ansi16 : .mono
        let numbering: Numbering = plain >= 8 ? .palette(plain) : .none
        switch depth {
        case .mono: return (TerminalType(name: base, numbering: .none), .mono, nil)
        case .ansi16 where plain >= 8:
            return (TerminalType(name: base, numbering: numbering), .ansi16, nil)
        case .ansi256 where plain >= 256:
            return (TerminalType(name: base, numbering: numbering), .ansi256, nil)
        case .ansi16, .ansi256, .rgb: break
        }
        do {
            let description = TerminalDescription(base: base)
            let directory = try description.compiled(environment)
            let type = TerminalType(
                name: description.name, directory: directory, numbering: .paletteThenRGB)
            return (type, depth, nil)
        } catch {
            return (TerminalType(name: base, numbering: numbering), fallback, error.message)
        }
    }

    /// How many colours the description of a type has; throws when the screen cannot be
    /// drawn with it.
    static func colors(of name: String) throws(TerminalError) -> Int {
        let result = unsafe compositor_probe_colors(name)
        switch Int(result) {
        case compositor_unknown_terminal: throw .unsuitable(type: name, knows: false)
        case compositor_cannot_address: throw .unsuitable(type: name, knows: true)
        default: return Int(result)
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
