/// The largest Lyapunov exponent in nats per sample with a 95 % interval.
///
/// Divide by the sampling interval in seconds to have it per second.
package struct LyapunovEstimate: Sendable, Equatable {
    package var perSample: Double
    package var low: Double
    package var high: Double

    package init(perSample: Double, low: Double, high: Double) {
        self.perSample = perSample
        self.low = low
        self.high = high
    }
}
