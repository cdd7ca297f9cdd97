/// An automaton over some of a formula's propositions.
struct MonitorComponent: Sendable {
    var monitor: AutomatonMonitor
    /// The number in the formula of each of its propositions.
    let atoms: [Int]
    /// The first of them, when they follow one another.
    private let first: Int?

    /// Absent when the terms are too intricate as Boolean functions.
    init?(_ group: ConjunctGroup) {
        let atoms = (0..<64).filter { group.atoms >> UInt64($0) & 1 == 1 }
        var numbers = [Int](repeating: 0, count: 64)
        for (number, atom) in atoms.enumerated() { numbers[atom] = number }
        let term = Term.joined(group.terms, conjunction: true).renamed(numbers)
        guard
            let monitor = AutomatonMonitor(terms: term.withStrengthening, atomCount: atoms.count)
        else { return nil }
        self.monitor = monitor
        self.atoms = atoms
        let low = atoms.first ?? 0
        first = (atoms.last ?? 0) - low < atoms.count ? low : nil
    }

    /// What the components say together.
    struct Verdicts {
        var isFalse = false
        var isTrue = true
        /// Whether all hold if the trace ends.
        var holds = true

        @inline(__always)
        mutating func take(_ entry: Automaton.Entry) {
            isFalse = entry.isFinal && !entry.isTrueForEver || isFalse
            isTrue = entry.isFinal && entry.isTrueForEver && isTrue
            holds = entry.holds && holds
        }
    }

    /// Takes a state of the formula.
    @inline(__always)
    mutating func observe(_ holds: UInt64, _ together: inout Verdicts) {
        if let first {
            _ = monitor.observe(holds &>> UInt64(truncatingIfNeeded: first))
        } else {
            _ = monitor.observe(letter(holds))
        }
        together.take(monitor.entry)
    }

    private func letter(_ holds: UInt64) -> UInt64 {
        var letter: UInt64 = 0
        for (bit, atom) in atoms.enumerated() {
            letter |= (holds >> UInt64(atom) & 1) << UInt64(bit)
        }
        return letter
    }

    /// The formula's state in which the component's letter holds and nothing else.
    func state(_ letter: UInt64) -> UInt64 {
        var state: UInt64 = 0
        for (bit, atom) in atoms.enumerated() {
            state |= (letter >> UInt64(bit) & 1) << UInt64(atom)
        }
        return state
    }
}
