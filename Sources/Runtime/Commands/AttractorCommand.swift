import Dynamics
import Interface
import JSONText

/// What can be said of anybody's series: its class, exponent, delay, dimension, period.
package enum AttractorCommand {
    /// - Parameter interval: seconds between two samples; without it nothing is per second.
    package static func run(
        path: String, column: String?, interval: Double?, delay: Int?, dimension: Int?, asJSON: Bool
    ) throws(FileError) -> String {
        let series = try SeriesFile(reading: path, column: column)
        let assessment = PhaseSpace.assess(series.values, delay: delay, dimension: dimension)
        let rejected = series.values.count { !$0.isFinite }
        return asJSON
            ? json(assessment, count: series.values.count, rejected: rejected, interval: interval)
                .pretty(indent: 2) + "\n"
            : report(assessment, count: series.values.count, rejected: rejected, interval: interval)
    }

    private static func json(
        _ assessment: Assessment, count: Int, rejected: Int, interval: Double?
    ) -> JSON {
        .object([
            .init(key: "format", value: "midstream-attractor/1"),
            .init(key: "class", value: .string(assessment.attractorClass.rawValue)),
            .init(key: "confidence", value: number(assessment.confidence)),
            .init(key: "lyapunov", value: lyapunov(assessment.lyapunov, interval: interval)),
            .init(key: "reason", value: .string(assessment.reason)),
            .init(key: "delay", value: JSON(assessment.delay)),
            .init(key: "dimension", value: JSON(assessment.dimension)),
            .init(key: "theilerWindow", value: JSON(assessment.theilerWindow)),
            .init(key: "period", value: number(assessment.period)),
            .init(key: "frequencies", value: .array(assessment.frequencies.map { JSON($0) })),
            .init(key: "point", value: number(assessment.point)),
            .init(key: "samples", value: JSON(count)),
            .init(key: "rejected", value: JSON(rejected)),
            .init(key: "missing", value: JSON(assessment.missing)),
        ])
    }

    private static func lyapunov(_ estimate: LyapunovEstimate?, interval: Double?) -> JSON {
        guard let estimate else { return .null }
        return .object([
            .init(key: "perSample", value: JSON(estimate.perSample)),
            .init(key: "perSecond", value: number(interval.map { estimate.perSample / $0 })),
            .init(key: "low", value: JSON(estimate.low)),
            .init(key: "high", value: JSON(estimate.high)),
        ])
    }

    private static func number(_ value: Double?) -> JSON { value.map { JSON($0) } ?? .null }

    private static func report(
        _ assessment: Assessment, count: Int, rejected: Int, interval: Double?
    ) -> String {
        var rows: [(String, String)] = [("class", assessment.attractorClass.rawValue)]
        if let confidence = assessment.confidence {
            rows.append(("confidence", NumberText.fixed(confidence, 2)))
        }
        if let estimate = assessment.lyapunov {
            let range =
                "(\(NumberText.fixed(estimate.low, 4)) to \(NumberText.fixed(estimate.high, 4)))"
            rows.append(("λ per sample", "\(NumberText.fixed(estimate.perSample, 4)) \(range)"))
            if let interval {
                rows.append(("λ per second", NumberText.fixed(estimate.perSample / interval, 4)))
            }
        }
        if let period = assessment.period {
            rows.append(("period", "\(NumberText.fixed(period, 3)) samples"))
        }
        if let point = assessment.point { rows.append(("point", "\(point)")) }
        rows.append(("delay", "\(assessment.delay)"))
        rows.append(("dimension", "\(assessment.dimension)"))
        rows.append(("samples", "\(count)" + (rejected > 0 ? ", \(rejected) not finite" : "")))
        rows.append(("because", assessment.reason))
        return rows.map { name, value in
            name + String(repeating: " ", count: max(1, 14 - name.count)) + value + "\n"
        }.joined()
    }
}
