package import Cells
package import Engine

/// What the program starts with: from defaults, the configuration file, the state file and the
/// command line, in this order.
package struct AppConfiguration: Sendable {
    package var engine: EngineConfiguration
    /// At least one; the first is the default.
    package var themes: [Theme]
    package var themeName: String?
    package var preset: LayoutPreset
    package var usesASCII: Bool
    package var reducedMotion: Bool
    package var keyMap: KeyMap
    package var hidden: Set<PaneID>
    /// The metrics pane's sections that are shown, in order.
    package var metrics: [MetricsSection]
    /// The series that the attractor pane shows at first; nil is the first one that has samples.
    package var series: SeriesSelection?
    /// Shown in the footer until the first key.
    package var hint: String?

    package init(
        engine: EngineConfiguration, themes: [Theme], themeName: String? = nil,
        preset: LayoutPreset = .overview, usesASCII: Bool = false, reducedMotion: Bool = false,
        keyMap: KeyMap = KeyMap(), hidden: Set<PaneID> = [],
        metrics: [MetricsSection] = MetricsSection.allCases,
        series: SeriesSelection? = nil, hint: String? = nil
    ) {
        precondition(!themes.isEmpty, "the interface needs a theme")
        self.engine = engine
        self.themes = themes
        self.themeName = themeName
        self.preset = preset
        self.usesASCII = usesASCII
        self.reducedMotion = reducedMotion
        self.keyMap = keyMap
        self.hidden = hidden
        self.metrics = metrics
        self.series = series
        self.hint = hint
    }
}

/// The parts of the metrics pane, in their default order.
package enum MetricsSection: String, CaseIterable, Sendable {
    case tokens, ladder, histogram, audio, cost, streams, program
}
