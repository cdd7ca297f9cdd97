import Cells
import Dynamics
import Engine
import Timeline

extension App {
    /// Gives `key` to whoever wants it: the prompt, the overlay, the mouse, the key map.
    mutating func handle(_ key: String) -> [Command] {
        if let mouse = MouseInput(key) { return handle(mouse) }
        view.notice = nil
        if view.composer != nil { return compose(key) }
        if view.prompt != nil { return typeIntoPrompt(key) }
        if let overlay = view.overlay { return handle(key, in: overlay) }
        guard let action = configuration.keyMap.action(for: key, focus: view.focus) else {
            let shown = KeyName.display(key, ascii: view.usesASCII)
            let help = configuration.keyMap.keys(of: .help).first ?? "?"
            view.notice = "\(shown) does nothing here; \(help) shows every key"
            return []
        }
        return perform(action)
    }

    /// Does what `action` says.
    package mutating func perform(_ action: Action) -> [Command] {
        switch action {
        case .quit: return [.quit]
        case .suspend: return [.suspend]
        case .redraw: return [.redraw]
        case .help: view.overlay = .help(query: "", isTyping: false, scroll: 0)
        case .palette: view.overlay = .palette(query: "", selection: 0)
        case .closeOverlay: clearSearch()
        case .focusNext: moveFocus(by: 1)
        case .focusPrevious: moveFocus(by: -1)
        case .focus1: return focus(.stream)
        case .focus2: return focus(.metrics)
        case .focus3: return focus(.attractor)
        case .focus4: return focus(.patterns)
        case .focus5: return focus(.verdicts)
        case .focus6: return focus(.events)
        case .zoom: view.isZoomed.toggle()
        case .hidePane: hideFocusedPane()
        case .showAllPanes:
            view.hidden = []
            return [.saveState]
        case .nextLayout: return changeLayout(by: 1)
        case .previousLayout: return changeLayout(by: -1)
        case .growWidth: changeSplit(columns: 2, rows: 0)
        case .shrinkWidth: changeSplit(columns: -2, rows: 0)
        case .growHeight: changeSplit(columns: 0, rows: 1)
        case .shrinkHeight: changeSplit(columns: 0, rows: -1)
        case .resetSplits: view.bias = SplitBias()
        case .up: move(.lines(-1))
        case .down: move(.lines(1))
        case .pageUp: move(.pages(-1))
        case .pageDown: move(.pages(1))
        case .top: move(.top)
        case .bottom: move(.bottom)
        case .less: view.events.horizontal = max(0, view.events.horizontal - 8)
        case .more: view.events.horizontal = min(4000, view.events.horizontal + 8)
        case .open: openDetail()
        case .jump: return jumpToSelection()
        case .search:
            view.prompt = Prompt(pane: view.focus)
        case .nextMatch: findMatch(forward: true)
        case .previousMatch: findMatch(forward: false)
        case .filter: cycleFilter()
        case .clearSearch: clearSearch()
        case .playPause, .stepForward, .stepBack, .forward, .back, .forwardFar, .backFar, .start,
            .end, .slower, .faster, .normalSpeed, .maximumSpeed, .loop, .mark, .nextMark,
            .previousMark, .nextFinding, .previousFinding:
            return performPlayback(action)
        case .message, .talk, .openMicrophone, .mute, .interrupt, .cancelResponse,
            .createResponse, .commitAudio, .clearAudio, .deleteItem, .answerTool, .settings,
            .hangUp:
            return converse(action)
        case .saveRecording:
            guard playback.mode == .live else {
                view.notice = "this is a recording already: \(playback.title)"
                return []
            }
            return [.saveRecording]
        case .sessions: view.overlay = .sessions(SessionList())
        case .peers: showPeers()
        case .compareSessions: compareSessions()
        case .learn: return learnPattern()
        case .exportPatterns: return exportPatterns()
        case .motifs: nextMotifs()
        case .nextView: view.attractorView = view.attractorView.next
        case .nextSeries: nextSeries()
        case .nextPair: nextPair()
        case .turnLeft: turn(by: -1)
        case .turnRight: turn(by: 1)
        case .delayUp: view.delay = min(200, shownDelay + 1)
        case .delayDown: view.delay = max(1, shownDelay - 1)
        case .delayAutomatic: view.delay = nil
        case .editProperty: editProperty()
        case .addProperty: addProperty()
        case .toggleProperty: toggleProperty()
        case .saveProperties: return saveProperties()
        case .nextWitness: return jumpToNextWitness()
        case .nextTheme: return changeTheme(by: 1)
        case .previousTheme: return changeTheme(by: -1)
        case .toggleGlyphs: view.usesASCII.toggle()
        case .toggleMouse:
            view.capturesMouse.toggle()
            view.notice =
                view.capturesMouse
                ? "the mouse works here" : "the terminal has the mouse: select text"
            return [.captureMouse(view.capturesMouse)]
        case .copy: return copySelection()
        case .export: return exportPane()
        case .screenshot: return [.screenshot]
        }
        return []
    }

    // MARK: panes

    private mutating func moveFocus(by step: Int) {
        let order = PaneID.allCases.filter { !view.hidden.contains($0) }
        let candidates: [PaneID]
        if view.isZoomed || layout.kind == .tabs {
            candidates = order
        } else {
            let shown = layout.panes.map(\.id)
            candidates = order.filter { shown.contains($0) }
        }
        guard !candidates.isEmpty else { return }
        let index = candidates.firstIndex(of: view.focus) ?? 0
        view.focus = candidates[(index + step + candidates.count) % candidates.count]
    }

    private mutating func focus(_ pane: PaneID) -> [Command] {
        view.hidden.remove(pane)
        if view.focus == pane {
            view.isZoomed.toggle()
        } else {
            view.focus = pane
            if layout.frame(of: pane) == nil { view.isZoomed = true }
        }
        return []
    }

    private mutating func hideFocusedPane() {
        guard view.hidden.count + 1 < PaneID.allCases.count else {
            view.notice = "the last pane stays"
            return
        }
        view.hidden.insert(view.focus)
        view.isZoomed = false
        moveFocus(by: 1)
        if view.hidden.contains(view.focus),
            let next = layout.panes.first(where: { !view.hidden.contains($0.id) })?.id
                ?? PaneID.allCases.first(where: { !view.hidden.contains($0) })
        {
            view.focus = next
        }
        view.notice = "X shows all panes again"
    }

    private mutating func changeLayout(by step: Int) -> [Command] {
        let all = LayoutPreset.allCases
        guard let index = all.firstIndex(of: view.preset) else { return [] }
        return show(all[(index + step + all.count) % all.count])
    }

    mutating func show(_ preset: LayoutPreset) -> [Command] {
        view.preset = preset
        view.isZoomed = false
        view.bias = SplitBias()
        if layout.frame(of: view.focus) == nil, let first = layout.panes.first {
            view.focus = first.id
        }
        view.notice = "layout \(preset.rawValue)"
        return [.saveState]
    }

    private mutating func changeSplit(columns: Int, rows: Int) {
        guard !view.isZoomed, layout.panes.count > 1 else {
            view.notice = "one pane has the whole screen; z takes it back"
            return
        }
        let before = layout
        let saved = view.bias
        view.bias.columns[view.focus, default: 0] += columns
        view.bias.rows[view.focus, default: 0] += rows
        if layout == before {
            view.bias = saved
            view.notice = "the \(view.focus.title) pane cannot change further that way"
        }
    }

    private mutating func changeTheme(by step: Int) -> [Command] {
        let count = configuration.themes.count
        view.themeIndex = (view.themeIndex + step + count) % count
        view.notice = "theme \(theme.name)"
        return [.saveState]
    }

    private mutating func nextSeries() {
        guard let session, let shown = shownSeries(of: session),
            let index = session.series.firstIndex(where: { $0.kind == shown.kind })
        else { return }
        view.seriesIndex = (index + 1) % session.series.count
        view.otherSeries = nil
        view.delay = nil
    }

    /// The series over the next other one that has samples, and at last over itself.
    private mutating func nextPair() {
        guard let session, let shown = shownSeries(of: session) else { return }
        view.attractorView = .phase
        let others = session.series.filter { $0.kind != shown.kind && $0.phaseSpace.count > 1 }
            .map(\.kind)
        guard !others.isEmpty else {
            view.notice = "no other series has samples yet"
            return
        }
        let next = view.otherSeries.flatMap { others.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        view.otherSeries = next < others.count ? others[next] : nil
        view.notice =
            view.otherSeries.map { "\(shown.kind.title) over \($0.title)" }
            ?? "\(shown.kind.title) over itself"
    }

    private mutating func turn(by steps: Int) {
        view.attractorView = .space
        view.turn = (view.turn + steps + 24) % 24
    }

    // MARK: search

    private mutating func typeIntoPrompt(_ key: String) -> [Command] {
        guard var prompt = view.prompt else { return [] }
        switch key {
        case "escape", "ctrl-c", "ctrl-g":
            view.prompt = nil
            return []
        case "enter":
            view.queries[prompt.pane] = prompt.text
            view.prompt = nil
            if prompt.text.isEmpty { return [] }
            findMatch(forward: false)
            return []
        case "backspace":
            if prompt.text.isEmpty {
                view.prompt = nil
                return []
            }
            prompt.text.removeLast()
        case "ctrl-u": prompt.text = ""
        default:
            if let text = KeyName.text(of: key), prompt.text.count < 200 { prompt.text += text }
        }
        view.prompt = prompt
        return []
    }

    private mutating func clearSearch() {
        view.queries[view.focus] = nil
        view.filters[view.focus] = nil
        view.stream.highlighted = nil
        if view.isZoomed { view.isZoomed = false }
    }

    private mutating func cycleFilter() {
        let names = PaneFilter.names(of: view.focus)
        guard names.count > 1 else {
            view.notice = "the \(view.focus.title) pane has no filter"
            return
        }
        let next = (view.filter(in: view.focus) + 1) % names.count
        view.filters[view.focus] = next
        view.notice = "\(view.focus.title): \(names[next])"
        if view.focus == .stream { view.stream = StreamView() }
        mutateList(of: view.focus) { $0 = ListView() }
    }
}

/// The kinds of rows a pane can be narrowed to.
enum PaneFilter {
    static func names(of pane: PaneID) -> [String] {
        switch pane {
        case .stream: ["everything", "user", "assistant", "tools", "failures"]
        case .events: ["everything", "no deltas", "received", "sent", "unknown"]
        case .verdicts: ["everything", "false or presumably false"]
        case .patterns: ["everything", "exact only"]
        case .metrics, .attractor: []
        }
    }
}
