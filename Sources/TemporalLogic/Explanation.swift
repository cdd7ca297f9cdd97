/// A position of a witness with the state observed there, when it is known.
struct WitnessStep: Sendable, Equatable {
    var position: Int
    var letter: UInt64?
}

/// Puts a verdict and its witness into one sentence.
struct Explanation {
    let formula: Formula
    let verdict: Verdict
    let decidedAt: Int?
    let steps: [WitnessStep]
    let isVacuous: Bool
    var basis = Basis.monitor

    /// What the positions are.
    enum Basis {
        /// Those that a monitor remembers: of a final verdict what triggered and what decided it.
        case monitor
        /// All that a proof reads, and no other.
        case proof
        /// All up to the one that decided, of which the last is told.
        case prefix
    }

    var sentence: String {
        var text: String
        switch verdict {
        case .true: text = "True for ever" + since
        case .false: text = "False for ever" + since
        case .presumablyTrue: text = "True so far"
        case .presumablyFalse: text = "False so far"
        }
        if isVacuous { return text + ", but vacuously: nothing happened that it speaks of." }
        if steps.isEmpty {
            if verdict.isFinal && basis != .monitor { return text + ", whatever happens." }
            return text
                + (verdict.holds ? ": no event stands against it." : ": no event has met it.")
        }
        let shown = steps.suffix(6)
        if basis == .prefix, let last = steps.last {
            return text + ": shown by all events up to \(last.position)" + names(last) + "."
        }
        text += verdict.isFinal && basis == .monitor ? ": decided at event" : ": shown by event"
        text += steps.count == 1 ? " " : "s "
        if shown.count < steps.count { text += "…, " }
        for (index, step) in shown.enumerated() {
            if index > 0 { text += index == shown.count - 1 ? " and " : ", " }
            text += String(step.position) + names(step)
        }
        return text + "."
    }

    private var since: String { decidedAt.map { " since event \($0)" } ?? "" }

    /// The propositions that hold at a step, at most three of them.
    private func names(_ step: WitnessStep) -> String {
        guard let letter = step.letter else { return "" }
        let held = formula.atoms.indices.filter { letter >> UInt64($0) & 1 == 1 }
        if held.isEmpty { return " (none of the propositions)" }
        var text = " ("
        for (index, atom) in held.prefix(3).enumerated() {
            if index > 0 { text += ", " }
            text += String(decoding: formula.atoms[atom].text, as: UTF8.self)
        }
        return text + (held.count > 3 ? ", …)" : ")")
    }
}

extension Term {
    /// How far its bounds reach in all, printed; nothing when an operator has no end.
    var horizon: String? {
        guard let reach = reach else { return nil }
        var parts: [String] = []
        if reach.nanoseconds > 0 {
            parts.append(FormulaPrinter.quantity(reach.nanoseconds, .nanoseconds))
        }
        if reach.events > 0 || parts.isEmpty { parts.append("\(reach.events) events") }
        return parts.count == 2 ? parts[0] + " and " + parts[1] : parts[0]
    }

    /// The time and the events by which its bounds can add up below the operators at the root.
    private var reach: (nanoseconds: Int64, events: Int64)? {
        switch self {
        case .not(let a): return a.reach
        case .and(let terms), .or(let terms): return Term.largest(terms.map { $0.reach })
        case .implies(let a, let b), .equivalent(let a, let b):
            return Term.largest([a.reach, b.reach])
        case .unary(.finally, nil, let a), .unary(.globally, nil, let a): return a.window
        default: return window
        }
    }

    private var window: (nanoseconds: Int64, events: Int64)? {
        switch self {
        case .constant, .atom: return (0, 0)
        case .not(let a): return a.window
        case .and(let terms), .or(let terms): return Term.largest(terms.map { $0.window })
        case .implies(let a, let b), .equivalent(let a, let b):
            return Term.largest([a.window, b.window])
        case .unary(let symbol, let bound, let a):
            switch symbol {
            case .next, .weakNext, .previous: return Term.sum(a.window, (0, 1))
            case .once, .historically: return Term.sum(a.window, Term.size(bound, isPast: true))
            case .finally, .globally: return Term.sum(a.window, Term.size(bound, isPast: false))
            }
        case .binary(let symbol, let bound, let a, let b):
            let inner = Term.largest([a.window, b.window])
            return Term.sum(inner, Term.size(bound, isPast: symbol == .since))
        }
    }

    private static func size(
        _ bound: Interval?, isPast: Bool
    ) -> (nanoseconds: Int64, events: Int64)? {
        // The past without an end needs its oldest witness only.
        guard let upper = bound?.upper else { return isPast ? (0, 1) : nil }
        return bound?.unit == .nanoseconds ? (upper, 0) : (0, upper)
    }

    private static func sum(
        _ a: (nanoseconds: Int64, events: Int64)?, _ b: (nanoseconds: Int64, events: Int64)?
    ) -> (nanoseconds: Int64, events: Int64)? {
        guard let a, let b else { return nil }
        let (nanoseconds, overflow) = a.nanoseconds.addingReportingOverflow(b.nanoseconds)
        let (events, overflowEvents) = a.events.addingReportingOverflow(b.events)
        return (overflow ? .max : nanoseconds, overflowEvents ? .max : events)
    }

    private static func largest(
        _ parts: [(nanoseconds: Int64, events: Int64)?]
    ) -> (nanoseconds: Int64, events: Int64)? {
        var result: (nanoseconds: Int64, events: Int64) = (0, 0)
        for part in parts {
            guard let part else { return nil }
            result.nanoseconds = max(result.nanoseconds, part.nanoseconds)
            result.events = max(result.events, part.events)
        }
        return result
    }
}
