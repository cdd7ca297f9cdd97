/// Something a person did at the terminal.
package enum InputEvent: Hashable, Sendable {
    case key(Key)
    case mouse(MouseEvent)
    /// Pasted text as it came; a paste above `InputParser.pasteLimit` comes in pieces.
    case paste(String)
    /// The terminal's window gained or lost the keyboard.
    case focus(Bool)
}

/// A key press in script spelling: "q", "Q", "ctrl-c", "up", "shift-tab", "f1", "space",
/// "enter", "escape", "alt-x".
///
/// Modifiers come in the order ctrl, alt, shift. A shifted letter is the capital itself.
/// What a terminal cannot tell apart has one name: Tab is "tab" and never "ctrl-i", Enter is
/// "enter" and never "ctrl-m", and both codes of the backspace key are "backspace".
package struct Key: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    package var name: String

    package init(_ name: String) { self.name = name }
    package init(stringLiteral name: String) { self.name = name }

    package var description: String { name }
}

/// Keys held while another key or the mouse was used.
package struct Modifiers: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let shift = Modifiers(rawValue: 1)
    package static let alt = Modifiers(rawValue: 2)
    package static let ctrl = Modifiers(rawValue: 4)

    /// "ctrl-alt-shift-" or a part of it.
    var prefix: String {
        (contains(.ctrl) ? "ctrl-" : "") + (contains(.alt) ? "alt-" : "")
            + (contains(.shift) ? "shift-" : "")
    }
}

/// Something the mouse did, at a cell counted from 0 at the top left.
package struct MouseEvent: Hashable, Sendable {
    package enum Button: Hashable, Sendable {
        case left, middle, right
        /// A button beyond the third, by its number from 4.
        case other(Int)
        /// None, or one the terminal does not tell (the old protocol's release).
        case unknown
    }

    package enum Action: Hashable, Sendable {
        case press(Button)
        case release(Button)
        /// Motion with a button held.
        case drag(Button)
        case move
        case wheelUp, wheelDown, wheelLeft, wheelRight
    }

    package var action: Action
    package var column: Int
    package var row: Int
    package var modifiers: Modifiers

    package init(action: Action, column: Int, row: Int, modifiers: Modifiers = []) {
        self.action = action
        self.column = column
        self.row = row
        self.modifiers = modifiers
    }
}
