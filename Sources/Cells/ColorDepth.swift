/// How many colours a terminal shows.
package enum ColorDepth: String, CaseIterable, Sendable, Comparable {
    /// Attributes only.
    case mono
    case ansi16 = "16"
    case ansi256 = "256"
    case rgb

    package static func < (left: ColorDepth, right: ColorDepth) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .mono: 0
        case .ansi16: 1
        case .ansi256: 2
        case .rgb: 3
        }
    }
}

extension Style {
    /// The nearest style that a terminal of this depth can show.
    package func reduced(to depth: ColorDepth) -> Style {
        if depth == .rgb { return self }
        if depth == .mono { return Style(attributes: attributes) }
        return Style(
            foreground: foreground.reduced(to: depth), background: background.reduced(to: depth),
            attributes: attributes)
    }
}

extension Color {
    /// The nearest colour of a smaller palette.
    package func reduced(to depth: ColorDepth) -> Color {
        switch (self, depth) {
        case (_, .mono): return .standard
        case (.standard, _), (_, .rgb), (.palette, .ansi256), (.palette(0...15), _): return self
        case (.palette, .ansi16), (.rgb, _):
            let (red, green, blue) = components ?? (0, 0, 0)
            let rgb = Color.rgb(red, green, blue)
            return .palette(depth == .ansi16 ? rgb.nearest(in: 0..<16) : rgb.nearestOf256())
        }
    }

    /// Red, green and blue; for the first sixteen those of xterm; nil for the terminal's own.
    package var components: (red: UInt8, green: UInt8, blue: UInt8)? {
        switch self {
        case .standard: return nil
        case .rgb(let red, let green, let blue): return (red, green, blue)
        case .palette(let index) where index < 16:
            let value = Self.xterm16[Int(index)]
            return (
                UInt8(value >> 16), UInt8(truncatingIfNeeded: value >> 8),
                UInt8(truncatingIfNeeded: value)
            )
        case .palette(let index) where index < 232:
            let cube = Int(index) - 16
            return (
                Self.steps[cube / 36], Self.steps[cube / 6 % 6], Self.steps[cube % 6]
            )
        case .palette(let index):
            let grey = UInt8(8 + (Int(index) - 232) * 10)
            return (grey, grey, grey)
        }
    }

    private static let xterm16: [UInt32] = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ]

    /// The six steps of each channel in the colour cube.
    private static let steps: [UInt8] = [0, 95, 135, 175, 215, 255]

    /// The nearest in the cube or the greys: one candidate of each, O(1).
    ///
    /// The first sixteen are never chosen: their look is the user's.
    private func nearestOf256() -> UInt8 {
        let (red, green, blue) = components ?? (0, 0, 0)
        func step(_ value: UInt8) -> Int {
            value < 48 ? 0 : value < 115 ? 1 : (Int(value) - 35) / 40
        }
        let cube = UInt8(16 + 36 * step(red) + 6 * step(green) + step(blue))
        let mean = (Int(red) + Int(green) + Int(blue)) / 3
        let grey = UInt8(232 + min(23, max(0, (mean - 3) / 10)))
        return distance(to: .palette(grey)) < distance(to: .palette(cube)) ? grey : cube
    }

    private func nearest(in palette: Range<UInt8>) -> UInt8 {
        var best = palette.lowerBound
        for index in palette
        where distance(to: .palette(index)) < distance(to: .palette(best)) {
            best = index
        }
        return best
    }

    /// A distance nearer to the eye's than the plain one, in integers.
    ///
    /// Source: T. Riemersma, "Colour metric", compuphase.com ("redmean").
    func distance(to other: Color) -> Int {
        guard let (red, green, blue) = components,
            let (otherRed, otherGreen, otherBlue) = other.components
        else { return self == other ? 0 : .max }
        let mean = (Int(red) + Int(otherRed)) / 2
        let reds = Int(red) - Int(otherRed)
        let greens = Int(green) - Int(otherGreen)
        let blues = Int(blue) - Int(otherBlue)
        return (512 + mean) * reds * reds + 1024 * greens * greens + (767 - mean) * blues * blues
    }
}
