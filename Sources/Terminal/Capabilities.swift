internal import CNcurses
package import Cells
internal import Glibc

/// What is known of the terminal without taking its screen: for `doctor` and for defaults.
package struct Capabilities: Equatable, Sendable {
    /// One line of the description.
    package struct Finding: Equatable, Sendable {
        package var name: String
        package var value: String
        /// Whether it hinders something; `value` says what helps.
        package var isProblem: Bool

        package init(name: String, value: String, isProblem: Bool = false) {
            self.name = name
            self.value = value
            self.isProblem = isProblem
        }
    }

    package var term: String
    package var isTerminal: Bool
    /// Nil when standard output is no terminal.
    package var size: Size?
    /// The colours of the terminal type; nil when the screen cannot be drawn with it.
    package var colors: Int?
    package var depth: ColorDepth
    package var depthReason: String
    /// Where `tic` is: it compiles the description that 24-bit colour needs.
    package var tic: String?
    package var locale: String
    package var isUTF8: Bool
    /// Whether COLORTERM promises 24-bit colour.
    package var isTrueColor: Bool
    package var hasMouse: Bool
    /// "tmux" or "screen" when inside one.
    package var multiplexer: String?
    /// Whether the font can be trusted with braille dots: not on the Linux console.
    package var hasBraille: Bool
    private var refusal: String?

    /// Looks at the environment and the standard descriptors; changes nothing.
    package init(
        color: ColorChoice = .auto, environment: [String: String] = processEnvironment()
    ) {
        term = environment["TERM"] ?? ""
        isTerminal = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        var numbers: [CInt] = [0, 0]
        if unsafe terminal_size(STDOUT_FILENO, &numbers) == 0, numbers[0] > 0 {
            size = Size(columns: Int(numbers[1]), rows: Int(numbers[0]))
        }
        do {
            colors = try TerminalType.known(term).colors
        } catch {
            refusal = error.message
        }
        (depth, depthReason) = color.depth(environment: environment, available: colors ?? 0)
        tic = Self.find("tic", environment)
        let names = ["LC_ALL", "LC_CTYPE", "LANG"]
        locale =
            names.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        isUTF8 = compositor_use_utf8_locale() == 1
        isTrueColor = ["truecolor", "24bit"].contains(environment["COLORTERM"])
        hasMouse = Self.isXtermLike(term)
        hasBraille = term != "linux"
        multiplexer =
            environment["TMUX"] != nil ? "tmux" : environment["STY"] != nil ? "screen" : nil
    }

    /// Whether a terminal type knows xterm's private modes; the consoles do not.
    static func isXtermLike(_ term: String) -> Bool {
        !["linux", "vt1", "vt2", "vt5", "dumb", "cons"].contains { term.hasPrefix($0) }
            && !term.isEmpty
    }

    private static func find(_ program: String, _ environment: [String: String]) -> String? {
        let path = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(program)" }.first {
            unsafe access($0, X_OK) == 0
        }
    }

    /// The description, line by line, in a fixed order.
    package var findings: [Finding] {
        var result = [
            Finding(
                name: "terminal",
                value: isTerminal ? "yes" : "no: standard input or output is none",
                isProblem: !isTerminal),
            Finding(
                name: "TERM", value: refusal ?? term, isProblem: refusal != nil),
            Finding(
                name: "size", value: size.map { "\($0.columns)x\($0.rows)" } ?? "unknown",
                isProblem: size == nil && isTerminal),
            Finding(name: "colours of the type", value: colors.map { "\($0)" } ?? "unknown"),
            Finding(name: "drawn in", value: "\(depth.rawValue) (\(depthReason))"),
            Finding(name: "24-bit by COLORTERM", value: isTrueColor ? "yes" : "no"),
        ]
        let needsTic = depth == .rgb || depth == .ansi256 && (colors ?? 0) < 256
        result.append(
            Finding(
                name: "tic",
                value: tic ?? "not found" + (needsTic ? ": install ncurses-bin for 24-bit" : ""),
                isProblem: tic == nil && needsTic))
        let named = locale.isEmpty ? "none" : locale
        result.append(
            Finding(
                name: "locale", value: isUTF8 ? named : "\(named), not UTF-8: C.UTF-8 stands in",
                isProblem: !isUTF8))
        result.append(Finding(name: "mouse", value: hasMouse ? "yes" : "no"))
        result.append(Finding(name: "braille", value: hasBraille ? "yes" : "no"))
        result.append(Finding(name: "inside", value: multiplexer ?? "no multiplexer"))
        return result
    }
}
