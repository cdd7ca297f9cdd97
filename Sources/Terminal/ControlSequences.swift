import TextEncodings

/// What is sent to the terminal besides frames.
///
/// xterm's private modes are written plainly: terminals that lack one ignore it, and terminfo
/// has no names for them.
struct ControlSequences {
    /// From the terminal type's description.
    var enterScreen: [UInt8]
    var leaveScreen: [UInt8]
    var hideCursor: [UInt8]
    var showCursor: [UInt8]
    var plainText: [UInt8]

    static let mouseOn = bytes("\u{1B}[?1000h\u{1B}[?1002h\u{1B}[?1006h")
    static let mouseOff = bytes("\u{1B}[?1006l\u{1B}[?1002l\u{1B}[?1000l")
    private static let pasteAndFocusOn = bytes("\u{1B}[?2004h\u{1B}[?1004h")
    private static let pasteAndFocusOff = bytes("\u{1B}[?1004l\u{1B}[?2004l")
    /// Between these the terminal shows nothing of a frame before it has all of it.
    static let frameBegin = bytes("\u{1B}[?2026h")
    static let frameEnd = bytes("\u{1B}[?2026l")
    /// Ends a sequence that broke off: CAN, and the end of a string.
    private static let cancel = bytes("\u{18}\u{1B}\\")

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    func enter(mouse: Bool) -> [UInt8] {
        enterScreen + hideCursor
            + (mouse ? Self.mouseOn : []) + Self.pasteAndFocusOn
    }

    /// Undoes everything, from whatever state; modes first, for some terminals keep them per
    /// screen. Without an alternate screen the frame is cleared away.
    var restore: [UInt8] {
        Self.cancel + Self.frameEnd + Self.mouseOff + Self.pasteAndFocusOff + plainText
            + showCursor + leaveScreen
    }

    /// What brings a terminal back whose program was killed, without knowing its type.
    static let reset: [UInt8] =
        cancel + frameEnd + mouseOff
        + bytes("\u{1B}[?1003l\u{1B}[?1005l\u{1B}[?1015l\u{1B}[?9l") + pasteAndFocusOff
        + bytes(
            "\u{1B}(B\u{0F}\u{1B}[m\u{1B}[?7h\u{1B}[4l\u{1B}[?1l\u{1B}>\u{1B}[?25h\u{1B}[?1049l")
        + bytes("\r\n")

    /// The longest text that terminals commonly take into the clipboard, in bytes.
    static let clipboardLimit = 74_994 / 4 * 3

    /// Puts text into the clipboard of the terminal's user (OSC 52).
    ///
    /// Within tmux it is sent twice: plainly, for tmux when it keeps the clipboard itself
    /// (`set-clipboard on`), and wrapped, for the terminal around it (`allow-passthrough`).
    static func copy(_ text: String, environment: [String: String]) -> [UInt8] {
        let body = bytes("\u{1B}]52;c;") + Base64.encoded(Array(text.utf8))
        let plain = body + bytes("\u{1B}\\")
        if environment["TMUX"] != nil {
            let doubled = plain.flatMap { $0 == 0x1B ? [0x1B, 0x1B] : [$0] }
            return plain + bytes("\u{1B}Ptmux;") + doubled + bytes("\u{1B}\\")
        }
        if environment["STY"] != nil {
            // screen ends its wrapping at the first ST, so the string in it ends with BEL;
            // and it takes 768 bytes at once at most.
            let whole = body + [0x07]
            return stride(from: 0, to: whole.count, by: 512).flatMap { start in
                bytes("\u{1B}P") + whole[start..<min(start + 512, whole.count)]
                    + bytes("\u{1B}\\")
            }
        }
        return plain
    }
}

extension ControlSequences {
    /// The sequences of the compositor's terminal type.
    init(compositor: Compositor) {
        enterScreen = compositor.capability("smcup")
        leaveScreen = compositor.capability("rmcup")
        hideCursor = compositor.capability("civis")
        showCursor = compositor.capability("cnorm")
        plainText = compositor.capability("sgr0")
        if leaveScreen.isEmpty { leaveScreen = compositor.capability("clear") }
    }
}
