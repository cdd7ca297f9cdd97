import TemporalLogic
import Timeline

/// Runs a monitor for each property over the session's events.
///
/// One state of the trace is one event that crossed the boundary of the session, received, sent,
/// or of the connection itself; `AtomReader` says what holds there.
struct PropertyAnalyzer: Sendable {
    /// A property with the meaning of its atoms prepared.
    private struct Watch: Sendable {
        var monitor: Monitor
        var reader: AtomReader
        /// Every state it saw, where they are kept.
        var states: [UInt64] = []
        /// The place in the trace of the first event it saw.
        var firstPosition = 0

        /// In place: reading a monitor out of the array would copy it.
        mutating func step(_ bits: UInt64, at milliseconds: Double) -> Verdict {
            monitor.observe(bits, at: milliseconds)
        }

        /// Whether nothing that it speaks of has happened; in place, for the same reason.
        mutating func isVacuous() -> Bool { monitor.checkVacuity() }
    }

    private var watches: [Watch] = []
    /// Properties whose verdict may still change.
    private var open: [Int] = []
    /// Places in the trace and their sequence numbers, where the distance between them changed.
    private var offsets = Window<Offset>(limit: 1024)
    private var position = 0
    private var findings = 0
    private(set) var trace = PropertyTrace()
    private let keepsStates: Bool
    private var sequences: [UInt64] = []
    private var times: [Double] = []
    private(set) var definitions: [PropertyDefinition] = []

    private struct Offset: Sendable {
        var position: Int
        var sequence: UInt64
    }

    init(configuration: EngineConfiguration, in state: inout SessionState) {
        keepsStates = configuration.keepsPropertyStates
        watch(configuration.properties, in: &state)
    }

    /// The states that each property saw; empty unless they are kept.
    var states: PropertyStates {
        PropertyStates(
            sequences: sequences, milliseconds: times, states: watches.map(\.states))
    }

    private mutating func watch(
        _ properties: [PropertyDefinition], in state: inout SessionState
    ) {
        definitions = properties
        watches = properties.map {
            Watch(monitor: Monitor($0.formula), reader: AtomReader($0.formula))
        }
        state.properties = properties.indices.map { index in
            let definition = properties[index]
            let monitor = watches[index].monitor
            var property = PropertyState(
                name: definition.name, formula: definition.formula.description,
                verdict: monitor.verdict, since: state.startedAt,
                explanation: monitor.explanation, isVacuous: monitor.isVacuous)
            property.pack = definition.pack
            if !definition.isEnabled {
                property.pause = .disabled
            } else if !state.hasClock
                && (definition.formula.needsClock || watches[index].reader.needsClock)
            {
                property.pause = .noClock
            }
            if let pause = property.pause { property.explanation = pause.sentence }
            return property
        }
        open = state.properties.indices.filter { state.properties[$0].pause == nil }
    }

    mutating func observe(
        _ moment: inout Moment, names: EventNames, in state: inout SessionState
    ) {
        guard moment.isOfTheWire else { return }
        if state.answersSpeech { moment.signals.insert(.answers) }
        if state.transcribesSpeech { moment.signals.insert(.transcribes) }
        if findings != state.findings.total {
            for finding in state.findings.suffix(state.findings.total - findings) {
                moment.signals.formUnion(.finding(finding.kind))
            }
            findings = state.findings.total
        }
        if offsets.last.map({
            $0.sequence &+ UInt64(position - $0.position) != moment.sequence
        }) ?? true {
            offsets.append(Offset(position: position, sequence: moment.sequence))
        }
        position += 1
        trace.append(
            PropertyTrace.Step(
                sequence: moment.sequence, time: moment.time, name: moment.name,
                signals: moment.signals, gap: moment.gap, byteCount: moment.byteCount))
        let milliseconds = (moment.time - .zero).milliseconds
        // Field by field: a moment handed over whole is copied first.
        var fields = EventFields(
            name: names[moment.name], signals: moment.signals, byteCount: moment.byteCount,
            gap: moment.gap, time: moment.time, raw: moment.raw)
        if keepsStates { keep(moment, milliseconds, &fields, names, state) }
        var hasClosed = false
        for index in open {
            let bits = watches[index].reader.bits(
                name: moment.name, signals: moment.signals, fields: &fields, names: names)
            let verdict = watches[index].step(bits, at: milliseconds)
            if verdict != state.properties[index].verdict {
                change(index, to: verdict, moment, in: &state)
                if verdict.isFinal {
                    hasClosed = true
                    moment.decided.append(state.properties[index].name)
                }
            } else if bits != 0, state.properties[index].isVacuous,
                !watches[index].isVacuous()
            {
                // What has happened once does not become nothing again.
                explain(index, in: &state)
            }
        }
        if hasClosed { open.removeAll { state.properties[$0].verdict.isFinal } }
    }

    private mutating func keep(
        _ moment: Moment, _ milliseconds: Double, _ fields: inout EventFields,
        _ names: EventNames, _ state: SessionState
    ) {
        sequences.append(moment.sequence)
        times.append(milliseconds)
        for index in watches.indices where state.properties[index].pause == nil {
            let bits = watches[index].reader.bits(
                name: moment.name, signals: moment.signals, fields: &fields, names: names)
            watches[index].states.append(bits)
        }
    }

    private func change(
        _ index: Int, to verdict: Verdict, _ moment: Moment, in state: inout SessionState
    ) {
        state.properties[index].verdict = verdict
        state.properties[index].since = moment.time
        state.properties[index].sinceSequence = moment.sequence
        state.properties[index].changes += 1
        explain(index, in: &state)
    }

    /// Says anew why a property's verdict is what it is.
    private func explain(_ index: Int, in state: inout SessionState) {
        let monitor = watches[index].monitor
        let first = watches[index].firstPosition
        state.properties[index].explanation = monitor.explanation { place in
            // A place that is too long ago to be known is called by its place in the trace.
            sequence(at: first + place).map { Int(clamping: $0) } ?? first + place
        }
        state.properties[index].witness = monitor.witness.compactMap { sequence(at: first + $0) }
        state.properties[index].isVacuous = monitor.isVacuous
    }

    /// The sequence number of a place in the trace; nil when that is too long ago.
    private func sequence(at position: Int) -> UInt64? {
        let later = offsets.partitioningIndex { $0.position > position }
        guard later > 0 else { return nil }
        let offset = offsets[later - 1]
        return offset.sequence &+ UInt64(position - offset.position)
    }

    // MARK: changing the properties

    /// Watches other properties from the oldest event that is kept on; those that stay as they
    /// were go on without a break.
    mutating func replace(
        _ properties: [PropertyDefinition], names: EventNames, in state: inout SessionState
    ) {
        guard properties != definitions else { return }
        let before = (definitions: definitions, watches: watches, states: state.properties)
        watch(properties, in: &state)
        for index in watches.indices {
            let kept = before.definitions.firstIndex {
                $0.formula == properties[index].formula
                    && $0.isEnabled == properties[index].isEnabled
            }
            if let kept {
                watches[index] = before.watches[kept]
                var property = before.states[kept]
                property.name = properties[index].name
                property.pack = properties[index].pack
                state.properties[index] = property
            } else if state.properties[index].pause == nil {
                catchUp(index, names: names, in: &state)
            }
        }
        open.removeAll { state.properties[$0].verdict.isFinal }
    }

    /// Judges a new property on the events that are kept.
    private mutating func catchUp(
        _ index: Int, names: EventNames, in state: inout SessionState
    ) {
        let (bits, times, _) = trace.states(&watches[index].reader, names: names, log: state.log)
        watches[index].firstPosition = position - bits.count
        for (place, letter) in bits.enumerated() {
            let verdict = watches[index].step(letter, at: times[place])
            guard verdict != state.properties[index].verdict else { continue }
            state.properties[index].verdict = verdict
            state.properties[index].since = trace.steps[place].time
            state.properties[index].sinceSequence = trace.steps[place].sequence
            state.properties[index].changes += 1
            if verdict.isFinal { break }
        }
        explain(index, in: &state)
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first index from which on all elements satisfy a predicate that, once true, stays so.
    fileprivate func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
