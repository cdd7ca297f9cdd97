/// Something a person can do; the key map, palette, help, footer, man page and scripts derive
/// from the table of these.
package enum Action: String, CaseIterable, Sendable {
    // Program
    case quit, suspend, redraw, help, palette, closeOverlay
    // Panes
    case focusNext, focusPrevious, focus1, focus2, focus3, focus4, focus5, focus6
    case zoom, hidePane, showAllPanes, nextLayout, previousLayout
    case growWidth, shrinkWidth, growHeight, shrinkHeight, resetSplits
    // Moving inside a pane
    case up, down, pageUp, pageDown, top, bottom, less, more, open, jump
    // Search and filter
    case compareSessions
    // Patterns
    case learn, exportPatterns, motifs
    // Search and filter
    case search, nextMatch, previousMatch, filter, clearSearch
    // Replay
    case playPause, stepForward, stepBack, nextFinding, previousFinding
    case forward, back, forwardFar, backFar, start, end
    case slower, faster, normalSpeed, maximumSpeed, loop, mark, nextMark, previousMark
    // Conversation
    case message, talk, openMicrophone, mute, interrupt, cancelResponse, createResponse
    case commitAudio, clearAudio, deleteItem, answerTool, settings, hangUp, sessions, peers,
        saveRecording
    // Attractor
    case nextView, nextSeries, nextPair, turnLeft, turnRight, delayUp, delayDown, delayAutomatic
    // Verdicts
    case editProperty, addProperty, toggleProperty, saveProperties, nextWitness
    // Looks
    case nextTheme, previousTheme, toggleGlyphs, toggleMouse
    // Taking things out
    case copy, export, screenshot
}

/// Where an action applies: everywhere, or while one pane has the focus.
package enum ActionContext: Hashable, Sendable {
    case global
    case pane(PaneID)
}

/// One row of the action table.
package struct ActionEntry: Sendable {
    package var action: Action
    /// The name by which configuration, scripts and the palette know it: "play-pause".
    package var id: String
    package var title: String
    package var help: String
    package var group: String
    package var context: ActionContext
    package var keys: [String]
    /// Shown in the footer when there is room; lower numbers first.
    package var hint: Int?
}

extension Action {
    /// The action called `id` in configuration, scripts and the palette.
    package init?(id: String) {
        guard let entry = ActionTable.entries.first(where: { $0.id == id }) else { return nil }
        self = entry.action
    }

    package var entry: ActionEntry { ActionTable.entry(of: self) }
}
