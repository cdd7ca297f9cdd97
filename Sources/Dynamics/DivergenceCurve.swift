/// How the logarithm of the distance between neighbouring states grows with time.
package struct DivergenceCurve: Sendable, Equatable {
    /// Samples after the encounter, ascending from 0.
    package var times: [Int]
    /// The mean logarithm of the distance at each time.
    package var logarithms: [Double]
    /// The pairs or balls that were followed.
    package var count: Int

    package init(times: [Int], logarithms: [Double], count: Int) {
        self.times = times
        self.logarithms = logarithms
        self.count = count
    }
}
