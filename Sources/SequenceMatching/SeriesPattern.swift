/// A pattern of the library that is a series: an acoustic contour, or any course of numbers.
package struct SeriesPattern: Sendable, Equatable {
    /// How a stretch of the stream is compared with the samples.
    package enum Comparison: Sendable, Equatable {
        /// By value, stretches of any length (SPRING).
        case byValue
        /// By shape: windows of the samples' length, z-normalised, warped by at most `radius`.
        case byShape(radius: Int)
    }

    package var name: String
    /// The name of the series it is searched in, such as "loudness"; nil searches every one.
    package var series: String?
    package var samples: [Double]
    package var comparison: Comparison
    /// The greatest root mean square difference a sample that still counts; by shape in standard
    /// deviations.
    package var tolerance: Double

    package init(
        name: String, series: String? = nil, samples: [Double], comparison: Comparison,
        tolerance: Double
    ) {
        self.name = name
        self.series = series
        self.samples = samples
        self.comparison = comparison
        self.tolerance = tolerance
    }

    /// The tolerance as a sum of squares over the samples.
    var threshold: Double { tolerance * tolerance * Double(samples.count) }
}

/// A reported occurrence of a series pattern; those of one pattern never overlap.
package struct SeriesMatch: Sendable, Equatable {
    /// The pattern's index in the list the search was made from.
    package var pattern: Int
    /// First and last position, inclusive, counted from 0 over the stream.
    package var start: Int
    package var end: Int
    /// The root mean square difference a sample of the pattern.
    package var difference: Double
    /// One minus the p-value against shuffled blocks of the stream, or nil when it is too short.
    package var confidence: Double?

    package init(pattern: Int, start: Int, end: Int, difference: Double, confidence: Double?) {
        self.pattern = pattern
        self.start = start
        self.end = end
        self.difference = difference
        self.confidence = confidence
    }
}
