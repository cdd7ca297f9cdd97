import RealtimeProtocol
import Timeline

/// Collects the places worth a mark on the timeline bar, thinned to a bounded number.
struct TimelineAnalyzer: Analyzer {
    /// At most this many marks are kept.
    static let limit = 512

    /// Marks of one kind closer than this are one; doubled whenever the limit is passed.
    private var resolution = Interval.zero
    private var findings = 0
    private var hits = 0

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        switch moment.body {
        case .server(.responseCreated):
            add(.turn, "turn \(state.turns.last?.number ?? 0)", moment, in: &state)
        case .server(.speechStarted): add(.speech, "speech", moment, in: &state)
        case .mark(let label): add(.bookmark, label, moment, in: &state)
        default: break
        }
        if findings != state.findings.total { addFailures(moment, in: &state) }
        if hits != state.hits.total {
            hits = state.hits.total
            add(.hit, state.hits.last?.name ?? "", moment, in: &state)
        }
        for change in moment.changes {
            add(.change, change.label, change.time, change.sequence, in: &state)
        }
        for name in moment.decided { add(.verdict, name, moment, in: &state) }
    }

    private mutating func addFailures(_ moment: Moment, in state: inout SessionState) {
        let new = state.findings.total - findings
        findings = state.findings.total
        for finding in state.findings.suffix(new) where finding.severity == .failure {
            add(.failure, finding.message, moment, in: &state)
        }
    }

    private mutating func add(
        _ kind: TimelineMark.Kind, _ label: String, _ moment: Moment, in state: inout SessionState
    ) {
        add(kind, label, moment.time, moment.sequence, in: &state)
    }

    private mutating func add(
        _ kind: TimelineMark.Kind, _ label: String, _ time: Instant, _ sequence: UInt64,
        in state: inout SessionState
    ) {
        if resolution > .zero,
            let last = state.marks.last(where: { $0.kind == kind }),
            time - last.time < resolution
        {
            return
        }
        state.marks.append(
            TimelineMark(time: time, sequence: sequence, kind: kind, label: label))
        while state.marks.count > Self.limit { thin(&state) }
    }

    /// Doubles the resolution and drops what is now too close to the mark of its kind before it.
    private mutating func thin(_ state: inout SessionState) {
        let span = (state.marks.last?.time ?? .zero) - (state.marks.first?.time ?? .zero)
        let smallest = Interval(nanoseconds: max(span.nanoseconds / Int64(8 * Self.limit), 1))
        resolution = max(resolution + resolution, smallest)
        var last: [TimelineMark.Kind: Instant] = [:]
        state.marks.removeAll { mark in
            if let before = last[mark.kind], mark.time - before < resolution { return true }
            last[mark.kind] = mark.time
            return false
        }
        if span == .zero, state.marks.count > Self.limit { state.marks.removeFirst() }
    }
}
