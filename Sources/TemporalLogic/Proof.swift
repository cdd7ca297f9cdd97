/// Why a subformula holds, or does not, at a position: a rule and the proofs it rests on.
///
/// Source: Lima, Herasimau, Raszyk, Traytel, Yuan, "Explainable Online Monitoring of Metric
/// Temporal Logic" (2023), whose rules these are, dual operators sharing one rule.
package struct Proof: Sendable, Equatable {
    /// How the conclusion follows from the parts.
    package enum Rule: Sendable, Equatable {
        /// A constant or a proposition of the state itself.
        case observed
        /// The parts are of the operands, in order: all of them, or the one that settles it.
        case operands
        /// The part is at the neighbouring position.
        case neighbour
        /// There is no neighbouring position, or it lies outside the bound.
        case noNeighbour
        /// The first part is the one at `target` in the window, the others are the way to it.
        case reached(target: Int)
        /// Nothing in the window up to `barrier` serves; the last part says why the barrier holds.
        /// Without a barrier the parts are of the whole window.
        case blocked(barrier: Int?)

        /// One word.
        package var name: String {
            switch self {
            case .observed: "observed"
            case .operands: "operands"
            case .neighbour: "neighbour"
            case .noNeighbour: "no neighbour"
            case .reached: "reached"
            case .blocked(.none): "whole window"
            case .blocked: "barrier"
            }
        }
    }

    /// The subformula, printed.
    package var formula: String
    package var position: Int
    package var holds: Bool
    package var rule: Rule
    package var parts: [Proof]
    let term: Term

    package static func == (a: Proof, b: Proof) -> Bool {
        a.term == b.term && a.position == b.position && a.holds == b.holds && a.rule == b.rule
            && a.parts == b.parts
    }

    init(formula: String, term: Term, position: Int, holds: Bool, rule: Rule, parts: [Proof]) {
        self.formula = formula
        self.term = term
        self.position = position
        self.holds = holds
        self.rule = rule
        self.parts = parts
    }

    /// The number of rules used.
    package var size: Int { parts.reduce(1) { $0 + $1.size } }

    /// The positions of the events it rests on, in order.
    package var positions: [Int] {
        var found: [Int] = []
        collect(&found)
        found.sort()
        var result: [Int] = []
        for position in found where result.last != position { result.append(position) }
        return result
    }

    private func collect(_ found: inout [Int]) {
        if parts.isEmpty { found.append(position) }
        for part in parts { part.collect(&found) }
    }

    /// The proof as an indented text, one rule a line, with positions called by the caller's
    /// numbers.
    package func text(numbering: (Int) -> UInt64 = { UInt64($0) }) -> String {
        var result = ""
        write(to: &result, indent: 0, numbering)
        return result
    }

    private func write(to result: inout String, indent: Int, _ numbering: (Int) -> UInt64) {
        for _ in 0..<indent { result += "  " }
        result += String(numbering(position)) + (holds ? " ⊨ " : " ⊭ ") + formula + "\n"
        for part in parts { part.write(to: &result, indent: indent + 1, numbering) }
    }
}
