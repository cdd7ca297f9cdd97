import Cells

/// A terminal small enough to be obviously right: places the cursor, selects styles, writes.
struct Screen {
    var grid: Grid
    private var cursor = Point(column: 0, row: 0)
    private var style = Style.standard

    init(_ size: Size) { grid = Grid(size: size) }

    /// False when a sequence is one that this screen does not know.
    mutating func feed(_ output: String) -> Bool {
        var scalars = Array(output.unicodeScalars)[...]
        while let scalar = scalars.popFirst() {
            guard scalar == "\u{1B}" else {
                put(scalar)
                continue
            }
            guard scalars.popFirst() == "[" else { return false }
            var parameters = ""
            while let next = scalars.first, !("@"..."~").contains(next) {
                parameters.unicodeScalars.append(next)
                scalars.removeFirst()
            }
            guard let final = scalars.popFirst() else { return false }
            if !perform(final, parameters) { return false }
        }
        return true
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let width = TextWidth.width(of: scalar)
        guard width == 0 else {
            grid.write(String(scalar), at: cursor, style: style)
            cursor.column += width
            return
        }
        // A mark joins what was written before it: write both again.
        var column = cursor.column - 1
        if grid[column, cursor.row].isContinuation { column -= 1 }
        let base = grid[column, cursor.row]
        var text = String(base.scalar)
        for mark in base.marks + [scalar] { text.unicodeScalars.append(mark) }
        grid.write(text, at: Point(column: column, row: cursor.row), style: base.style)
    }

    private mutating func perform(_ final: Unicode.Scalar, _ parameters: String) -> Bool {
        let numbers = parameters.split(separator: ";", omittingEmptySubsequences: false)
            .map { Int($0) ?? 0 }
        switch final {
        case "H":
            guard numbers.count == 2 else { return false }
            cursor = Point(column: numbers[1] - 1, row: numbers[0] - 1)
        case "m": return select(numbers[...])
        case "l": return parameters == "?25" || parameters == "?7"
        default: return false
        }
        return true
    }

    private mutating func select(_ numbers: ArraySlice<Int>) -> Bool {
        var numbers = numbers
        let attributes: [Int: Style.Attributes] = [
            1: .bold, 2: .dim, 3: .italic, 4: .underline, 7: .reverse, 9: .strikethrough,
        ]
        while let number = numbers.popFirst() {
            switch number {
            case 0: style = .standard
            case 30...37: style.foreground = .palette(UInt8(number - 30))
            case 40...47: style.background = .palette(UInt8(number - 40))
            case 90...97: style.foreground = .palette(UInt8(number - 82))
            case 100...107: style.background = .palette(UInt8(number - 92))
            case 38, 48:
                let color: Color
                switch numbers.popFirst() {
                case 5: color = .palette(UInt8(numbers.removeFirst()))
                case 2:
                    let channels = numbers.prefix(3).map { UInt8($0) }
                    numbers = numbers.dropFirst(3)
                    color = .rgb(channels[0], channels[1], channels[2])
                default: return false
                }
                if number == 38 { style.foreground = color } else { style.background = color }
            default:
                guard let attribute = attributes[number] else { return false }
                style.attributes.insert(attribute)
            }
        }
        return true
    }
}
