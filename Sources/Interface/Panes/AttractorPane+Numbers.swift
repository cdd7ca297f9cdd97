import Cells
import Dynamics
import Engine

extension AttractorPane {
    private static let labelColumns = 17

    /// Every number with its 95 % interval, as many as there are rows for.
    static func drawNumbers(_ painter: inout Painter, _ rect: Rect, _ subject: Subject) {
        guard let measures = subject.measures else {
            painter.explain([subject.space.assessment.reason], in: rect)
            return
        }
        let rows = numberRows(subject, measures, ascii: painter.glyphs == .ascii)
        for (offset, row) in rows.prefix(rect.rows).enumerated() {
            let line = rect.row + offset
            painter.write(row.label, rect.column, line, .metricLabel, limit: rect.columns)
            guard rect.columns > labelColumns else { continue }
            painter.write(
                row.spans, rect.column + labelColumns, line, limit: rect.columns - labelColumns)
        }
    }

    private static func numberRows(
        _ subject: Subject, _ measures: AttractorMeasures, ascii: Bool
    ) -> [(label: String, spans: [RoleSpan])] {
        let assessment = subject.space.assessment
        let lambda = ascii ? "L" : "\u{3BB}"
        var rows: [(String, [RoleSpan])] = [
            (
                "class",
                [RoleSpan(classText(assessment.attractorClass), role(assessment.attractorClass))]
                    + (assessment.confidence.map {
                        [RoleSpan("  confidence \(NumberText.fixed($0, 2))", .textDim)]
                    } ?? [])
            )
        ]
        if let point = assessment.point {
            rows.append(("point", [RoleSpan(NumberText.fixed(point, 4), .metricValue)]))
        }
        if let period = assessment.period {
            rows.append(("period", periodSpans(period, subject.series.secondsPerSample)))
        }
        if assessment.frequencies.count > 1 {
            let text = assessment.frequencies.map { NumberText.fixed($0, 4) }
            rows.append(
                ("frequencies", [RoleSpan(text.joined(separator: " "), .metricValue)]))
        }
        rows += exponentRows(subject, measures, lambda: lambda)
        func add(_ label: String, _ estimate: Estimate?, _ digits: Int = 3, _ note: String = "") {
            rows.append((label, spans(estimate, digits, note)))
        }
        add("correlation dim", measures.correlationDimension, 2)
        add(
            "0-1 test", measures.zeroOne, 2,
            measures.zeroOneStep > 1 ? " 1/\(measures.zeroOneStep)" : "")
        add("permutation", measures.permutationEntropy, 3, " of \(measures.permutationOrder)")
        add("sample entropy", measures.sampleEntropy)
        add("determinism", measures.recurrence?.determinism)
        add("laminarity", measures.recurrence?.laminarity)
        add("mean diagonal", measures.recurrence?.meanDiagonal, 1)
        add("diagonal entropy", measures.recurrence?.diagonalEntropy, 2)
        add("trapping time", measures.recurrence?.trappingTime, 1)
        rows.append(
            (
                "embedding",
                [
                    RoleSpan(
                        "d=\(assessment.dimension) \(ascii ? "tau" : "\u{3C4}")=\(assessment.delay) "
                            + "window \(assessment.theilerWindow)", .textDim)
                ]
            ))
        rows.append(("false neighbours", [RoleSpan(shares(measures.falseNeighbours), .textDim)]))
        rows.append(("Cao's E1", [RoleSpan(shares(measures.caoSaturation), .textDim)]))
        return rows
    }

    private static func exponentRows(
        _ subject: Subject, _ measures: AttractorMeasures, lambda: String
    ) -> [(String, [RoleSpan])] {
        let assessment = subject.space.assessment
        guard let largest = assessment.lyapunov else {
            return [("\(lambda) largest", [RoleSpan("none", .textDim)])]
        }
        func line(_ estimate: LyapunovEstimate, per seconds: Double = 1) -> [RoleSpan] {
            spans(
                Estimate(
                    value: estimate.perSample / seconds, low: estimate.low / seconds,
                    high: estimate.high / seconds), 3, "")
        }
        var rows = [("\(lambda) a sample", line(largest))]
        if let seconds = subject.series.secondsPerSample {
            rows.append(("\(lambda) a second", line(largest, per: seconds)))
        }
        if let kantz = measures.kantz { rows.append(("\(lambda) by Kantz", line(kantz.estimate))) }
        for (place, exponent) in (measures.spectrum?.exponents ?? []).enumerated() {
            rows.append(("\(lambda)\(place + 1) by Jacobian", spans(exponent, 3, "")))
        }
        return rows
    }

    private static func spans(_ estimate: Estimate?, _ digits: Int, _ note: String) -> [RoleSpan] {
        guard let estimate else { return [RoleSpan("none", .textDim)] }
        let interval =
            " (\(NumberText.fixed(estimate.low, digits)) to "
            + "\(NumberText.fixed(estimate.high, digits)))"
        return [
            RoleSpan(NumberText.fixed(estimate.value, digits), .metricValue),
            RoleSpan(interval + note, .textDim),
        ]
    }

    private static func periodSpans(_ period: Double, _ seconds: Double?) -> [RoleSpan] {
        [RoleSpan("\(NumberText.fixed(period, 2)) samples", .metricValue)]
            + (seconds.map { [RoleSpan(" = \(NumberText.fixed(period * $0, 3)) s", .textDim)] }
                ?? [])
    }

    private static func shares(_ values: [Double]) -> String {
        values.isEmpty ? "none" : values.map { NumberText.fixed($0, 2) }.joined(separator: " ")
    }
}
