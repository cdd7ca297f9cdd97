/// What complete control sequences mean.
extension InputParser {
    static let singleShiftNames: [UInt8: String] = [
        UInt8(ascii: "A"): "up", UInt8(ascii: "B"): "down", UInt8(ascii: "C"): "right",
        UInt8(ascii: "D"): "left", UInt8(ascii: "E"): "begin", UInt8(ascii: "F"): "end",
        UInt8(ascii: "H"): "home", UInt8(ascii: "M"): "enter", UInt8(ascii: "P"): "f1",
        UInt8(ascii: "Q"): "f2", UInt8(ascii: "R"): "f3", UInt8(ascii: "S"): "f4",
        // The keypad in application mode.
        UInt8(ascii: "j"): "*", UInt8(ascii: "k"): "+", UInt8(ascii: "m"): "-",
        UInt8(ascii: "n"): ".", UInt8(ascii: "o"): "/", UInt8(ascii: "X"): "=",
        UInt8(ascii: "p"): "0", UInt8(ascii: "q"): "1", UInt8(ascii: "r"): "2",
        UInt8(ascii: "s"): "3", UInt8(ascii: "t"): "4", UInt8(ascii: "u"): "5",
        UInt8(ascii: "v"): "6", UInt8(ascii: "w"): "7", UInt8(ascii: "x"): "8",
        UInt8(ascii: "y"): "9",
    ]

    private static let letterNames: [UInt8: String] = [
        UInt8(ascii: "A"): "up", UInt8(ascii: "B"): "down", UInt8(ascii: "C"): "right",
        UInt8(ascii: "D"): "left", UInt8(ascii: "E"): "begin", UInt8(ascii: "F"): "end",
        UInt8(ascii: "H"): "home", UInt8(ascii: "P"): "f1", UInt8(ascii: "Q"): "f2",
        UInt8(ascii: "R"): "f3", UInt8(ascii: "S"): "f4",
    ]

    private static let tildeNames: [Int: String] = [
        1: "home", 2: "insert", 3: "delete", 4: "end", 5: "page-up", 6: "page-down", 7: "home",
        8: "end", 11: "f1", 12: "f2", 13: "f3", 14: "f4", 15: "f5", 17: "f6", 18: "f7",
        19: "f8", 20: "f9", 21: "f10", 23: "f11", 24: "f12", 25: "f13", 26: "f14", 28: "f15",
        29: "f16", 31: "f17", 32: "f18", 33: "f19", 34: "f20",
    ]

    /// Keys of `CSI code;modifier u` and `CSI 27;modifier;code ~` that are no characters.
    private static let codeNames: [Int: String] = [
        8: "backspace", 9: "tab", 13: "enter", 27: "escape", 32: "space", 127: "backspace",
    ]

    /// xterm's modifier parameter: one more than shift 1, alt 2, ctrl 4, meta 8 (as alt).
    static func modifiers(_ parameter: Int) -> Modifiers {
        let bits = max(0, parameter - 1)
        var result = Modifiers(rawValue: UInt8(truncatingIfNeeded: bits & 7))
        if bits & 8 != 0 { result.insert(.alt) }
        return result
    }

    /// Numbers between semicolons, 0 for an empty one; nil when there is anything else. Of
    /// sub-parameters (after a colon) the first counts.
    private static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int]? {
        var result = [0]
        var isSub = false
        for byte in bytes {
            switch byte {
            case UInt8(ascii: ";"):
                result.append(0)
                isSub = false
            case UInt8(ascii: ":"): isSub = true
            case 0x30...0x39:
                if isSub { continue }
                result[result.count - 1] = min(
                    result[result.count - 1] * 10 + Int(byte - 0x30), 1 << 24)
            default: return nil
            }
        }
        return result
    }

    /// Interprets `CSI parameters final`.
    mutating func finish(_ parameters: [UInt8], final: UInt8) {
        if parameters == [UInt8(ascii: "[")] {
            emit("f\(final - 0x40)")
            return
        }
        if parameters.first == UInt8(ascii: "<") {
            let isMouse = final == UInt8(ascii: "M") || final == UInt8(ascii: "m")
            if isMouse, let numbers = Self.numbers(parameters.dropFirst()), numbers.count == 3,
                numbers[1] > 0, numbers[2] > 0
            {
                mouse(
                    code: numbers[0], column: numbers[1], row: numbers[2],
                    released: final == UInt8(ascii: "m"), old: false)
            } else {
                drop()
            }
            return
        }
        guard let numbers = Self.numbers(parameters[...]) else { return drop() }
        switch final {
        case UInt8(ascii: "~"): tilde(numbers)
        case UInt8(ascii: "u") where !parameters.isEmpty:
            code(numbers[0], numbers.dropFirst().first)
        case UInt8(ascii: "Z"):
            let held = Self.modifiers(numbers.count > 1 ? numbers[1] : 1)
            emit("tab", held.union(.shift))
        case UInt8(ascii: "I") where parameters.isEmpty: events.append(.focus(true))
        case UInt8(ascii: "O") where parameters.isEmpty: events.append(.focus(false))
        default:
            guard let name = Self.letterNames[final], numbers.count <= 2 else { return drop() }
            emit(name, Self.modifiers(numbers.count == 2 ? numbers[1] : 1))
        }
    }

    private mutating func tilde(_ numbers: [Int]) {
        if numbers == [200] {
            state = .paste
        } else if numbers[0] == 27, numbers.count == 3 {
            code(numbers[2], numbers[1])
        } else if let name = Self.tildeNames[numbers[0]], numbers.count <= 2 {
            emit(name, Self.modifiers(numbers.count == 2 ? numbers[1] : 1))
        } else {
            drop()
        }
    }

    /// A key by its code point, as the newer keyboard protocols send it.
    private mutating func code(_ code: Int, _ modifier: Int?) {
        var held = Self.modifiers(modifier ?? 1)
        if let name = Self.codeNames[code] {
            emit(name, held)
        } else if code > 32, let scalar = Unicode.Scalar(UInt32(code)),
            scalar.properties.generalCategory != .privateUse,
            scalar.properties.generalCategory != .control
        {
            var text = String(Character(scalar))
            // A shifted letter alone is the capital itself.
            if held.contains(.shift), held.isDisjoint(with: [.ctrl, .alt]) {
                text = scalar.properties.uppercaseMapping
                held.remove(.shift)
            }
            emit(text, held)
        } else {
            drop()
        }
    }

    /// A mouse report: xterm's button code, and the cell from 1.
    mutating func mouse(code: Int, column: Int, row: Int, released: Bool, old: Bool) {
        var held: Modifiers = []
        if code & 4 != 0 { held.insert(.shift) }
        if code & 8 != 0 { held.insert(.alt) }
        if code & 16 != 0 { held.insert(.ctrl) }
        let number = code & 3 | (code & 192) >> 4
        let action: MouseEvent.Action
        switch number {
        case 4: action = .wheelUp
        case 5: action = .wheelDown
        case 6: action = .wheelLeft
        case 7: action = .wheelRight
        case 3 where code & 32 != 0: action = .move
        case 3: action = .release(.unknown)
        default:
            let button = Self.button(number)
            action = code & 32 != 0 ? .drag(button) : released ? .release(button) : .press(button)
        }
        events.append(
            .mouse(MouseEvent(action: action, column: column - 1, row: row - 1, modifiers: held)))
    }

    private static func button(_ number: Int) -> MouseEvent.Button {
        switch number {
        case 0: .left
        case 1: .middle
        case 2: .right
        // Codes 128–131 are the buttons 8–11.
        default: .other(number)
        }
    }
}
