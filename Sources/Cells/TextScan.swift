extension TextWidth {
    /// One step of drawing a text.
    struct Piece {
        var scalar: UInt32
        /// 0: a mark over the piece before; else the columns of a new cell.
        var columns: Int
        /// Stands for something that cannot be drawn: shown dim.
        var isPicture: Bool
    }

    /// Turns text into pieces; carries on over several texts of one stream.
    struct Scan {
        /// Whether a mark has something to stand over; a space, which may be cut away at the
        /// end of a line, is not enough.
        var hasBase = false

        /// Calls `body` for every piece until it returns false.
        @inline(__always)
        mutating func run(_ text: String, _ body: (Piece) -> Bool) {
            for scalar in text.unicodeScalars {
                if !step(scalar.value, body) { return }
            }
        }

        @inline(__always)
        mutating func step(_ scalar: UInt32, _ body: (Piece) -> Bool) -> Bool {
            if scalar &- 0x20 < 0x5F {
                hasBase = scalar != 0x20
                return body(Piece(scalar: scalar, columns: 1, isPicture: false))
            }
            return stepSlowly(scalar, body)
        }

        private mutating func stepSlowly(_ scalar: UInt32, _ body: (Piece) -> Bool) -> Bool {
            switch TextWidth.classify(scalar) {
            case .narrow:
                hasBase = true
                return body(
                    Piece(scalar: TextWidth.letter(scalar), columns: 1, isPicture: false))
            case .wide:
                hasBase = true
                return body(Piece(scalar: scalar, columns: 2, isPicture: false))
            case .mark:
                if !hasBase {
                    hasBase = true
                    if !body(Piece(scalar: 0x25CC, columns: 1, isPicture: true)) { return false }
                }
                return body(Piece(scalar: scalar, columns: 0, isPicture: false))
            case .dropped:
                return true
            case .unassigned:
                hasBase = true
                return body(Piece(scalar: 0xFFFD, columns: 1, isPicture: true))
            case .control:
                hasBase = true
                return picture(scalar, body)
            }
        }

        private func picture(_ scalar: UInt32, _ body: (Piece) -> Bool) -> Bool {
            if TextWidth.isC1(scalar) {
                return body(Piece(scalar: 0x241B, columns: 1, isPicture: true))
                    && body(Piece(scalar: scalar - 0x40, columns: 1, isPicture: true))
            }
            let drawn: UInt32 =
                switch scalar {
                case 0x7F: 0x2421
                case 0x2028, 0x2029: 0x2424
                default: 0x2400 + scalar
                }
            return body(Piece(scalar: drawn, columns: 1, isPicture: true))
        }
    }

    /// A regional indicator's letter; any other scalar unchanged.
    static func letter(_ scalar: UInt32) -> UInt32 {
        scalar &- 0x1F1E6 < 26 ? scalar - 0x1F1E6 + 0x41 : scalar
    }
}
