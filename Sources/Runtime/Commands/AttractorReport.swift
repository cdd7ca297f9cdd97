import Dynamics
import Interface
import JSONText

/// The numbers of one series as JSON and as text.
struct AttractorReport {
    private let assessment: Assessment
    private let measures: AttractorMeasures
    private let count: Int
    private let rejected: Int
    /// The samples that everything was measured on, counted from 1.
    private let stretch: (first: Int, last: Int)
    private let interval: Double?

    init(_ values: [Double], _ parameters: EmbeddingParameters, interval: Double?) {
        assessment = PhaseSpace.assess(
            values, delay: parameters.delay, dimension: parameters.dimension,
            theilerWindow: parameters.theilerWindow)
        measures = AttractorMeasures(values, assessment)
        count = values.count
        rejected = values.count { !$0.isFinite }
        let finite = PhaseSpace.longestFiniteStretch(values)
        stretch = finite.isEmpty ? (0, 0) : (finite.lowerBound + 1, finite.upperBound)
        self.interval = interval
    }

    // MARK: JSON

    var json: JSON {
        .object([
            .init(key: "format", value: "midstream-attractor/1"),
            .init(key: "class", value: .string(assessment.attractorClass.rawValue)),
            .init(key: "confidence", value: number(assessment.confidence)),
            .init(key: "reason", value: .string(assessment.reason)),
            .init(key: "lyapunov", value: lyapunov(assessment.lyapunov)),
            .init(key: "lyapunovReason", value: text(assessment.lyapunovReason)),
            .init(key: "delay", value: JSON(assessment.delay)),
            .init(key: "dimension", value: JSON(assessment.dimension)),
            .init(key: "theilerWindow", value: JSON(assessment.theilerWindow)),
            .init(key: "period", value: number(assessment.period)),
            .init(
                key: "periodSeconds",
                value: number(assessment.period.flatMap { p in interval.map { p * $0 } })),
            .init(key: "frequencies", value: .array(assessment.frequencies.map { JSON($0) })),
            .init(key: "point", value: number(assessment.point)),
            .init(key: "samples", value: JSON(count)),
            .init(key: "rejected", value: JSON(rejected)),
            .init(key: "first", value: JSON(stretch.first)),
            .init(key: "last", value: JSON(stretch.last)),
            .init(key: "missing", value: JSON(assessment.missing)),
            .init(key: "measures", value: measuresJSON),
        ])
    }

    private var measuresJSON: JSON {
        // Noise has slopes, too, but they are no exponents.
        let diverges = assessment.lyapunov != nil
        return .object([
            .init(
                key: "rosenstein",
                value: lyapunov(diverges ? measures.divergence?.estimate : nil)),
            .init(key: "kantz", value: lyapunov(diverges ? measures.kantz?.estimate : nil)),
            .init(key: "spectrum", value: spectrum),
            .init(key: "spectrumReason", value: text(measures.spectrumReason)),
            .init(key: "correlationDimension", value: estimate(measures.correlationDimension)),
            .init(
                key: "permutationEntropy",
                value: estimate(
                    measures.permutationEntropy, [("order", JSON(measures.permutationOrder))])),
            .init(key: "sampleEntropy", value: estimate(measures.sampleEntropy)),
            .init(
                key: "zeroOne",
                value: estimate(measures.zeroOne, [("step", JSON(measures.zeroOneStep))])),
            .init(key: "recurrence", value: recurrence),
            .init(
                key: "falseNeighbours", value: .array(measures.falseNeighbours.map { JSON($0) })),
            .init(key: "cao", value: .array(measures.caoSaturation.map { JSON($0) })),
        ])
    }

    private var spectrum: JSON {
        guard let spectrum = measures.spectrum else { return .null }
        let exponents = spectrum.exponents.map {
            lyapunov(LyapunovEstimate(perSample: $0.value, low: $0.low, high: $0.high))
        }
        return .object([
            .init(key: "exponents", value: .array(exponents)),
            .init(key: "kaplanYorkeDimension", value: JSON(spectrum.kaplanYorkeDimension)),
        ])
    }

    private var recurrence: JSON {
        guard let recurrence = measures.recurrence else { return .null }
        return .object([
            .init(key: "threshold", value: JSON(recurrence.threshold)),
            .init(key: "rate", value: estimate(recurrence.rate)),
            .init(key: "determinism", value: estimate(recurrence.determinism)),
            .init(key: "laminarity", value: estimate(recurrence.laminarity)),
            .init(key: "meanDiagonal", value: estimate(recurrence.meanDiagonal)),
            .init(key: "diagonalEntropy", value: estimate(recurrence.diagonalEntropy)),
            .init(key: "trappingTime", value: estimate(recurrence.trappingTime)),
            .init(key: "longestDiagonal", value: JSON(recurrence.longestDiagonal)),
        ])
    }

    private func lyapunov(_ estimate: LyapunovEstimate?) -> JSON {
        guard let estimate else { return .null }
        return .object([
            .init(key: "perSample", value: JSON(estimate.perSample)),
            .init(key: "perSecond", value: number(interval.map { estimate.perSample / $0 })),
            .init(key: "low", value: JSON(estimate.low)),
            .init(key: "high", value: JSON(estimate.high)),
        ])
    }

    private func estimate(_ estimate: Estimate?, _ others: [(String, JSON)] = []) -> JSON {
        guard let estimate else { return .null }
        return .object(
            others.map { .init(key: $0.0, value: $0.1) } + [
                .init(key: "value", value: JSON(estimate.value)),
                .init(key: "low", value: JSON(estimate.low)),
                .init(key: "high", value: JSON(estimate.high)),
            ])
    }

    private func number(_ value: Double?) -> JSON { value.map { JSON($0) } ?? .null }

    private func text(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }

    // MARK: text

    var text: String {
        var rows = classRows
        rows.append(("because", assessment.reason))
        rows += exponentRows + measureRows
        rows.append(("delay", "\(assessment.delay) samples"))
        rows.append(("dimension", "\(assessment.dimension)"))
        rows.append(("Theiler", "\(assessment.theilerWindow) samples"))
        let gaps =
            rejected > 0
            ? ", \(rejected) not finite; measured on \(stretch.first) to \(stretch.last), the "
                + "longest stretch without" : ""
        rows.append(("samples", "\(count)" + gaps))
        return rows.map { name, value in
            name + String(repeating: " ", count: max(1, 22 - name.count)) + value + "\n"
        }.joined()
    }

    private var classRows: [(String, String)] {
        var rows = [("class", assessment.attractorClass.rawValue)]
        if let confidence = assessment.confidence {
            rows.append(("confidence", NumberText.fixed(confidence, 2)))
        }
        if let point = assessment.point { rows.append(("point", "\(point)")) }
        if let period = assessment.period {
            rows.append(("period", "\(NumberText.fixed(period, 3)) samples"))
        }
        if assessment.frequencies.count > 1 {
            let list = assessment.frequencies.map { NumberText.fixed($0, 5) }
            rows.append(("frequencies", list.joined(separator: ", ") + " cycles per sample"))
        }
        return rows
    }

    private var exponentRows: [(String, String)] {
        guard let largest = assessment.lyapunov else {
            return [("λ", "none: " + (assessment.lyapunovReason ?? ""))]
        }
        var rows = [("λ per sample", text(largest))]
        if let interval {
            rows.append(
                (
                    "λ per second",
                    text(
                        LyapunovEstimate(
                            perSample: largest.perSample / interval, low: largest.low / interval,
                            high: largest.high / interval))
                ))
        }
        if let kantz = measures.kantz { rows.append(("λ by Kantz", text(kantz.estimate))) }
        if let spectrum = measures.spectrum {
            rows.append(("spectrum", spectrum.exponents.map(text).joined(separator: ", ")))
            rows.append(
                ("Kaplan-Yorke", NumberText.fixed(spectrum.kaplanYorkeDimension, 3)))
        } else if let reason = measures.spectrumReason {
            rows.append(("spectrum", "none: " + reason))
        }
        return rows
    }

    private var measureRows: [(String, String)] {
        var rows: [(String, String)] = []
        func add(_ name: String, _ estimate: Estimate?) {
            if let estimate { rows.append((name, text(estimate))) }
        }
        add("correlation dimension", measures.correlationDimension)
        add("permutation entropy", measures.permutationEntropy)
        add("sample entropy", measures.sampleEntropy)
        add("0-1 test", measures.zeroOne)
        add("determinism", measures.recurrence?.determinism)
        add("laminarity", measures.recurrence?.laminarity)
        add("mean diagonal", measures.recurrence?.meanDiagonal)
        return rows
    }

    private func text(_ estimate: Estimate) -> String {
        "\(NumberText.fixed(estimate.value, 3)) (\(NumberText.fixed(estimate.low, 3)) to "
            + "\(NumberText.fixed(estimate.high, 3)))"
    }

    private func text(_ estimate: LyapunovEstimate) -> String {
        "\(NumberText.fixed(estimate.perSample, 4)) (\(NumberText.fixed(estimate.low, 4)) to "
            + "\(NumberText.fixed(estimate.high, 4)))"
    }
}
