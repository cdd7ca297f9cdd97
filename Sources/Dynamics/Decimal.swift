/// Numbers as short decimal text, without a formatting library.
enum Decimal {
    /// Three significant digits; an exponent below a thousandth and above a million.
    static func text(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        let size = value.magnitude
        guard size > 0 else { return "0" }
        var exponent = 0
        var scaled = size
        while scaled >= 10, exponent < 308 {
            scaled /= 10
            exponent += 1
        }
        while scaled < 1, exponent > -323 {
            scaled *= 10
            exponent -= 1
        }
        var digits = Int((scaled * 100).rounded())
        if digits == 1000 {
            digits = 100
            exponent += 1
        }
        let sign = value < 0 ? "-" : ""
        if exponent < -3 || exponent > 5 {
            return sign + placed(digits, 2) + "e\(exponent)"
        }
        if exponent >= 2 {
            var whole = digits
            for _ in 0..<(exponent - 2) { whole *= 10 }
            return sign + "\(whole)"
        }
        return sign + placed(digits, 2 - exponent)
    }

    /// A share as a percentage with at most one decimal.
    static func percent(_ share: Double) -> String {
        let tenths = (share * 1000).rounded()
        guard tenths.magnitude < 1e15 else { return text(share * 100) + " %" }
        return placed(Int(tenths), 1) + " %"
    }

    /// The digits with a point before the last `decimals` of them, trailing zeros dropped.
    private static func placed(_ digits: Int, _ decimals: Int) -> String {
        var (digits, decimals) = (digits, decimals)
        while decimals > 0, digits % 10 == 0 {
            digits /= 10
            decimals -= 1
        }
        guard decimals > 0 else { return "\(digits)" }
        var unit = 1
        for _ in 0..<decimals { unit *= 10 }
        let sign = digits < 0 ? "-" : ""
        let fraction = "\(digits.magnitude % UInt(unit))"
        let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
        return "\(sign)\(digits.magnitude / UInt(unit)).\(zeros)\(fraction)"
    }
}
