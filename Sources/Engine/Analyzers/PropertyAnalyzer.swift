import JSONText
import RealtimeProtocol
import TemporalLogic
import Timeline

/// Runs a monitor for each property over the session's events.
///
/// One state of the trace is one event that crossed the boundary of the session, received, sent,
/// or of the connection itself. Atoms are event names, prefixes ("response.*"), the signals, and
/// comparisons of a field of the event with a literal.
struct PropertyAnalyzer: Sendable {
    /// A property with the meaning of its atoms prepared.
    private struct Watch: Sendable {
        var monitor: Monitor
        var names: [(name: [UInt8], isPrefix: Bool, bit: UInt64)] = []
        var signals: [(signal: Signals, bit: UInt64)] = []
        var comparisons: [(comparison: FieldComparison, bit: UInt64)] = []
        /// The bits of the name atoms, by event name; grown as names appear.
        var masks: [UInt64] = []
        var relevantSignals: Signals = []

        /// In place: reading a monitor out of the array would copy it.
        mutating func step(
            _ bits: UInt64, at milliseconds: Double
        ) -> (verdict: Verdict, isVacuous: Bool) {
            let verdict = monitor.observe(bits, at: milliseconds)
            return (verdict, monitor.isVacuous)
        }
    }

    private var watches: [Watch] = []
    /// Properties whose verdict may still change.
    private var open: [Int] = []
    private var needsFields = false
    /// Places in the trace and their sequence numbers, where the distance between them changed.
    private var offsets = Window<Offset>(limit: 1024)
    private var position = 0

    private struct Offset: Sendable {
        var position: Int
        var sequence: UInt64
    }

    init(properties: [PropertyDefinition], in state: inout SessionState) {
        for definition in properties {
            watches.append(Self.watch(definition.formula))
            let monitor = watches[watches.count - 1].monitor
            state.properties.append(
                PropertyState(
                    name: definition.name, formula: definition.formula.description,
                    verdict: monitor.verdict, since: state.startedAt,
                    explanation: monitor.explanation, isVacuous: monitor.isVacuous))
        }
        open = Array(watches.indices)
        needsFields = watches.contains { !$0.comparisons.isEmpty }
    }

    mutating func observe(
        _ moment: inout Moment, names: EventNames, in state: inout SessionState
    ) {
        guard moment.isOfTheWire else { return }
        if offsets.last.map({
            $0.sequence &+ UInt64(position - $0.position) != moment.sequence
        }) ?? true {
            offsets.append(Offset(position: position, sequence: moment.sequence))
        }
        position += 1
        let milliseconds = (moment.time - .zero).milliseconds
        let fields = needsFields ? EventFields(of: moment, name: names[moment.name]) : nil
        var hasClosed = false
        for index in open {
            let bits = bits(of: index, moment, names, fields)
            let (verdict, isVacuous) = watches[index].step(bits, at: milliseconds)
            if isVacuous != state.properties[index].isVacuous {
                explain(index, in: &state)
            }
            if verdict != state.properties[index].verdict {
                change(index, to: verdict, moment, in: &state)
                if verdict.isFinal {
                    hasClosed = true
                    moment.decided.append(state.properties[index].name)
                }
            }
        }
        if hasClosed { open.removeAll { state.properties[$0].verdict.isFinal } }
    }

    private mutating func bits(
        of index: Int, _ moment: Moment, _ names: EventNames, _ fields: EventFields?
    ) -> UInt64 {
        if moment.name >= watches[index].masks.count { extendMasks(of: index, names) }
        var bits = watches[index].masks[moment.name]
        if !watches[index].relevantSignals.isDisjoint(with: moment.signals) {
            for (signal, bit) in watches[index].signals where moment.signals.contains(signal) {
                bits |= bit
            }
        }
        if let fields {
            for (comparison, bit) in watches[index].comparisons where comparison.holds(fields) {
                bits |= bit
            }
        }
        return bits
    }

    private mutating func extendMasks(of index: Int, _ names: EventNames) {
        for id in watches[index].masks.count..<names.bytes.count {
            var mask: UInt64 = 0
            for atom in watches[index].names {
                let name = names.bytes[id]
                if atom.isPrefix ? name.starts(with: atom.name) : name == atom.name {
                    mask |= atom.bit
                }
            }
            watches[index].masks.append(mask)
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
        state.properties[index].explanation = monitor.explanation { position in
            // A place that is too long ago to be known is called by its place in the trace.
            sequence(at: position).map { Int(clamping: $0) } ?? position
        }
        state.properties[index].witness = monitor.witness.compactMap(sequence(at:))
        state.properties[index].isVacuous = monitor.isVacuous
    }

    /// The sequence number of a place in the trace; nil when that is too long ago.
    private func sequence(at position: Int) -> UInt64? {
        let later = offsets.partitioningIndex { $0.position > position }
        guard later > 0 else { return nil }
        let offset = offsets[later - 1]
        return offset.sequence &+ UInt64(position - offset.position)
    }

    private static func watch(_ formula: Formula) -> Watch {
        var watch = Watch(monitor: Monitor(formula))
        for (index, meaning) in formula.atomMeanings.enumerated() {
            let bit = UInt64(1) << UInt64(index)
            switch meaning {
            case .name(let name):
                if let known = Signals.names.first(where: { $0.name == name }) {
                    watch.signals.append((known.signal, bit))
                    watch.relevantSignals.formUnion(known.signal)
                } else if name.utf8.suffix(2).elementsEqual(".*".utf8) {
                    watch.names.append((Array(name.utf8.dropLast()), true, bit))
                } else {
                    watch.names.append((Array(name.utf8), false, bit))
                }
            case .comparison(let field, let comparison, let literal):
                watch.comparisons.append(
                    (FieldComparison(field: field, comparison: comparison, literal: literal), bit))
            }
        }
        return watch
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
