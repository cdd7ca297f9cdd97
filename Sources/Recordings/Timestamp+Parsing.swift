extension Timestamp {
    /// Seconds since the beginning of 1970 of an RFC 3339 text; nil when it is none.
    ///
    /// The day count is Howard Hinnant's `days_from_civil`, the inverse of what `text` uses.
    package static func unixSeconds(of text: String) -> Double? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74,
            bytes[13] == 0x3A, bytes[16] == 0x3A,
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]),
            let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        let fractionEnd = bytes[19...].firstIndex { $0 != 0x2E && !(0x30...0x39).contains($0) }
        guard let fractionEnd, let offset = offsetSeconds(bytes[fractionEnd...]) else { return nil }
        let digits = "0" + String(decoding: bytes[19..<fractionEnd], as: UTF8.self)
        let fraction = fractionEnd > 19 ? Double(digits) : 0
        guard let fraction else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return Double(days * 86_400 + hour * 3600 + minute * 60 + second - offset) + fraction
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy { (0x30...0x39).contains($0) }
            ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }

    /// "Z", or "+02:00" in seconds east of UTC.
    private static func offsetSeconds(_ text: ArraySlice<UInt8>) -> Int? {
        guard let sign = text.first else { return nil }
        if sign | 0x20 == 0x7A { return text.count == 1 ? 0 : nil }
        let start = text.startIndex
        guard text.count == 6, sign == 0x2B || sign == 0x2D, text[start + 3] == 0x3A,
            let hours = number(text[start + 1..<start + 3]),
            let minutes = number(text[start + 4..<start + 6])
        else { return nil }
        return (sign == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
