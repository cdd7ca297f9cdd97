import Cells

/// A small terminal for tests: bytes in, cells out.
///
/// It knows what ncurses sends for xterm's relatives and nothing else; what it does not know
/// it counts in `problems`, so a test notices. Sources: ECMA-48, xterm's ctlseqs.
struct VirtualTerminal {
    struct Cell: Equatable {
        var text: [Unicode.Scalar] = [" "]
        var style = Style.standard
        var isWide = false
        var isContinuation = false
    }

    private(set) var size: Size
    private(set) var cells: [Cell]
    private(set) var problems: [String] = []
    private(set) var modes: Set<Int> = []
    private var row = 0
    private var column = 0
    private var wrapPending = false
    private var inserts = false
    private var style = Style.standard
    private var pending: [UInt8] = []
    private var lastPrinted: Unicode.Scalar?

    init(size: Size) {
        self.size = size
        cells = Array(repeating: Cell(), count: size.columns * size.rows)
    }

    subscript(column: Int, row: Int) -> Cell { cells[row * size.columns + column] }

    func text() -> String {
        (0..<size.rows).map { row in
            var line = ""
            for column in 0..<size.columns where !self[column, row].isContinuation {
                line.unicodeScalars.append(contentsOf: self[column, row].text)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }.joined(separator: "\n")
    }

    /// As terminals do it: what fits stays at the upper left.
    mutating func resize(_ new: Size) {
        var resized = VirtualTerminal(size: new)
        for row in 0..<min(size.rows, new.rows) {
            for column in 0..<min(size.columns, new.columns) {
                resized.cells[row * new.columns + column] = self[column, row]
            }
        }
        size = new
        cells = resized.cells
        row = min(row, new.rows - 1)
        column = min(column, new.columns - 1)
        wrapPending = false
    }

    mutating func feed(_ bytes: [UInt8]) {
        let all = pending + bytes
        pending = []
        var index = 0
        while index < all.count {
            let length = all[index] == 0x1B ? sequence(all, at: index) : plain(all, at: index)
            guard length > 0 else {
                pending = Array(all[index...])
                return
            }
            index += length
        }
    }

    /// A control byte or a character; returns its length, 0 when it is not whole.
    private mutating func plain(_ bytes: [UInt8], at index: Int) -> Int {
        switch bytes[index] {
        case 0x08:
            column = max(0, column - 1)
            wrapPending = false
        case 0x09:
            column = min(size.columns - 1, (column / 8 + 1) * 8)
        case 0x0A: lineFeed()
        case 0x0D:
            column = 0
            wrapPending = false
        case 0x0F, 0x18: break
        case 0x00..<0x20, 0x7F: problems.append("control byte \(bytes[index])")
        default:
            let lead = bytes[index]
            let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            guard index + length <= bytes.count else { return 0 }
            let text = String(decoding: bytes[index..<index + length], as: UTF8.self)
            for scalar in text.unicodeScalars { print(scalar) }
            return length
        }
        return 1
    }

    private mutating func lineFeed() {
        wrapPending = false
        if row < size.rows - 1 {
            row += 1
        } else {
            problems.append("the screen scrolled")
        }
    }

    private mutating func print(_ scalar: Unicode.Scalar) {
        let width = TextWidth.width(of: scalar)
        if width == 0 {
            var target = wrapPending ? column : column - 1
            if target > 0, self[target, row].isContinuation { target -= 1 }
            if target >= 0 { cells[row * size.columns + target].text.append(scalar) }
            return
        }
        if wrapPending || column + width > size.columns {
            column = 0
            lineFeed()
        }
        lastPrinted = scalar
        if inserts { insert(width) }
        put(Cell(text: [scalar], style: style, isWide: width == 2), at: column)
        if width == 2 {
            put(Cell(text: [], style: style, isContinuation: true), at: column + 1)
        }
        column += width
        if column >= size.columns {
            column = size.columns - 1
            wrapPending = true
        }
    }

    private mutating func put(_ cell: Cell, at column: Int) {
        let index = row * size.columns + column
        let old = cells[index]
        cells[index] = cell
        if old.isWide, column + 1 < size.columns, !cell.isWide {
            cells[index + 1] = Cell(style: old.style)
        }
        if old.isContinuation, !cell.isContinuation, column > 0, cells[index - 1].isWide {
            cells[index - 1] = Cell(style: old.style)
        }
    }

    private mutating func erase(_ range: Range<Int>) {
        for index in range {
            cells[index] = Cell(style: Style(background: style.background))
        }
    }

    private mutating func sequence(_ bytes: [UInt8], at index: Int) -> Int {
        guard index + 1 < bytes.count else { return 0 }
        switch bytes[index + 1] {
        case UInt8(ascii: "["): return control(bytes, at: index)
        case UInt8(ascii: "("): return index + 2 < bytes.count ? 3 : 0
        case UInt8(ascii: "\\"), UInt8(ascii: "="), UInt8(ascii: ">"): return 2
        case UInt8(ascii: "M"):
            row = max(0, row - 1)
            return 2
        default:
            problems.append("ESC \(bytes[index + 1])")
            return 2
        }
    }

    private mutating func control(_ bytes: [UInt8], at index: Int) -> Int {
        guard let end = bytes[(index + 2)...].firstIndex(where: { (0x40...0x7E).contains($0) })
        else { return 0 }
        let body = String(decoding: bytes[index + 2..<end], as: UTF8.self)
        let isPrivate = body.hasPrefix("?")
        let numbers = body.drop { $0 == "?" }.split(
            separator: ";", omittingEmptySubsequences: false
        ).map { Int($0) ?? 0 }
        let final = Character(Unicode.Scalar(bytes[end]))
        if isPrivate, final == "h" || final == "l" {
            for number in numbers {
                if final == "h" { modes.insert(number) } else { modes.remove(number) }
            }
        } else if body == "4", final == "h" || final == "l" {
            inserts = final == "h"
        } else {
            apply(final, numbers, body)
        }
        return end - index + 1
    }

    private mutating func apply(_ final: Character, _ numbers: [Int], _ body: String) {
        let count = max(1, numbers.first ?? 1)
        let start = row * size.columns
        if final != "m", final != "b" { wrapPending = false }
        switch final {
        case "H":
            row = min(size.rows, count) - 1
            column = min(size.columns, max(1, numbers.count > 1 ? numbers[1] : 1)) - 1
        case "A": row = max(0, row - count)
        case "B": row = min(size.rows - 1, row + count)
        case "C": column = min(size.columns - 1, column + count)
        case "D": column = max(0, column - count)
        case "G": column = min(size.columns, count) - 1
        case "d": row = min(size.rows, count) - 1
        case "Z": column = max(0, (column - 1) / 8 * 8)
        case "J" where body == "2": erase(0..<cells.count)
        case "J" where body.isEmpty: erase(start + column..<cells.count)
        case "K" where body.isEmpty: erase(start + column..<start + size.columns)
        case "K" where body == "1": erase(start..<start + column + 1)
        case "X": erase(start + column..<start + min(size.columns, column + count))
        case "@": insert(count)
        case "b":
            if let lastPrinted { for _ in 0..<count { print(lastPrinted) } }
        case "m": select(numbers)
        case "r": (row, column) = (0, 0)
        default: problems.append("CSI \(body)\(final)")
        }
    }

    /// Moves the rest of the row to the right.
    private mutating func insert(_ count: Int) {
        let end = (row + 1) * size.columns
        let start = row * size.columns + column
        let kept = cells[start..<max(start, end - count)]
        erase(start..<min(end, start + count))
        cells.replaceSubrange((end - kept.count)..<end, with: kept)
    }

    private mutating func select(_ numbers: [Int]) {
        var rest = numbers[...]
        while let number = rest.popFirst() {
            switch number {
            case 0: style = .standard
            case 1: style.attributes.insert(.bold)
            case 2: style.attributes.insert(.dim)
            case 3: style.attributes.insert(.italic)
            case 4: style.attributes.insert(.underline)
            case 7: style.attributes.insert(.reverse)
            case 9: style.attributes.insert(.strikethrough)
            case 22: style.attributes.subtract([.bold, .dim])
            case 23: style.attributes.remove(.italic)
            case 24: style.attributes.remove(.underline)
            case 27: style.attributes.remove(.reverse)
            case 30...37: style.foreground = .palette(UInt8(number - 30))
            case 40...47: style.background = .palette(UInt8(number - 40))
            case 90...97: style.foreground = .palette(UInt8(number - 82))
            case 100...107: style.background = .palette(UInt8(number - 92))
            case 39: style.foreground = .standard
            case 49: style.background = .standard
            case 38: style.foreground = extended(&rest)
            case 48: style.background = extended(&rest)
            default: problems.append("SGR \(number)")
            }
        }
    }

    private mutating func extended(_ rest: inout ArraySlice<Int>) -> Color {
        switch rest.popFirst() {
        case 5:
            return .palette(UInt8(truncatingIfNeeded: rest.popFirst() ?? 0))
        case 2 where rest.count >= 3:
            let parts = rest.prefix(3).map { UInt8(truncatingIfNeeded: $0) }
            rest = rest.dropFirst(3)
            return .rgb(parts[0], parts[1], parts[2])
        default:
            problems.append("a broken colour")
            return .standard
        }
    }
}
