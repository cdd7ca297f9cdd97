/// A field of dots, two by four in each cell, in up to eight bands of colour.
///
/// A cell has one colour: the highest band plotted in it. So a band is also a rank: plot the
/// newest points in the highest band, whatever the order of plotting.
package struct BrailleCanvas: Sendable {
    package static let bandCount = 8

    package let columns: Int
    package let rows: Int
    /// Per cell, bit `row * 2 + column` for each of its dots.
    private(set) var dots: [UInt8]
    private(set) var bands: [UInt8]

    package init(columns: Int, rows: Int) {
        self.columns = max(0, columns)
        self.rows = max(0, rows)
        dots = Array(repeating: 0, count: self.columns * self.rows)
        bands = dots
    }

    /// Dots across.
    package var width: Int { columns * 2 }
    /// Dots down.
    package var height: Int { rows * 4 }

    /// Forgets all dots and keeps the memory.
    package mutating func clear() {
        for index in dots.indices {
            dots[index] = 0
            bands[index] = 0
        }
    }

    /// Sets a dot; x goes right, y goes down, both from 0. One outside does nothing.
    @inline(__always)
    package mutating func plot(x: Int, y: Int, band: UInt8 = 0) {
        guard x >= 0, x < width, y >= 0, y < height else { return }
        let cell = (y >> 2) * columns + x >> 1
        dots[cell] |= 1 << UInt8(truncatingIfNeeded: (y & 3) << 1 | x & 1)
        if band > bands[cell] { bands[cell] = min(band, UInt8(Self.bandCount - 1)) }
    }

    /// Sets the dots of a straight line; both ends are set; what lies outside is cut.
    ///
    /// Steps along the longer axis and rounds the other, so a cut line has the same dots as
    /// the whole one. O(dots inside).
    package mutating func line(fromX: Int, y fromY: Int, toX: Int, y toY: Int, band: UInt8 = 0) {
        // Differences of such ends cannot overflow, even doubled and multiplied.
        let limit = 1 << 28
        func bounded(_ value: Int) -> Int { min(max(value, -limit), limit) }
        let (startX, startY) = (bounded(fromX), bounded(fromY))
        let (endX, endY) = (bounded(toX), bounded(toY))
        let (deltaX, deltaY) = (endX - startX, endY - startY)
        let steps = max(abs(deltaX), abs(deltaY))
        guard steps > 0 else { return plot(x: startX, y: startY, band: band) }
        let across = abs(deltaX) >= abs(deltaY)
        let (start, forward) = across ? (startX, deltaX > 0) : (startY, deltaY > 0)
        let extent = across ? width : height
        // The steps at which the longer axis is inside.
        let first = max(0, forward ? -start : start - (extent - 1))
        let last = min(steps, forward ? extent - 1 - start : start)
        guard first <= last else { return }
        func along(_ delta: Int, _ step: Int) -> Int {
            let doubled = 2 * delta * step + steps
            let (quotient, rest) = doubled.quotientAndRemainder(dividingBy: 2 * steps)
            return rest < 0 ? quotient - 1 : quotient
        }
        for step in first...last {
            plot(x: startX + along(deltaX, step), y: startY + along(deltaY, step), band: band)
        }
    }

    /// Whether the dot is set.
    package func isSet(x: Int, y: Int) -> Bool {
        guard x >= 0, x < width, y >= 0, y < height else { return false }
        return dots[(y >> 2) * columns + x >> 1] & 1 << UInt8((y & 3) << 1 | x & 1) != 0
    }

    /// Draws the dots into a grid; cells without a dot stay as they are.
    ///
    /// `styles` are the bands' styles; a band beyond the last takes the last.
    /// O(cells).
    package func draw(
        in grid: inout Grid, at point: Point, styles: [Style], marker: Marker = .braille
    ) {
        guard !styles.isEmpty else { return }
        for row in 0..<rows {
            for column in 0..<columns {
                let index = row * columns + column
                guard dots[index] != 0 else { continue }
                grid.set(
                    marker.glyph(dots[index]),
                    at: Point(column: point.column + column, row: point.row + row),
                    style: styles[min(Int(bands[index]), styles.count - 1)])
            }
        }
    }
}

extension Marker {
    /// By quarters: 1 upper left, 2 upper right, 4 lower left, 8 lower right.
    private static let quarters: [Unicode.Scalar] = [
        " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
    ]

    /// The character that stands for a cell's eight dots (bit `row * 2 + column`).
    func glyph(_ dots: UInt8) -> Unicode.Scalar {
        switch self {
        case .braille:
            // Unicode numbers the left dots 1, 2, 3, 7 and the right ones 4, 5, 6, 8.
            let left = dots & 1 | (dots >> 2 & 1) << 1 | (dots >> 4 & 1) << 2
            let right = (dots >> 1 & 1) << 3 | (dots >> 3 & 1) << 4 | (dots >> 5 & 1) << 5
            let last = dots & 0xC0
            return Unicode.Scalar(0x2800 + UInt32(left | right | last)) ?? " "
        case .halfblock:
            switch (dots & 0x0F != 0, dots & 0xF0 != 0) {
            case (true, true): return "█"
            case (true, false): return "▀"
            case (false, true): return "▄"
            case (false, false): return " "
            }
        case .quadrant:
            let index =
                (dots & 0x05 != 0 ? 1 : 0) | (dots & 0x0A != 0 ? 2 : 0)
                | (dots & 0x50 != 0 ? 4 : 0) | (dots & 0xA0 != 0 ? 8 : 0)
            return Self.quarters[index]
        case .ascii:
            switch dots.nonzeroBitCount {
            case 0: return " "
            case 1...2: return dots & 0x0F != 0 ? dots & 0xF0 != 0 ? ":" : "'" : "."
            case 3...4: return ":"
            case 5...6: return "o"
            default: return "O"
            }
        }
    }
}
