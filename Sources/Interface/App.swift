package import Cells
package import Engine
import SequenceMatching
package import Timeline

/// The whole program as a value: events in, commands out, frames on demand.
///
/// Live, replay, demo and test are the same `App`; they differ in who feeds it and who performs
/// its commands.
package struct App: Sendable {
    package private(set) var configuration: AppConfiguration
    /// What is known of the sessions; the shell puts a checkpoint here to seek.
    package private(set) var engine: Engine
    package internal(set) var view = ViewState()
    /// The sessions that this program drives.
    package internal(set) var clients: [ClientSession] = []
    /// The sound devices; nil where sound has no part.
    package var sound: SoundState? { didSet { needsFrame = needsFrame || sound != oldValue } }
    /// The sharing of the log with other machines; nil where nothing is shared.
    package var peers: PeersState? { didSet { needsFrame = needsFrame || peers != oldValue } }
    /// What the shell is playing.
    package var playback = PlaybackState() {
        didSet { needsFrame = needsFrame || playback != oldValue }
    }
    /// What the whole recording holds, when the shell has read ahead; else what is known so far.
    package var outlook: Outlook? { didSet { needsFrame = true } }
    /// The cost of this program itself, measured by the shell.
    package var program: ProgramStatistics?
    package internal(set) var size = Size(columns: 80, rows: 24)
    /// Whether something changed since the last frame.
    package private(set) var needsFrame = true

    var wraps = WrapCache()
    /// Two conversations side by side, while the overlay shows them.
    var comparison: Comparison?
    var comparisonLayoutCache: ComparisonLayout?
    /// Whether the comparison is all that the program shows.
    var isComparisonAlone = false
    var measures = MeasuresCache()
    let unicode: GlyphSet
    let ascii: GlyphSet

    package init(configuration: AppConfiguration) {
        self.configuration = configuration
        engine = Engine(configuration: configuration.engine)
        unicode = .unicode
        ascii = .ascii
        view.preset = configuration.preset
        view.usesASCII = configuration.usesASCII
        view.hidden = configuration.hidden
        if let shown = PaneID.allCases.first(where: { !configuration.hidden.contains($0) }) {
            view.focus = shown
        }
        if let selection = configuration.series {
            view.seriesIndex = configuration.engine.series.firstIndex(of: selection.kind)
            view.otherSeries = selection.over
        }
        view.notice = configuration.hint
        if let name = configuration.themeName { use(themeNamed: name) }
    }

    /// Changes to the theme of this name, if there is one.
    package mutating func use(themeNamed name: String) {
        guard let index = configuration.themes.firstIndex(where: { $0.name == name }) else {
            return
        }
        view.themeIndex = index
        needsFrame = true
    }

    /// Takes another look, other keys and other themes; the analysis and the view stay.
    package mutating func reload(_ new: AppConfiguration) {
        let name = theme.name
        let engine = configuration.engine
        configuration = new
        configuration.engine = engine
        view.themeIndex = 0
        use(themeNamed: name)
    }

    /// Applies one event and returns what should be done about it.
    package mutating func apply(_ event: Event) -> [Command] {
        needsFrame = true
        switch event.payload {
        case .key(let key):
            let commands = handle(key)
            keepFocusOnScreen()
            return commands
        case .resize(let columns, let rows):
            size = Size(columns: max(1, columns), rows: max(1, rows))
            keepFocusOnScreen()
            return []
        default:
            observe(event)
            notePeer(event)
            return observeClient(event)
        }
    }

    /// A pane that left the screen gives the focus to the first one there.
    private mutating func keepFocusOnScreen() {
        let panes = layout.panes
        if let first = panes.first, !panes.contains(where: { $0.id == view.focus }) {
            view.focus = first.id
        }
    }

    /// Takes in an event of a session. In place: the engine is large, and a copy an event would
    /// cost more than its analysis.
    package mutating func observe(_ event: Event) {
        engine.apply(event)
        needsFrame = true
    }

    /// Puts the analysis of another moment in the place of this one.
    package mutating func restore(_ engine: Engine) {
        self.engine = engine
        // What is watched now is watched there too.
        if engine.configuration.properties != configuration.engine.properties {
            self.engine.watch(configuration.engine.properties)
        }
        needsFrame = true
    }

    /// Applies a batch of session events; the same as one by one.
    package mutating func apply(_ events: some Sequence<Event>) -> [Command] {
        var commands: [Command] = []
        for event in events { commands += apply(event) }
        return commands
    }

    /// Puts patterns among those that an analysis searches for.
    mutating func learn(_ library: PatternLibrary) {
        configuration.engine.add(library)
        needsFrame = true
    }

    /// Asks for a frame.
    mutating func touch() { needsFrame = true }

    /// Watches other properties, now and wherever one seeks to.
    mutating func watch(_ properties: [PropertyDefinition]) {
        configuration.engine.properties = properties
        engine.watch(properties)
        needsFrame = true
    }

    /// Says a sentence in the footer.
    package mutating func notify(_ sentence: String) {
        view.notice = sentence
        needsFrame = true
    }

    /// The sentence in the footer, which is thereby said.
    package mutating func takeNotice() -> String? {
        defer { view.notice = nil }
        return view.notice
    }

    /// Draws the screen as it is now.
    package mutating func frame(_ size: Size) -> Grid {
        self.size = size
        needsFrame = false
        return compose()
    }

    // MARK: what is looked at

    /// Whether keys are text now: a search or a command is being typed.
    package var isTyping: Bool {
        switch view.overlay {
        case .palette, .property: true
        case .settings(let form): form.editing != nil
        case .sessions, .peers, .comparison: false
        case .help(_, let isTyping, _): isTyping
        case .detail: false
        case nil: view.prompt != nil || view.composer != nil
        }
    }

    package var layoutPreset: LayoutPreset { view.preset }

    package var theme: Theme {
        configuration.themes[min(view.themeIndex, configuration.themes.count - 1)]
    }

    var glyphs: GlyphSet { view.usesASCII ? ascii : unicode }

    /// The session on the screen; nil until the first event.
    package var session: SessionState? {
        engine.sessions.isEmpty
            ? nil : engine.sessions[min(view.sessionIndex, engine.sessions.count - 1)]
    }

    package var layout: Layout {
        Layout(
            size: size, preset: view.preset, focus: view.focus, isZoomed: view.isZoomed,
            hidden: view.hidden, bias: view.bias)
    }

    /// Marks on the timeline: the session's and a person's own, in order of time.
    var timelineMarks: [TimelineMark] {
        let known = outlook?.marks ?? session?.marks ?? []
        let own = view.marks.map { TimelineMark(time: $0, sequence: 0, kind: .bookmark, label: "") }
        return (known + own).sorted { $0.time < $1.time }
    }
}

/// What is known of a whole recording before it was shown.
package struct Outlook: Sendable {
    package var marks: [TimelineMark]
    package var findings: [Finding]
    package var eventCount: UInt64

    package init(of session: SessionState) {
        marks = session.marks
        findings = Array(session.findings)
        eventCount = session.eventCount
    }
}

/// The cost of the program itself.
package struct ProgramStatistics: Sendable, Equatable {
    package var framesPerSecond: Double
    /// CPU time to compose the last frame.
    package var composeMilliseconds: Double
    /// CPU time to turn it into bytes.
    package var presentMilliseconds: Double
    package var bytesPerFrame: Int
    package var uptime: Interval
    package var residentBytes: Int

    package init(
        framesPerSecond: Double, composeMilliseconds: Double, presentMilliseconds: Double,
        bytesPerFrame: Int, uptime: Interval, residentBytes: Int
    ) {
        self.framesPerSecond = framesPerSecond
        self.composeMilliseconds = composeMilliseconds
        self.presentMilliseconds = presentMilliseconds
        self.bytesPerFrame = bytesPerFrame
        self.uptime = uptime
        self.residentBytes = residentBytes
    }
}
