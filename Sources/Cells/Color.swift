/// A colour as a terminal knows it.
package enum Color: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case standard
    /// An entry of the 256-colour palette; 0–15 are the user's own sixteen.
    case palette(UInt8)
    case rgb(UInt8, UInt8, UInt8)

    /// 26 bits: a tag of two above 24 of value.
    var bits: UInt64 {
        switch self {
        case .standard: 0
        case .palette(let index): 1 << 24 | UInt64(index)
        case .rgb(let red, let green, let blue):
            2 << 24 | UInt64(red) << 16 | UInt64(green) << 8 | UInt64(blue)
        }
    }

    init(bits: UInt64) {
        switch bits >> 24 & 3 {
        case 1: self = .palette(UInt8(truncatingIfNeeded: bits))
        case 2:
            self = .rgb(
                UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8),
                UInt8(truncatingIfNeeded: bits))
        default: self = .standard
        }
    }
}
