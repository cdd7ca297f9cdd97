/// What a piece of the screen means; a theme says how each looks.
package enum Role: String, CaseIterable, Sendable {
    /// The whole screen: its colours stand in wherever another role names none.
    case surface

    case paneBorder = "pane.border"
    case paneBorderFocus = "pane.border.focus"
    case paneTitle = "pane.title"
    case paneTitleFocus = "pane.title.focus"

    case text
    case textDim = "text.dim"
    case textStrong = "text.strong"
    /// Something shown in the place of what cannot be drawn or was left out.
    case textPlaceholder = "text.placeholder"

    case statusBar = "status.bar"
    case statusLive = "status.live"
    case statusPaused = "status.paused"
    case statusReplay = "status.replay"
    case statusFailed = "status.failed"

    case streamUser = "stream.user"
    case streamAssistant = "stream.assistant"
    case streamSystem = "stream.system"
    case streamTool = "stream.tool"
    case streamReasoning = "stream.reasoning"
    case streamFailure = "stream.failure"
    case streamInterrupt = "stream.interrupt"
    case streamTime = "stream.time"
    case streamGap = "stream.gap"

    case metricLabel = "metric.label"
    case metricValue = "metric.value"
    case metricGood = "metric.good"
    case metricWarn = "metric.warn"
    case metricBad = "metric.bad"

    case plotAxis = "plot.axis"
    case plotLabel = "plot.label"
    case plotHead = "plot.head"

    case pattern1 = "pattern.1"
    case pattern2 = "pattern.2"
    case pattern3 = "pattern.3"
    case pattern4 = "pattern.4"
    case pattern5 = "pattern.5"
    case pattern6 = "pattern.6"

    case verdictTrue = "verdict.true"
    case verdictFalse = "verdict.false"
    case verdictPending = "verdict.pending"
    case verdictPresumablyTrue = "verdict.presumably.true"
    case verdictPresumablyFalse = "verdict.presumably.false"

    case timelineTrack = "timeline.track"
    case timelinePlayed = "timeline.played"
    case timelineHead = "timeline.head"
    case timelineMark = "timeline.mark"
    case timelineFailure = "timeline.failure"

    case selection
    case match
    /// A key to press, in hints and help.
    case key
    /// What the key does.
    case keyLabel = "key.label"

    case overlay
    case overlayBorder = "overlay.border"
    case overlayTitle = "overlay.title"
    case notice
    case noticeFailure = "notice.failure"

    case scrollTrack = "scroll.track"
    case scrollThumb = "scroll.thumb"

    /// The role of the n-th kind of pattern, from 0, going round.
    package static func pattern(_ index: Int) -> Role {
        let roles: [Role] = [.pattern1, .pattern2, .pattern3, .pattern4, .pattern5, .pattern6]
        return roles[(index % roles.count + roles.count) % roles.count]
    }
}

/// A scale of colours.
package enum Gradient: String, CaseIterable, Sendable {
    /// From quick to slow.
    case latency
    /// From old to new points of a trail.
    case trail
    /// From quiet to loud.
    case level
}
