import JSONText
import Timeline

extension JSON {
    static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

    static func number(_ number: Int?) -> JSON { number.map { JSON($0) } ?? .null }

    static func number(_ number: UInt64?) -> JSON { number.map { JSON($0) } ?? .null }

    /// A measured value, rounded to six decimals.
    static func value(_ value: Double?) -> JSON { rounded(value, 1e6) }

    /// US dollars, rounded to nine decimals.
    static func dollars(_ value: Double?) -> JSON { rounded(value, 1e9) }

    /// Milliseconds since the log began.
    static func instant(_ instant: Instant?) -> JSON {
        value((instant.map { $0 - .zero })?.milliseconds)
    }

    /// Milliseconds.
    static func interval(_ interval: Interval?) -> JSON { value(interval?.milliseconds) }

    private static func rounded(_ value: Double?, _ scale: Double) -> JSON {
        guard let value else { return .null }
        let rounded = (value * scale).rounded() / scale
        return JSON(rounded.isFinite ? rounded : value)
    }
}
