/// A temporal-logic formula over propositions on events: LTL with past and metric bounds.
///
/// Grammar, loosest first: `<->`, `->` (to the right), `|`, `&`, the binary operators `U R W M S`
/// (to the right), the unary ones `! X N F G Y O H` (`WX` and `N` are weak next, `P` is `O`).
/// A temporal operator may carry a bound: `F[<=800ms]`, `G[0,5s]`, `F[<=3]` (events), `O[2,inf]`.
/// Unicode spellings (`□ ◇ ○ ¬ ∧ ∨ → ↔ ≤ …`) and words (`always`, `until`, `and`, …) are read too.
package struct Formula: Sendable, Hashable, CustomStringConvertible {
    let root: Term
    let atoms: [Atom]

    /// What a bound without a unit counts.
    package enum BoundUnit: Sendable, Hashable {
        case events
        case milliseconds
    }

    /// Reads a formula; bounds without a unit count events unless said otherwise.
    package init(
        parsing text: String, boundsIn unit: BoundUnit = .events
    ) throws(FormulaError) {
        var parser = FormulaParser(Array(text.utf8), unit: unit)
        let root = try parser.formula()
        self.init(root: root, atoms: parser.atoms)
    }

    init(root: Term, atoms: [Atom]) {
        self.root = root
        self.atoms = atoms
    }

    /// The most propositions a formula may have: a state is one machine word.
    package static let maximumPropositions = 64

    /// The printed atoms in order of first appearance; bit `i` of a state is about the `i`th.
    package var propositions: [String] { atoms.map { String(decoding: $0.text, as: UTF8.self) } }

    /// What each atom says about an event, in the order of `propositions`.
    package var atomMeanings: [Proposition] { atoms.map { $0.proposition } }

    /// The formula in ASCII with the fewest parentheses; reading it gives an equal formula.
    package var description: String { FormulaPrinter(atoms: atoms).text(root) }
}
