package import Timeline

/// Times as people write and read them.
package enum TimeText {
    /// "1:02:03.4", "1:20", "12.5", "12.5s", "300ms", "2m" as an interval; nil for anything else.
    package static func parse(_ text: some StringProtocol) -> Interval? {
        let text = String(text)
        for (suffix, factor) in [("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("h", 3600.0)]
        where text.hasSuffix(suffix) {
            guard let value = Double(text.dropLast(suffix.count)), value >= 0 else { return nil }
            return interval(seconds: value * factor)
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var seconds = 0.0
        for part in parts {
            guard let value = Double(part), value.isFinite, value >= 0 else { return nil }
            seconds = seconds * 60 + value
        }
        return interval(seconds: seconds)
    }

    /// Up to a century; what is longer is a slip of the finger.
    private static func interval(seconds: Double) -> Interval? {
        seconds <= 3.2e9 ? .seconds(seconds) : nil
    }

    /// "00:12.3", or "1:00:12.3" from an hour on.
    package static func clock(_ interval: Interval, tenths: Bool = true) -> String {
        let total = max(0, interval.nanoseconds) / 100_000_000
        let (seconds, tenth) = (total / 10, total % 10)
        let (minutes, s) = (seconds / 60, seconds % 60)
        let (hours, m) = (minutes / 60, minutes % 60)
        let head = hours > 0 ? "\(hours):\(padded(m))" : padded(m)
        return "\(head):\(padded(s))" + (tenths ? ".\(tenth)" : "")
    }

    /// "843 ms", "1.24 s", "2 m 03 s": three digits that matter.
    package static func short(_ interval: Interval) -> String {
        let ms = interval.milliseconds
        if abs(ms) < 10 { return NumberText.fixed(ms, 1) + " ms" }
        if abs(ms) < 1000 { return NumberText.fixed(ms, 0) + " ms" }
        if abs(ms) < 60_000 { return NumberText.fixed(ms / 1000, 2) + " s" }
        let seconds = Int64(interval.seconds)
        return "\(seconds / 60) m \(padded(abs(seconds % 60))) s"
    }

    private static func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

/// Numbers as text without Foundation or a locale.
package enum NumberText {
    /// `value` with `digits` decimals, rounded half away from zero.
    package static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "–" : value < 0 ? "-∞" : "∞" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let integer = Int64(scaled)
        let sign = value < 0 && integer != 0 ? "-" : ""
        guard digits > 0 else { return sign + "\(integer)" }
        let divisor = Int64(scale)
        let fraction = String(integer % divisor)
        let zeros = String(repeating: "0", count: max(0, digits - fraction.count))
        return sign + "\(integer / divisor).\(zeros)\(fraction)"
    }

    /// "512 B", "1.4 kB", "3.2 MB".
    package static func bytes(_ count: Double) -> String {
        if count < 1000 { return fixed(count, 0) + " B" }
        if count < 1e6 { return fixed(count / 1e3, 1) + " kB" }
        if count < 1e9 { return fixed(count / 1e6, 1) + " MB" }
        return fixed(count / 1e9, 2) + " GB"
    }

    /// 1234567 as "1 234 567" with narrow gaps left out: "1,234,567".
    package static func grouped(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return value < 0 ? "-" + out : out
    }
}
