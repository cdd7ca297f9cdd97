/// A mouse event in the spelling in which it crosses the log: "mouse-press@12,5".
package struct MouseInput: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case press = "mouse-press"
        case drag = "mouse-drag"
        case release = "mouse-release"
        case wheelUp = "wheel-up"
        case wheelDown = "wheel-down"
    }

    package var kind: Kind
    /// From 0 at the upper left corner.
    package var column: Int
    package var row: Int

    package init(kind: Kind, column: Int, row: Int) {
        self.kind = kind
        self.column = column
        self.row = row
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { return nil }
        let numbers = parts[1].split(separator: ",", omittingEmptySubsequences: false)
        guard numbers.count == 2, let column = Int(numbers[0]), let row = Int(numbers[1]),
            (0..<10_000).contains(column), (0..<10_000).contains(row)
        else { return nil }
        self.init(kind: kind, column: column, row: row)
    }

    package static func isValid(_ text: String) -> Bool { MouseInput(text) != nil }

    package var text: String { "\(kind.rawValue)@\(column),\(row)" }
}
