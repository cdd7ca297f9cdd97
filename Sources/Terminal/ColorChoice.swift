package import Cells

/// What the user asked of colours: `--color` or the configuration.
package enum ColorChoice: String, CaseIterable, Sendable {
    case auto, always, never
    case ansi16 = "16"
    case ansi256 = "256"
    case rgb

    /// The depth to draw in, and the reason in words.
    ///
    /// NO_COLOR (no-color.org) counts when it is not empty and nothing was asked for.
    /// `available` is the number of colours of the terminal type, 0 for none.
    package func depth(
        environment: [String: String], available: Int
    ) -> (depth: ColorDepth, reason: String) {
        switch self {
        case .never: return (.mono, "colour was switched off")
        case .ansi16: return (.ansi16, "16 colours were asked for")
        case .ansi256: return (.ansi256, "256 colours were asked for")
        case .rgb: return (.rgb, "24-bit colour was asked for")
        case .auto where environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false:
            return (.mono, "NO_COLOR is set")
        case .auto, .always: break
        }
        let type = environment["TERM"] ?? ""
        // GNU screen passes COLORTERM on from a terminal whose 24-bit colours it garbles.
        let isScreen = type.hasPrefix("screen") && environment["TMUX"] == nil
        if let named = environment["COLORTERM"], ["truecolor", "24bit"].contains(named), !isScreen {
            return (.rgb, "COLORTERM is \(named)")
        }
        if available >= 1 << 24 { return (.rgb, "\(type) has 24-bit colour") }
        if available >= 256 { return (.ansi256, "\(type) has \(available) colours") }
        if available >= 8 || self == .always {
            return (.ansi16, "\(type) has \(available) colours")
        }
        return (.mono, "\(type) has no colours")
    }
}
