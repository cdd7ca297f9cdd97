import Cells
package import Engine
package import Timeline

/// Everything that belongs to looking and not to the session: never rewound, never recorded.
package struct ViewState: Sendable {
    package var focus: PaneID = .stream
    package var isZoomed = false
    package var hidden: Set<PaneID> = []
    package var preset: LayoutPreset = .overview
    package var bias = SplitBias()
    package var themeIndex = 0
    package var usesASCII = false
    package var capturesMouse = true
    package var overlay: Overlay?
    package var prompt: Prompt?
    /// A line that is being written to a session.
    package var composer: Composer?
    /// Sessions that stay at the top of the list.
    package var pinned: Set<SourceID> = []
    /// A sentence for the footer, until the next key.
    package var notice: String?
    package var stream = StreamView()
    package var patterns = ListView()
    package var verdicts = ListView()
    package var events = ListView()
    package var metricsScroll = 0
    /// The series whose recurring stretches the patterns pane shows; nil shows the hits.
    package var motifSeries: Int?
    /// Which of the session's series the attractor shows, by its place in the list; nil until
    /// somebody chooses: then the first one that has samples.
    package var seriesIndex: Int?
    /// The series along the other axis of the phase plot; nil is the same one, some samples later.
    package var otherSeries: SeriesKind?
    package var attractorView = AttractorView.phase
    /// How far the 3-D view was turned by hand, in steps of 15 degrees.
    package var turn = 0
    /// A delay chosen by hand for the phase plot, in samples; nil is automatic.
    package var delay: Int?
    package var marks: [Instant] = []
    package var sessionIndex = 0
    /// What the last search looked for, per pane.
    package var queries: [PaneID: String] = [:]
    package var filters: [PaneID: Int] = [:]
    /// The event of a witness that was last jumped to.
    package var witness: WitnessPlace?

    package init() {}

    package func query(in pane: PaneID) -> String { queries[pane] ?? "" }
    package func filter(in pane: PaneID) -> Int { filters[pane] ?? 0 }
}

/// An event of a property's witness, and the witness as it was when one began to go through it:
/// at an earlier moment of the session the property rests on other events.
package struct WitnessPlace: Sendable, Equatable {
    package var property: String
    package var sequences: [UInt64]
    package var place: Int
    /// The events of the session that were known.
    package var eventCount: UInt64

    package init(property: String, sequences: [UInt64], place: Int, eventCount: UInt64) {
        self.property = property
        self.sequences = sequences
        self.place = place
        self.eventCount = eventCount
    }
}

/// What is shown above the panes.
package enum Overlay: Sendable, Equatable {
    case help(query: String, isTyping: Bool, scroll: Int)
    case palette(query: String, selection: Int)
    case detail(title: String, text: String, scroll: Int)
    /// A property being written.
    case property(PropertyEditor)
    case settings(SettingsForm)
    case sessions(SessionList)
    case peers(PeerList)
    case comparison(ComparisonView)
}

/// A line being typed in the footer.
package struct Prompt: Sendable, Equatable {
    package var pane: PaneID
    package var text = ""
    package init(pane: PaneID) { self.pane = pane }
}

/// How far the stream is scrolled.
package struct StreamView: Sendable, Equatable {
    /// The uppermost visible line: an entry and a line in it; nil follows the newest.
    package struct Anchor: Sendable, Equatable {
        package var entry: Int
        package var line: Int
    }
    package var anchor: Anchor?
    /// The entry that was found or jumped to.
    package var highlighted: Int?
    package init() {}
}

/// The selection of a list pane.
package struct ListView: Sendable, Equatable {
    /// The selected row from the top, or nil to follow the newest.
    package var selected: Int?
    /// The first visible row while something is selected.
    package var first = 0
    package var horizontal = 0
    package init() {}
}
