/// Moments as RFC 3339 text in UTC.
package enum Timestamp {
    /// The text of a moment counted from the beginning of 1970, to the millisecond.
    ///
    /// Years outside 0 to 9999, which RFC 3339 cannot write, are clamped.
    package static func text(epochMilliseconds: Double) -> String {
        let limited = min(max(epochMilliseconds, -62_167_219_200_000), 253_402_300_799_999)
        let milliseconds = limited.isFinite ? Int(limited.rounded(.down)) : 0
        let day = floorDivide(milliseconds, 86_400_000)
        let rest = milliseconds - day * 86_400_000
        let date = civil(day: day)
        return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2)
            + "T" + padded(rest / 3_600_000, 2) + ":" + padded(rest / 60_000 % 60, 2)
            + ":" + padded(rest / 1000 % 60, 2) + "." + padded(rest % 1000, 3) + "Z"
    }

    /// The Gregorian date of a day counted from 1970-01-01.
    ///
    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    private static func civil(day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floorDivide(_ a: Int, _ b: Int) -> Int {
        a >= 0 ? a / b : -((b - 1 - a) / b)
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Nanoseconds of a decimal number of seconds, digit for digit; nil when it does not fit.
    ///
    /// A double holds today's seconds only to 0.2 µs, so archives would lose the order of frames.
    static func nanoseconds(decimalSeconds text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = text.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == 0x2E || $0 == 0x2D }
        guard isPlain, parts.count <= 2, let whole = Int64(parts[0]) else {
            guard let value = Double(text), value.magnitude < 9e9 else { return nil }
            return Int64((value * 1e9).rounded())
        }
        let digits = parts.count == 2 ? String(parts[1].prefix(9)) : ""
        let padded = digits + String(repeating: "0", count: 9 - digits.utf8.count)
        guard let fraction = Int64(padded) else { return nil }
        let (scaled, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        let signed = text.utf8.first == 0x2D ? -fraction : fraction
        let (sum, overflow2) = scaled.addingReportingOverflow(signed)
        return overflow || overflow2 ? nil : sum
    }
}
