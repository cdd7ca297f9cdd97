import TemporalLogic

/// Says which atoms of a formula hold at an event.
///
/// Atoms are event names, prefixes ("response.*"), the signals, and comparisons of a field of the
/// event with a literal.
struct AtomReader: Sendable {
    private var names: [(name: [UInt8], isPrefix: Bool, bit: UInt64)] = []
    private var signals: [(signal: Signals, bit: UInt64)] = []
    private var comparisons: [(comparison: FieldComparison, bit: UInt64)] = []
    /// The bits of the name atoms, by event name; grown as names appear.
    private var masks: [UInt64] = []
    private var relevantSignals: Signals = []

    init(_ formula: Formula) {
        for (index, meaning) in formula.atomMeanings.enumerated() {
            let bit = UInt64(1) << UInt64(index)
            switch meaning {
            case .name(let name):
                if let known = Signals.names.first(where: { $0.name == name }) {
                    signals.append((known.signal, bit))
                    relevantSignals.formUnion(known.signal)
                } else if name.utf8.suffix(2).elementsEqual(".*".utf8) {
                    names.append((Array(name.utf8.dropLast()), true, bit))
                } else {
                    names.append((Array(name.utf8), false, bit))
                }
            case .comparison(let field, let comparison, let literal):
                comparisons.append(
                    (FieldComparison(field: field, comparison: comparison, literal: literal), bit))
            }
        }
    }

    /// Whether it reads fields of the event, and not its name and signals only.
    var readsFields: Bool { !comparisons.isEmpty }

    /// Whether it speaks of what is known with a clock only.
    var needsClock: Bool {
        !relevantSignals.isDisjoint(with: [.underrun, .playing, .finding(.underrun)])
            || comparisons.contains { $0.comparison.needsClock }
    }

    /// The bits of the atoms that hold.
    mutating func bits(
        name: EventNames.ID, signals present: Signals, fields: inout EventFields,
        names known: EventNames
    ) -> UInt64 {
        if name >= masks.count { extendMasks(known) }
        var bits = masks[name]
        if !relevantSignals.isDisjoint(with: present) {
            for (signal, bit) in signals where present.contains(signal) { bits |= bit }
        }
        for (comparison, bit) in comparisons where comparison.holds(&fields) { bits |= bit }
        return bits
    }

    private mutating func extendMasks(_ known: EventNames) {
        for id in masks.count..<known.bytes.count {
            var mask: UInt64 = 0
            for atom in names {
                let name = known.bytes[id]
                if atom.isPrefix ? name.starts(with: atom.name) : name == atom.name {
                    mask |= atom.bit
                }
            }
            masks.append(mask)
        }
    }
}
