extension ThemeDescription {
    /// The themes that need no file.
    package static let builtIn: [String: ThemeDescription] = [midstreamDark.name: midstreamDark]

    /// The theme of a program that was told nothing else; the same as
    /// `themes/midstream-dark.toml`, in the code so that no missing file can leave the screen
    /// without colours.
    package static let midstreamDark = ThemeDescription(
        name: "midstream-dark", isDark: true,
        palette: [
            "base": "#1e1e2e", "raised": "#313244", "line": "#6c7086", "faint": "#9399b2",
            "soft": "#bac2de", "text": "#cdd6f4", "blue": "#89b4fa", "sky": "#89dceb",
            "teal": "#94e2d5", "green": "#a6e3a1", "yellow": "#f9e2af", "peach": "#fab387",
            "red": "#f38ba8", "pink": "#f5c2e7", "mauve": "#cba6f7", "cold": "#3b5bfd",
            "tepid": "#9399b2", "hot": "#eb6062",
        ],
        roles: [
            "surface": look("text", on: "base"),
            "pane.border": look("line"),
            "pane.border.focus": look("blue"),
            "pane.title": look("pink", "bold"),
            "pane.title.focus": look("pink", "bold", "underline"),
            "text": look("text"),
            "text.dim": look("faint"),
            "text.strong": look("text", "bold"),
            "text.placeholder": look("faint", "italic"),
            "status.bar": look("base", on: "blue"),
            "status.live": look("base", on: "green", "bold"),
            "status.paused": look("base", on: "yellow", "bold"),
            "status.replay": look("base", on: "mauve", "bold"),
            "status.failed": look("base", on: "red", "bold"),
            "stream.user": look("sky"),
            "stream.assistant": look("text"),
            "stream.system": look("soft", "italic"),
            "stream.tool": look("yellow"),
            "stream.reasoning": look("mauve", "italic"),
            "stream.failure": look("red", "bold"),
            "stream.interrupt": look("peach", "underline"),
            "stream.time": look("faint"),
            "stream.gap": look("faint", "italic"),
            "metric.label": look("soft"),
            "metric.value": look("text", "bold"),
            "metric.good": look("green"),
            "metric.warn": look("yellow", "bold"),
            "metric.bad": look("red", "bold", "underline"),
            "plot.axis": look("line"),
            "plot.label": look("faint"),
            "plot.head": look("yellow", "bold"),
            "pattern.1": look("blue"),
            "pattern.2": look("yellow"),
            "pattern.3": look("mauve"),
            "pattern.4": look("teal"),
            "pattern.5": look("peach"),
            "pattern.6": look("pink"),
            "verdict.true": look("green"),
            "verdict.false": look("red", "bold", "underline"),
            "verdict.pending": look("faint"),
            "verdict.presumably.true": look("teal", "italic"),
            "verdict.presumably.false": look("peach", "bold"),
            "timeline.track": look("line"),
            "timeline.played": look("blue"),
            "timeline.head": look("yellow", "bold"),
            "timeline.mark": look("mauve"),
            "timeline.failure": look("red", "bold"),
            "selection": look("text", on: "raised", "bold"),
            "match": look("base", on: "yellow"),
            "key": look("blue", "bold"),
            "key.label": look("soft"),
            "overlay": look("text", on: "raised"),
            "overlay.border": look("blue", on: "raised"),
            "overlay.title": look("pink", on: "raised", "bold"),
            "notice": look("text", on: "raised"),
            "notice.failure": look("base", on: "red", "bold"),
            "scroll.track": look("line"),
            "scroll.thumb": look("faint"),
        ],
        gradients: [
            "latency": ["cold", "tepid", "hot"],
            "trail": ["cold", "tepid", "hot"],
            "level": ["teal", "green", "yellow", "red"],
        ])

    private static func look(
        _ foreground: String, on background: String? = nil, _ modifiers: String...
    ) -> Look {
        Look(foreground: foreground, background: background, modifiers: modifiers)
    }
}

extension Theme {
    /// The built-in theme, resolved.
    package static let midstreamDark: Theme = {
        do {
            return try ThemeDescription.midstreamDark.resolve()
        } catch {
            preconditionFailure("the built-in theme is wrong: \(error)")
        }
    }()
}
