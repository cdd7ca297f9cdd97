/// The one table from which keys, help, palette, footer, documents and scripts derive.
package enum ActionTable {
    package static let entries: [ActionEntry] =
        program + panes + moving + searching + replay + conversation + patterns + attractor
        + verdicts
        + appearance
        + output

    private static let program: [ActionEntry] = [
        row(
            .quit, "quit", "Quit", group: "Program", keys: "q", hint: 1,
            "Leave the program; inside an overlay, close it"),
        row(
            .suspend, "suspend", "Suspend", group: "Program", keys: "ctrl-z",
            "Stop and give the terminal back to the shell (fg returns)"),
        row(
            .redraw, "redraw", "Redraw", group: "Program", keys: "ctrl-l",
            "Draw the whole screen anew"),
        row(
            .help, "help", "Help", group: "Program", keys: "? f1", hint: 0,
            "Show every key; type to search"),
        row(
            .palette, "palette", "Command palette", group: "Program", keys: ": ctrl-p", hint: 5,
            "Find any action by name, or go to a time (`seek 1:20`)"),
        row(
            .closeOverlay, "close", "Close", group: "Program", keys: "escape",
            "Close the overlay or clear the search"),
    ]

    private static let panes: [ActionEntry] = [
        row(
            .focusNext, "focus-next", "Next pane", group: "Panes", keys: "tab", hint: 4,
            "Move the focus to the next pane"),
        row(
            .focusPrevious, "focus-previous", "Previous pane", group: "Panes", keys: "shift-tab",
            "Move the focus to the previous pane"),
        row(
            .focus1, "focus-stream", "Stream pane", group: "Panes", keys: "1",
            "Focus the stream; again to zoom it"),
        row(
            .focus2, "focus-metrics", "Metrics pane", group: "Panes", keys: "2",
            "Focus the metrics; again to zoom them"),
        row(
            .focus3, "focus-attractor", "Attractor pane", group: "Panes", keys: "3",
            "Focus the attractor; again to zoom it"),
        row(
            .focus4, "focus-patterns", "Patterns pane", group: "Panes", keys: "4",
            "Focus the pattern hits; again to zoom them"),
        row(
            .focus5, "focus-verdicts", "Verdicts pane", group: "Panes", keys: "5",
            "Focus the verdicts; again to zoom them"),
        row(
            .focus6, "focus-events", "Events pane", group: "Panes", keys: "6",
            "Focus the raw events; again to zoom them"),
        row(
            .zoom, "zoom", "Zoom", group: "Panes", keys: "z", hint: 6,
            "Give the focused pane the whole screen, or take it back"),
        row(
            .hidePane, "hide", "Hide pane", group: "Panes", keys: "x",
            "Hide the focused pane"),
        row(
            .showAllPanes, "show-all", "Show all panes", group: "Panes", keys: "X",
            "Bring hidden panes back"),
        row(
            .nextLayout, "next-layout", "Next layout", group: "Panes", keys: "p",
            "Overview, stream, phase, verdicts"),
        row(
            .previousLayout, "previous-layout", "Previous layout", group: "Panes", keys: "P",
            "The layout before"),
        row(
            .growWidth, "wider", "Wider", group: "Panes", keys: "ctrl-right",
            "Give the focused pane more columns"),
        row(
            .shrinkWidth, "narrower", "Narrower", group: "Panes", keys: "ctrl-left",
            "Give the focused pane fewer columns"),
        row(
            .growHeight, "taller", "Taller", group: "Panes", keys: "ctrl-down",
            "Give the focused pane more rows"),
        row(
            .shrinkHeight, "shorter", "Shorter", group: "Panes", keys: "ctrl-up",
            "Give the focused pane fewer rows"),
        row(
            .resetSplits, "reset-splits", "Reset splits", group: "Panes", keys: "=",
            "Bring all panes back to their sizes"),
    ]

    private static let moving: [ActionEntry] = [
        row(
            .up, "up", "Up", group: "Moving", keys: "k up",
            "Scroll or select upwards"),
        row(
            .down, "down", "Down", group: "Moving", keys: "j down",
            "Scroll or select downwards"),
        row(
            .pageUp, "page-up", "Page up", group: "Moving", keys: "page-up ctrl-u",
            "One page up"),
        row(
            .pageDown, "page-down", "Page down", group: "Moving", keys: "page-down ctrl-d",
            "One page down"),
        row(
            .top, "top", "Top", group: "Moving", keys: "g home",
            "The oldest line"),
        row(
            .bottom, "bottom", "Bottom", group: "Moving", keys: "G end",
            "The newest line, and follow it again"),
        row(
            .less, "left", "Left", group: "Moving", context: .pane(.events), keys: "h",
            "Scroll the events to the left"),
        row(
            .more, "right", "Right", group: "Moving", context: .pane(.events), keys: "l",
            "Scroll the events to the right"),
        row(
            .open, "open", "Details", group: "Moving", keys: "enter",
            "Show the selected line in full"),
        row(
            .jump, "jump", "Jump", group: "Moving", keys: "o",
            "Go to the moment of the selected line: hit, witness, entry, event"),
    ]

    private static let searching: [ActionEntry] = [
        row(
            .search, "search", "Search", group: "Search", keys: "/", hint: 3,
            "Search in the focused pane"),
        row(
            .nextMatch, "next-match", "Next match", group: "Search", keys: "n",
            "The next line that matches"),
        row(
            .previousMatch, "previous-match", "Previous match", group: "Search", keys: "N",
            "The previous line that matches"),
        row(
            .filter, "filter", "Filter", group: "Search", keys: "&",
            "Show only who or what: cycles through the pane's kinds"),
        row(
            .clearSearch, "clear-search", "Clear search", group: "Search", keys: "ctrl-g",
            "Forget the search and the filter"),
        row(
            .compareSessions, "compare-sessions", "Compare sessions", group: "Search", keys: "C",
            "Show the session beside the next one of the log, with the differences marked"),
    ]

    private static let replay: [ActionEntry] = [
        row(
            .playPause, "play-pause", "Play / pause", group: "Replay", keys: "space", hint: 2,
            "Stop and go on"),
        row(
            .stepForward, "step-forward", "Step", group: "Replay", keys: ".",
            "One event forward"),
        row(
            .stepBack, "step-back", "Step back", group: "Replay", keys: ",",
            "One event back"),
        row(
            .nextFinding, "next-failure", "Next failure", group: "Replay", keys: "f",
            "Jump to the next failure, warning or false verdict"),
        row(
            .previousFinding, "previous-failure", "Previous failure", group: "Replay", keys: "F",
            "Jump to the failure before"),
        row(
            .forward, "forward", "Forward", group: "Replay", keys: "right",
            "Seek 5 seconds forward"),
        row(
            .back, "back", "Back", group: "Replay", keys: "left",
            "Seek 5 seconds back"),
        row(
            .forwardFar, "forward-far", "Far forward", group: "Replay", keys: "shift-right",
            "Seek a tenth of the session forward"),
        row(
            .backFar, "back-far", "Far back", group: "Replay", keys: "shift-left",
            "Seek a tenth of the session back"),
        row(
            .start, "start", "Start", group: "Replay", keys: "0",
            "Seek to the start"),
        row(
            .end, "end", "End / live", group: "Replay", keys: "L $",
            "Seek to the end, or to what is live"),
        row(
            .slower, "slower", "Slower", group: "Replay", keys: "[",
            "Half the speed, down to 0.1x"),
        row(
            .faster, "faster", "Faster", group: "Replay", keys: "]",
            "Twice the speed, up to 100x"),
        row(
            .normalSpeed, "normal-speed", "Normal speed", group: "Replay", keys: "backspace",
            "1x"),
        row(
            .maximumSpeed, "maximum-speed", "Maximum speed", group: "Replay", keys: "M",
            "As fast as it can be analysed"),
        row(
            .loop, "loop", "Loop", group: "Replay", keys: "r",
            "Start again at the end"),
        row(
            .mark, "mark", "Mark", group: "Replay", keys: "m",
            "Set a mark here, or take it away"),
        row(
            .nextMark, "next-mark", "Next mark", group: "Replay", keys: "}",
            "Jump to the next mark, turn or failure on the timeline"),
        row(
            .previousMark, "previous-mark", "Previous mark", group: "Replay", keys: "{",
            "Jump to the one before"),
    ]

    private static let conversation: [ActionEntry] = [
        row(
            .message, "message", "Message", group: "Conversation", keys: "i",
            "Write a message to the model; Enter sends, Esc stops writing"),
        row(
            .talk, "talk", "Talk", group: "Conversation", keys: "v",
            "Push to talk: begin your turn, and the same key ends it"),
        row(
            .openMicrophone, "microphone", "Microphone", group: "Conversation", keys: "V",
            "Open the microphone for as long as you like, or close it"),
        row(
            .mute, "mute", "Mute", group: "Conversation", keys: "u",
            "Send nothing of what the microphone hears, or send it again"),
        row(
            .interrupt, "interrupt", "Interrupt", group: "Conversation", keys: "b",
            "Stop the answer and tell the server how much of it was heard"),
        row(
            .cancelResponse, "cancel-response", "Cancel", group: "Conversation", keys: "B",
            "Cancel the answer that the server is making; what came is still heard"),
        row(
            .createResponse, "create-response", "Ask", group: "Conversation", keys: "R",
            "Ask for an answer without saying anything"),
        row(
            .commitAudio, "commit-audio", "Commit audio", group: "Conversation", keys: "K",
            "End your turn: commit what the microphone sent"),
        row(
            .clearAudio, "clear-audio", "Clear audio", group: "Conversation", keys: "U",
            "Forget what the microphone sent since the last turn"),
        row(
            .deleteItem, "delete-item", "Delete item", group: "Conversation", keys: "D",
            "Delete the found or uppermost entry from the conversation"),
        row(
            .answerTool, "answer-tool", "Answer tool", group: "Conversation", keys: "W",
            "Write the answer to the oldest open tool call"),
        row(
            .settings, "settings", "Settings", group: "Conversation", keys: "E",
            "Voice, instructions, turn detection and the rest of the session's settings"),
        row(
            .hangUp, "hang-up", "Hang up / connect", group: "Conversation", keys: "H",
            "End the connection, or begin it again"),
        row(
            .sessions, "sessions", "Sessions", group: "Conversation", keys: "S",
            "Every session: switch, pin, see state, latency, cost and verdicts"),
        row(
            .peers, "peers", "Peers", group: "Conversation", keys: "J",
            "Who has joined over the network: their streams, round trips, losses"),
        row(
            .saveRecording, "save-recording", "Save recording", group: "Conversation", keys: "w",
            "Write the live session so far as a recording"),
    ]

    private static let patterns: [ActionEntry] = [
        row(
            .learn, "learn-pattern", "Learn pattern", group: "Patterns", keys: "I",
            "Search for more like this: the stream's entry, or what lies between two marks"),
        row(
            .motifs, "motifs", "Motifs", group: "Patterns", context: .pane(.patterns), keys: "c",
            "What recurs and what is unusual in each series, then the hits again"),
        row(
            .exportPatterns, "export-patterns", "Export patterns", group: "Patterns",
            context: .pane(.patterns), keys: "w",
            "Write all patterns to a file; :patterns FILE reads one"),
    ]

    private static let attractor: [ActionEntry] = [
        row(
            .nextView, "attractor-view", "View", group: "Attractor", context: .pane(.attractor),
            keys: "w",
            "Show the next view: phase plot, 3-D, recurrence, divergence, spectrum, numbers"),
        row(
            .nextSeries, "series", "Series", group: "Attractor", context: .pane(.attractor),
            keys: "c",
            "Choose the next series: gap, length, loudness, surprise, pitch, latency, reward"),
        row(
            .nextPair, "pair", "Pair", group: "Attractor", context: .pane(.attractor), keys: "O",
            "Plot the series over another one, the next at each press"),
        row(
            .turnLeft, "turn-left", "Turn left", group: "Attractor", context: .pane(.attractor),
            keys: "<",
            "Turn the 3-D view by hand; it turns by itself while the log plays"),
        row(
            .turnRight, "turn-right", "Turn right", group: "Attractor",
            context: .pane(.attractor), keys: ">",
            "Turn the 3-D view the other way"),
        row(
            .delayUp, "delay-up", "Longer delay", group: "Attractor", context: .pane(.attractor),
            keys: "+ l",
            "Embed with a longer delay"),
        row(
            .delayDown, "delay-down", "Shorter delay", group: "Attractor",
            context: .pane(.attractor), keys: "- h",
            "Embed with a shorter delay"),
        row(
            .delayAutomatic, "delay-automatic", "Automatic delay", group: "Attractor",
            context: .pane(.attractor), keys: "a",
            "Choose delay and dimension from the data"),
    ]

    private static let verdicts: [ActionEntry] = [
        row(
            .editProperty, "edit-property", "Edit property", group: "Verdicts",
            context: .pane(.verdicts), keys: "c",
            "Change the selected property; its effect is shown while you type"),
        row(
            .addProperty, "add-property", "Add property", group: "Verdicts",
            context: .pane(.verdicts), keys: "a",
            "Write a new property and watch it"),
        row(
            .nextWitness, "next-witness", "Next witness", group: "Verdicts",
            context: .pane(.verdicts), keys: "w",
            "Go through the events that the selected verdict rests on"),
        row(
            .toggleProperty, "toggle-property", "Property on or off", group: "Verdicts",
            context: .pane(.verdicts), keys: "d",
            "Stop watching the selected property, or watch it again"),
        row(
            .saveProperties, "save-properties", "Save properties", group: "Verdicts",
            context: .pane(.verdicts), keys: "ctrl-s",
            "Write the watched properties to a file for verify --properties"),
    ]

    private static let appearance: [ActionEntry] = [
        row(
            .nextTheme, "next-theme", "Next theme", group: "Looks", keys: "t",
            "The next theme; kept for the next start"),
        row(
            .previousTheme, "previous-theme", "Previous theme", group: "Looks", keys: "T",
            "The theme before"),
        row(
            .toggleGlyphs, "ascii", "ASCII", group: "Looks", keys: "A",
            "Draw with ASCII only, or with Unicode again"),
        row(
            .toggleMouse, "mouse", "Mouse", group: "Looks", keys: "%",
            "Let the terminal select text, or take the mouse again"),
    ]

    private static let output: [ActionEntry] = [
        row(
            .copy, "copy", "Copy", group: "Taking out", keys: "y",
            "Copy the selected line or the pane to the clipboard"),
        row(
            .export, "export", "Export", group: "Taking out", keys: "e",
            "Write what the pane knows as JSON"),
        row(
            .screenshot, "screenshot", "Screenshot", group: "Taking out", keys: "s",
            "Write the screen as SVG"),
    ]

    private static let indexByAction: [Action: Int] = Dictionary(
        uniqueKeysWithValues: entries.indices.map { (entries[$0].action, $0) })

    /// The row of `action`; every action has one, which a test checks.
    package static func entry(of action: Action) -> ActionEntry {
        guard let index = indexByAction[action] else {
            preconditionFailure("\(action) has no row in the action table")
        }
        return entries[index]
    }

    private static func row(
        _ action: Action, _ id: String, _ title: String, group: String,
        context: ActionContext = .global, keys: String,
        hint: Int? = nil, _ help: String
    ) -> ActionEntry {
        ActionEntry(
            action: action, id: id, title: title, help: help, group: group, context: context,
            keys: keys.split(separator: " ").map(String.init), hint: hint)
    }
}
