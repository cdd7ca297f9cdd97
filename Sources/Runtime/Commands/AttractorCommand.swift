import Dynamics
import Interface
import JSONText

/// What can be said of anybody's series: its class, exponents, dimensions, entropies, recurrence.
package struct AttractorCommand {
    package var path: String
    package var column: String?
    /// Seconds between two samples; without it nothing is per second.
    package var interval: Double?
    /// Nil: chosen from the data.
    package var delay: Int?
    package var dimension: Int?
    package var theilerWindow: Int?
    package var asJSON = false

    package init(path: String) { self.path = path }

    package func run() throws(FileError) -> String {
        let series = try SeriesFile(reading: path, column: column)
        let parameters = EmbeddingParameters(
            delay: delay, dimension: dimension, theilerWindow: theilerWindow)
        let report = AttractorReport(series.values, parameters, interval: interval)
        return asJSON ? report.json.pretty(indent: 2) + "\n" : report.text
    }
}
