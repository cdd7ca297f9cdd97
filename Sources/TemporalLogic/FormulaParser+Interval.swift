extension FormulaParser {
    /// The metric bound of an operator, or nothing when no bracket follows.
    ///
    /// `[a,b]`, `[a:b]`, `[<=b]`, `[<b]`, `[>=a]`, `[>a]`; `)` for `]` leaves the end out; `inf`
    /// `*` or nothing for no end; a number without a unit takes the unit of the other one.
    mutating func interval() throws(FormulaError) -> Interval? {
        let mark = scanner.position
        scanner.skipSpaces()
        guard scanner.take("[") else {
            scanner.position = mark
            return nil
        }
        let start = scanner.position - 1
        scanner.skipSpaces()
        var lower = Distance(value: 0, unit: nil)
        var upper: Distance?
        var excludesLower = false
        var excludesUpper = false
        if scanner.take("<=") || scanner.take("≤") {
            upper = try distance()
        } else if scanner.take("<") {
            upper = try distance()
            excludesUpper = true
        } else if scanner.take(">=") || scanner.take("≥") {
            lower = try distance()
        } else if scanner.take(">") {
            lower = try distance()
            excludesLower = true
        } else {
            lower = try distance()
            scanner.skipSpaces()
            guard scanner.take(",") || scanner.take(":") else {
                throw scanner.error("a ',' and the bound's end are expected")
            }
            scanner.skipSpaces()
            if !takeInfinity() && !scanner.sees("]") { upper = try distance() }
        }
        scanner.skipSpaces()
        if scanner.take(")") {
            excludesUpper = true
        } else if !scanner.take("]") {
            throw scanner.error("a ']' is expected after the bound")
        }
        let bound = try joined(lower, upper, excludesLower, excludesUpper, at: start)
        return bound.isTrivial ? nil : bound
    }

    /// One end of a bound as written.
    struct Distance {
        var value: Double
        /// Nanoseconds in its unit, 0 for events, absent when no unit is written.
        var unit: Int64?
    }

    /// A named quantity.
    struct Parameter {
        let name: [UInt8]
        let distance: Distance

        /// Its value in comparisons: times count in ms.
        var literal: Double {
            guard let unit = distance.unit, unit > 0 else { return distance.value }
            return distance.value * Double(unit) / 1_000_000
        }
    }

    private mutating func takeInfinity() -> Bool {
        scanner.takeWord("inf") || scanner.takeWord("infinity") || scanner.take("*")
            || scanner.take("∞")
    }

    /// A number with or without a unit, or a parameter.
    mutating func distance() throws(FormulaError) -> Distance {
        scanner.skipSpaces()
        let start = scanner.position
        let name = scanner.peekWord()
        if !name.isEmpty {
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                throw scanner.error("a distance or a parameter is expected here")
            }
            scanner.position += name.count
            return parameter.distance
        }
        guard FormulaScanner.isDigit(scanner.current) || scanner.current == 0x2E else {
            throw scanner.error("a distance is expected, such as 800ms, 5s or 3")
        }
        let value = try scanner.number()
        scanner.skipSpaces()
        let word = scanner.peekWord()
        guard !word.isEmpty else { return Distance(value: value, unit: nil) }
        let unitStart = scanner.position
        scanner.position += word.count
        if word.elementsEqual("ev".utf8) || word.elementsEqual("events".utf8) {
            return Distance(value: value, unit: 0)
        }
        for unit in FormulaScanner.timeUnits where word.elementsEqual(unit.name.utf8) {
            guard value * Double(unit.size) < Double(Nanoseconds.largest) else {
                throw scanner.error("the distance is too long", at: start)
            }
            return Distance(value: value, unit: unit.size)
        }
        throw scanner.error("unknown unit; use ns, us, ms, s, min, h or ev", at: unitStart)
    }

    private func joined(
        _ first: Distance, _ last: Distance?, _ excludesLower: Bool, _ excludesUpper: Bool,
        at start: Int
    ) throws(FormulaError) -> Interval {
        let assumed: Int64 = unit == .events ? 0 : 1_000_000
        let lowerUnit = first.unit ?? last?.unit ?? assumed
        let upperUnit = last.map { $0.unit ?? first.unit ?? assumed } ?? lowerUnit
        guard (lowerUnit == 0) == (upperUnit == 0) || (first.value == 0 && first.unit == nil)
        else { throw scanner.error("one end counts events, the other time", at: start) }
        func whole(_ distance: Distance, _ unit: Int64) throws(FormulaError) -> Int64 {
            let value = distance.value * Double(unit == 0 ? 1 : unit)
            guard value < Double(Nanoseconds.largest) else {
                throw scanner.error("the distance is too long", at: start)
            }
            guard unit != 0 || value == Double(Nanoseconds.nearest(value)) else {
                throw scanner.error("a number of events must be whole", at: start)
            }
            return Nanoseconds.nearest(value)
        }
        var lower = try whole(first, lowerUnit)
        if excludesLower { lower += 1 }
        var upper: Int64?
        if let last {
            upper = try whole(last, upperUnit) - (excludesUpper ? 1 : 0)
        }
        if let upper, upper < lower { throw scanner.error("the bound is empty", at: start) }
        return Interval(
            lower: lower, upper: upper, unit: upperUnit == 0 ? .events : .nanoseconds)
    }
}
