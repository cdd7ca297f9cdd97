/// The path of a request taken apart, with its query (RFC 3986, section 3).
struct ResourceTarget: Equatable {
    /// Decoded segments, without the first slash.
    private(set) var segments: [String] = []
    private(set) var query: [(name: String, value: String)] = []

    static func == (a: ResourceTarget, b: ResourceTarget) -> Bool {
        a.segments == b.segments && a.query.elementsEqual(b.query) { $0 == $1 }
    }

    init(_ path: String) {
        let parts = path.utf8.split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        segments = parts[0].split(separator: UInt8(ascii: "/")).map { Self.decoded($0) }
        guard parts.count > 1 else { return }
        for pair in parts[1].split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            query.append(
                (Self.decoded(sides[0]), sides.count > 1 ? Self.decoded(sides[1]) : ""))
        }
    }

    /// The first value of a name.
    subscript(name: String) -> String? { query.first { $0.name == name }?.value }

    /// Percent signs with two hexadecimal digits stand for bytes; others for themselves.
    static func decoded(_ text: some Collection<UInt8>) -> String {
        var out: [UInt8] = []
        var rest = Array(text)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let high = digit(rest[rest.startIndex]), let low = digit(rest[rest.startIndex + 1])
            {
                out.append(high << 4 | low)
                rest.removeFirst(2)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// A segment of a path with everything escaped that has a meaning there.
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                out.append(byte)
            default: out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// What a reader takes (RFC 9110, section 12.5.1); weights count only when they are zero.
struct AcceptField {
    private var ranges: [String] = []
    private let isAbsent: Bool

    init(_ values: [String]) {
        isAbsent = values.isEmpty
        for range in values.flatMap({ $0.split(separator: ",") }) {
            let parts = range.split(separator: ";").map {
                $0.filter { $0 != " " && $0 != "\t" }.lowercased()
            }
            guard let type = parts.first else { continue }
            let isRefused = parts.dropFirst().contains {
                $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0
            }
            if !isRefused { ranges.append(type) }
        }
    }

    /// The first of the reader's wishes that is offered; the first offer for whoever takes all.
    func choice(of offers: [String]) -> String? {
        if isAbsent { return offers.first }
        for range in ranges {
            if range == "*/*" { return offers.first }
            let match = offers.first {
                $0 == range || range.hasSuffix("/*") && $0.hasPrefix(range.dropLast())
            }
            if let match { return match }
        }
        return nil
    }
}
