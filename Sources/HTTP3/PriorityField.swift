import QUIC

/// The value of a `priority` field: a dictionary of structured fields (RFC 9218, section 4; RFC
/// 8941, section 3.2), of which `u` and `i` count. What cannot be parsed is passed over.
struct PriorityField: Equatable, Sendable {
    private(set) var urgency = 3
    private(set) var isIncremental = false

    var priority: StreamPriority { StreamPriority(urgency: urgency, isIncremental: isIncremental) }

    init() {}

    init(_ bytes: [UInt8]) { parse(bytes) }

    /// Takes what a line says over what earlier ones said.
    mutating func parse(_ bytes: [UInt8]) {
        for member in Self.members(bytes) {
            let item = member.prefix { $0 != UInt8(ascii: ";") }
            let parts = item.split(separator: UInt8(ascii: "="), maxSplits: 1)
            let value = parts.count > 1 ? Self.bare(parts[1]) : nil
            switch parts.first.map({ Self.bare($0) }) {
            case "u":
                if let value, let number = Int(value), (0...7).contains(number) {
                    urgency = number
                }
            case "i":
                switch value {
                case nil, "?1": isIncremental = true
                case "?0": isIncremental = false
                default: break
                }
            default: break
            }
        }
    }

    /// The members, apart at commas outside of strings.
    private static func members(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var out: [ArraySlice<UInt8>] = []
        var start = 0
        var isQuoted = false
        var isEscaped = false
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isQuoted: isEscaped = true
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: ",") where !isQuoted:
                out.append(bytes[start..<index])
                start = index + 1
            default: break
            }
        }
        out.append(bytes[start...])
        return out
    }

    /// Without the blanks around.
    private static func bare(_ bytes: ArraySlice<UInt8>) -> String {
        let start = bytes.drop { $0 == 32 || $0 == 9 }
        let end = start.lastIndex { $0 != 32 && $0 != 9 }.map { $0 + 1 } ?? start.startIndex
        return String(decoding: start[..<end], as: UTF8.self)
    }
}
