package import SequenceMatching
package import TemporalLogic
package import Timeline

/// What an engine looks for and how much it keeps.
package struct EngineConfiguration: Sendable {
    package var patterns: [Pattern]
    /// Patterns of the series: courses of loudness, gaps, or any other.
    package var seriesPatterns: [SeriesPattern]
    package var properties: [PropertyDefinition]
    package var prices: PriceTable
    package var series: [SeriesKind]
    package var phaseSpace: PhaseSpaceConfiguration
    /// What the event times are worth; with `.none` nothing that needs a clock is computed.
    package var clock: ClockQuality
    /// The Unix time of the log's beginning, when known: it makes the expiry countdown possible.
    package var startedAtUnixSeconds: Double?
    /// Whether the states that properties see are kept to the end, for `Engine.propertyStates`;
    /// eight bytes a property and event.
    package var keepsPropertyStates = false

    package init(
        patterns: [Pattern] = Defaults.patterns,
        seriesPatterns: [SeriesPattern] = [],
        properties: [PropertyDefinition] = Defaults.properties,
        prices: PriceTable = .standard, series: [SeriesKind] = SeriesKind.allCases,
        phaseSpace: PhaseSpaceConfiguration = PhaseSpaceConfiguration(),
        clock: ClockQuality = .measured, startedAtUnixSeconds: Double? = nil
    ) {
        self.patterns = patterns
        self.seriesPatterns = seriesPatterns
        self.properties = properties
        self.prices = prices
        self.series = series
        self.phaseSpace = phaseSpace
        self.clock = clock
        self.startedAtUnixSeconds = startedAtUnixSeconds
    }

    /// The patterns as a library to be written to a file.
    package var library: PatternLibrary {
        PatternLibrary(patterns: patterns, series: seriesPatterns)
    }

    /// Takes in the patterns of a library; one with a known name and kind takes that one's place.
    package mutating func add(_ library: PatternLibrary) {
        for pattern in library.patterns {
            let known = patterns.firstIndex { $0.name == pattern.name && $0.kind == pattern.kind }
            if let known { patterns[known] = pattern } else { patterns.append(pattern) }
        }
        for pattern in library.series {
            let known = seriesPatterns.firstIndex { $0.name == pattern.name }
            if let known {
                seriesPatterns[known] = pattern
            } else {
                seriesPatterns.append(pattern)
            }
        }
    }

    /// Everything built in.
    package static let standard = EngineConfiguration()
}

/// A property to watch, by name.
package struct PropertyDefinition: Sendable, Equatable {
    package var name: String
    package var formula: Formula
    /// The pack or file it comes from; empty for one of its own.
    package var pack: String
    /// What its author says about it.
    package var comment: String
    package var isEnabled: Bool

    package init(
        name: String, formula: Formula, pack: String = "", comment: String = "",
        isEnabled: Bool = true
    ) {
        self.name = name
        self.formula = formula
        self.pack = pack
        self.comment = comment
        self.isEnabled = isEnabled
    }
}

/// How the series are embedded.
package struct PhaseSpaceConfiguration: Sendable, Equatable {
    /// Samples kept of each series.
    package var capacity: Int
    /// The least time in the log between two assessments of a series that is full.
    package var refreshInterval: Interval
    /// Nil: chosen from the data.
    package var delay: Int?
    package var dimension: Int?
    package var theilerWindow: Int?

    package init(
        capacity: Int = 1024, refreshInterval: Interval = .seconds(20), delay: Int? = nil,
        dimension: Int? = nil, theilerWindow: Int? = nil
    ) {
        self.capacity = capacity
        self.refreshInterval = refreshInterval
        self.delay = delay
        self.dimension = dimension
        self.theilerWindow = theilerWindow
    }
}
