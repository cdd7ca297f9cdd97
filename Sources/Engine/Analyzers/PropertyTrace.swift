import Timeline

/// The last states of the trace that properties are about: one for each event of the wire.
///
/// Kept so that a property that is written while the session runs can be judged on what was seen;
/// the texts of the events are in the event log, as long as that keeps them.
struct PropertyTrace: Sendable {
    struct Step: Sendable {
        var sequence: UInt64
        var time: Instant
        var name: EventNames.ID
        var signals: Signals
        /// Milliseconds since the token before it.
        var gap: Double?
        var byteCount: Int
    }

    /// The most events kept; a preview costs at most this many steps of a monitor.
    static let limit = 4096

    private(set) var steps = Window<Step>(limit: PropertyTrace.limit)

    mutating func append(_ step: Step) { steps.append(step) }

    /// Whether it still holds the session from its first event.
    var isWhole: Bool { steps.droppedCount == 0 }

    /// The states of a formula over these events, their times in ms, and how many events had lost
    /// the text that a comparison wanted.
    func states(
        _ reader: inout AtomReader, names: EventNames, log: EventLog
    ) -> (bits: [UInt64], milliseconds: [Double], withoutText: Int) {
        var bits: [UInt64] = []
        var milliseconds: [Double] = []
        bits.reserveCapacity(steps.count)
        milliseconds.reserveCapacity(steps.count)
        var withoutText = 0
        var row = 0
        for step in steps {
            var raw: [UInt8] = []
            if reader.readsFields {
                while row < log.rows.count, log.rows[row].sequence < step.sequence { row += 1 }
                if row < log.rows.count, log.rows[row].sequence == step.sequence {
                    raw = log.rows[row].raw
                }
                if raw.isEmpty { withoutText += 1 }
            }
            var fields = EventFields(
                name: names[step.name], signals: step.signals, byteCount: step.byteCount,
                gap: step.gap, time: step.time, raw: raw)
            bits.append(
                reader.bits(
                    name: step.name, signals: step.signals, fields: &fields, names: names))
            milliseconds.append((step.time - .zero).milliseconds)
        }
        return (bits, milliseconds, withoutText)
    }
}
