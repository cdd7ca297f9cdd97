/// Says which kind of attractor a series of finite samples shows.
package enum AttractorClassifier {
    /// With fewer samples nothing is said.
    package static let minimumCount = 128

    package static func assess(
        _ series: [Double], parameters: EmbeddingParameters = EmbeddingParameters()
    ) -> Assessment {
        let delay = parameters.delay ?? 1
        let dimension = parameters.dimension ?? 1
        guard series.count >= minimumCount else {
            let missing = minimumCount - series.count
            return Assessment(
                attractorClass: .undetermined,
                reason: "\(missing) more samples are needed for any statement.", missing: missing,
                delay: delay, dimension: dimension)
        }
        let first = series[0]
        guard series.contains(where: { $0 != first }) else {
            return Assessment(
                attractorClass: .fixedPoint, confidence: 1,
                reason: "All samples have the same value.", point: first, delay: delay,
                dimension: dimension)
        }
        return Assessment(
            attractorClass: .undetermined, reason: "No class stands out from the others.",
            delay: delay, dimension: dimension)
    }
}
