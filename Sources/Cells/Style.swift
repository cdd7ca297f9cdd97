/// How a cell looks: two colours and attributes.
///
/// Packed into 58 bits, because every cell of a grid carries its own: grids then need no
/// table of styles, and comparing two of them is comparing memory.
package struct Style: Hashable, Sendable, BitwiseCopyable {
    /// What a terminal can do to a character besides colouring it.
    package struct Attributes: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let bold = Attributes(rawValue: 1)
        package static let dim = Attributes(rawValue: 2)
        package static let italic = Attributes(rawValue: 4)
        package static let underline = Attributes(rawValue: 8)
        package static let reverse = Attributes(rawValue: 16)
        package static let strikethrough = Attributes(rawValue: 32)
    }

    /// Foreground in bits 0–25, background in 26–51, attributes in 52–57.
    private(set) var bits: UInt64

    /// The terminal's own colours, no attributes.
    package static let standard = Style()

    static let mask: UInt64 = 1 << 58 - 1
    private static let colorMask: UInt64 = 1 << 26 - 1

    package init(
        foreground: Color = .standard, background: Color = .standard, attributes: Attributes = []
    ) {
        bits =
            foreground.bits | background.bits << 26 | UInt64(attributes.rawValue & 63) << 52
    }

    init(bits: UInt64) { self.bits = bits & Self.mask }

    package var foreground: Color {
        get { Color(bits: bits & Self.colorMask) }
        set { bits = bits & ~Self.colorMask | newValue.bits }
    }

    package var background: Color {
        get { Color(bits: bits >> 26 & Self.colorMask) }
        set { bits = bits & ~(Self.colorMask << 26) | newValue.bits << 26 }
    }

    package var attributes: Attributes {
        get { Attributes(rawValue: UInt8(truncatingIfNeeded: bits >> 52 & 63)) }
        set { bits = bits & ~(63 << 52) | UInt64(newValue.rawValue & 63) << 52 }
    }

    /// The same with another foreground.
    package func foreground(_ color: Color) -> Style {
        var copy = self
        copy.foreground = color
        return copy
    }

    /// The same with another background.
    package func background(_ color: Color) -> Style {
        var copy = self
        copy.background = color
        return copy
    }

    /// The same with further attributes.
    package func adding(_ attributes: Attributes) -> Style {
        var copy = self
        copy.attributes.formUnion(attributes)
        return copy
    }
}
