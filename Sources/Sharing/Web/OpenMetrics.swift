/// A family of measurements with one name (OpenMetrics 1.0).
package struct MetricFamily: Equatable, Sendable {
    package enum Kind: String, Sendable { case counter, gauge, info }

    /// In lower case with underscores, ending with the unit when there is one; a counter's
    /// `_total` is added by itself.
    package var name: String
    package var kind: Kind
    /// "seconds", "bytes"; nil when it only counts.
    package var unit: String?
    package var help: String
    package var samples: [Sample]

    package struct Sample: Equatable, Sendable {
        package var labels: [(name: String, value: String)]
        package var value: Double

        package init(_ value: Double, labels: [(name: String, value: String)] = []) {
            (self.labels, self.value) = (labels, value)
        }

        package static func == (a: Sample, b: Sample) -> Bool {
            a.value == b.value && a.labels.elementsEqual(b.labels) { $0 == $1 }
        }
    }

    package init(
        _ name: String, _ kind: Kind, unit: String? = nil, help: String, _ samples: [Sample]
    ) {
        precondition(unit.map { name.hasSuffix("_" + $0) } ?? true, "a name ends with its unit")
        self.name = name
        self.kind = kind
        self.unit = unit
        self.help = help
        self.samples = samples
    }
}

/// Writes measurements as OpenMetrics text.
package enum OpenMetrics {
    package static let mediaType = "application/openmetrics-text"
    package static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    package static func text(_ families: [MetricFamily]) -> [UInt8] {
        var out = ""
        for family in families {
            out += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            if let unit = family.unit { out += "# UNIT \(family.name) \(unit)\n" }
            out += "# HELP \(family.name) \(escaped(family.help))\n"
            for sample in family.samples {
                out += family.name
                switch family.kind {
                case .counter: out += "_total"
                case .info: out += "_info"
                case .gauge: break
                }
                if !sample.labels.isEmpty {
                    let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value))\"" }
                    out += "{" + labels.joined(separator: ",") + "}"
                }
                out += " \(number(sample.value))\n"
            }
        }
        return Array((out + "# EOF\n").utf8)
    }

    private static func escaped(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "\n": out += "\\n"
            default: out.unicodeScalars.append(character)
            }
        }
        return out
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value.magnitude < 0x1p53, value == value.rounded(.towardZero) {
            return String(Int64(value))
        }
        return value.description
    }
}
