/// The ways in which the attractor pane can show a series.
package enum AttractorView: String, CaseIterable, Sendable {
    case phase, space, recurrence, divergence, spectrum, numbers

    var title: String {
        switch self {
        case .phase: "phase plot"
        case .space: "3-D"
        case .recurrence: "recurrence"
        case .divergence: "divergence"
        case .spectrum: "spectrum"
        case .numbers: "numbers"
        }
    }

    var next: AttractorView {
        let all = Self.allCases
        return all[((all.firstIndex(of: self) ?? 0) + 1) % all.count]
    }
}
