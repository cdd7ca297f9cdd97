import Dynamics
import Foundation
import Testing

/// The reference values of other people's tools; skipped where their folder is absent.
@Suite(.enabled(if: Golden.isPresent)) struct GoldenTests {
    private struct Reference {
        let name: String
        let series: [Double]
        let values: [String: Any]

        func group(_ key: String) -> [String: Any] { values[key] as? [String: Any] ?? [:] }
        func number(_ key: String) -> Double? { (values[key] as? NSNumber)?.doubleValue }
    }

    private func references() throws -> [Reference] {
        try Golden.cases().compactMap { values in
            guard let name = values["name"] as? String else { return nil }
            return Reference(name: name, series: try Golden.series(name), values: values)
        }
    }

    private func close(_ value: Double?, _ expected: Double, within tolerance: Double) -> Bool {
        guard let value else { return false }
        return abs(value - expected) <= tolerance * max(1, abs(expected))
    }

    @Test func `every series is classified as its label says`() throws {
        for reference in try references() {
            let label = try #require(reference.values["attractor"] as? String)
            let expected =
                ["fixed point": "fixedPoint", "quasi-periodic": "quasiPeriodic"][label] ?? label
            let assessment = PhaseSpace.assess(reference.series)
            #expect(
                assessment.attractorClass.rawValue == expected,
                "\(reference.name): \(assessment.reason)")
            #expect(assessment.confidence.map { (0...1).contains($0) } ?? false)
        }
    }

    @Test func `permutation entropies agree to a billionth`() throws {
        for reference in try references() {
            for (key, expected) in reference.group("perm_entropy") {
                let digits = key.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
                let (order, delay) = (try #require(digits.first), try #require(digits.last))
                // The reference was computed on the first thousand samples.
                let value = PermutationEntropy.normalized(
                    Array(reference.series.prefix(1000)), order: order, delay: delay)
                let number = try #require(expected as? NSNumber).doubleValue
                #expect(close(value, number, within: 1e-9), "\(reference.name) \(key)")
            }
        }
    }

    @Test func `sample entropies agree to a billionth`() throws {
        for reference in try references() {
            let expected = reference.group("sample_entropy_m2_r0.2sd_first1000")
            guard let tolerance = (expected["tolerance"] as? NSNumber)?.doubleValue,
                let number = (expected["antropy"] as? NSNumber)?.doubleValue
            else { continue }
            let value = SampleEntropy.value(
                Array(reference.series.prefix(1000)), length: 2, tolerance: tolerance)
            #expect(close(value, number, within: 1e-9), "\(reference.name): \(value ?? .nan)")
        }
    }

    @Test func `recurrence measures agree to a millionth`() throws {
        for reference in try references() {
            let expected = reference.group("rqa_pyunicorn_first500")
            func number(_ key: String) -> Double? { (expected[key] as? NSNumber)?.doubleValue }
            guard let dimension = number("dim"), let delay = number("tau"),
                let threshold = number("threshold")
            else { continue }
            let measures = RecurrenceQuantification(
                Array(reference.series.prefix(500)), dimension: Int(dimension), delay: Int(delay),
                threshold: threshold)
            let pairs: [(String, Double)] = [
                ("recurrence_rate", measures.recurrenceRate),
                ("determinism_lmin2", measures.determinism),
                ("laminarity_vmin2", measures.laminarity),
                ("mean_diag_lmin2", measures.meanDiagonal),
                ("max_diag", Double(measures.longestDiagonal)),
                ("diag_entropy_lmin2", measures.diagonalEntropy),
            ]
            for (key, value) in pairs {
                let wanted = try #require(number(key))
                #expect(
                    close(value, wanted, within: 1e-6),
                    "\(reference.name) \(key): \(value), not \(wanted)")
            }
        }
    }

    @Test func `mutual information agrees to its printed digits`() throws {
        for reference in try references() {
            guard let expected = reference.values["ami_tisean_16bins_nats"] as? [NSNumber] else {
                continue
            }
            let information = MutualInformation(
                reference.series, bins: 16, lags: expected.count - 1)
            for (lag, number) in expected.enumerated() {
                #expect(
                    close(information.values[lag], number.doubleValue, within: 2e-6),
                    "\(reference.name) at \(lag)")
            }
        }
    }

    @Test func `the 0-1 test comes down on the same side`() throws {
        for reference in try references() {
            for (key, expected) in reference.group("test01_K") {
                let number = try #require(expected as? NSNumber).doubleValue
                let step = Int(key.drop(while: { !$0.isNumber })) ?? 1
                let series = stride(from: 0, to: reference.series.count, by: step).map {
                    reference.series[$0]
                }
                let k = try #require(ZeroOneTest.k(series))
                // The angles differ, so only clear answers are compared.
                if number > 0.99 { #expect(k > 0.95, "\(reference.name) \(key): \(k)") }
                if abs(number) < 0.02 { #expect(abs(k) < 0.1, "\(reference.name) \(key): \(k)") }
            }
        }
    }

    @Test func `correlation dimensions lie near the reference`() throws {
        for reference in try references() {
            guard let expected = reference.number("corr_dim_nolds_m"), expected > 0.5,
                reference.values["attractor"] as? String == "chaotic",
                !reference.name.contains("noise")
            else { continue }
            let embedding = reference.group("embedding")
            func number(_ key: String) -> Int { (embedding[key] as? NSNumber)?.intValue ?? 1 }
            let dimension = try #require(
                CorrelationDimension(
                    reference.series, dimension: number("m"), delay: number("tau"),
                    theilerWindow: number("theiler"), states: 500))
            #expect(
                abs(dimension.value - expected) < 0.35 * expected + 0.1,
                "\(reference.name): \(dimension.value), not \(expected)")
        }
    }

    @Test func `exponents have the size of the true value where it is above zero`() throws {
        for reference in try references() {
            guard let truth = reference.number("lambda_true_per_time_unit"), truth > 0,
                let interval = reference.number("dt"), !reference.name.contains("noise")
            else { continue }
            let estimate = try #require(PhaseSpace.assess(reference.series).lyapunov)
            let value = estimate.perSample / interval
            #expect(abs(value - truth) < 0.6 * truth, "\(reference.name): \(value), not \(truth)")
            #expect(estimate.low <= estimate.perSample && estimate.perSample <= estimate.high)
        }
    }
}
