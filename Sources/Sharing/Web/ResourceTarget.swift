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

/// What a reader takes (RFC 9110, section 12.5.1).
struct AcceptField {
    private struct Range {
        var type: String
        var weight: Double
    }

    private var ranges: [Range] = []
    private let isAbsent: Bool

    init(_ values: [String]) {
        isAbsent = values.isEmpty
        for range in values.flatMap({ $0.split(separator: ",") }) {
            let parts = range.split(separator: ";").map {
                $0.filter { $0 != " " && $0 != "\t" }.lowercased()
            }
            guard let type = parts.first else { continue }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }
            let value = weight.flatMap { Double($0.dropFirst(2)) } ?? 1
            ranges.append(Range(type: type, weight: value.isFinite ? value : 1))
        }
    }

    /// The offer with the greatest weight above zero; of several the one that the reader names
    /// first, then the one that is offered first.
    func choice(of offers: [String]) -> String? {
        if isAbsent { return offers.first }
        var best: (offer: String, weight: Double, place: Int)?
        for offer in offers {
            guard let place = place(of: offer), ranges[place].weight > 0 else { continue }
            let weight = ranges[place].weight
            if let best, (best.weight, -best.place) >= (weight, -place) { continue }
            best = (offer, weight, place)
        }
        return best?.offer
    }

    /// The most specific range that an offer is in.
    private func place(of offer: String) -> Int? {
        var found: (precision: Int, place: Int)?
        for (place, range) in ranges.enumerated() {
            let precision: Int
            if range.type == offer {
                precision = 3
            } else if range.type == "*/*" {
                precision = 1
            } else if range.type.hasSuffix("/*"), offer.hasPrefix(range.type.dropLast()) {
                precision = 2
            } else {
                continue
            }
            if precision > found?.precision ?? 0 { found = (precision, place) }
        }
        return found?.place
    }
}
