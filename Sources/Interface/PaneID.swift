/// The panes, in the order of their number keys.
package enum PaneID: Int, CaseIterable, Hashable, Sendable {
    case stream = 1
    case metrics, attractor, patterns, verdicts, events

    package var title: String {
        switch self {
        case .stream: "stream"
        case .metrics: "metrics"
        case .attractor: "attractor"
        case .patterns: "patterns"
        case .verdicts: "verdicts"
        case .events: "events"
        }
    }
}
