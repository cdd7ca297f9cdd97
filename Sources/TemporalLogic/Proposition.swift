/// What an atom of a formula says about one event.
package enum Proposition: Sendable, Equatable {
    /// An event type or an alias; a trailing `.*` matches every name with the prefix before it.
    case name(String)
    /// A field of the event compared with a literal.
    case comparison(field: String, Comparison, Literal)
}

/// A comparison of a field with a literal.
package enum Comparison: String, Sendable, Equatable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    /// The field's text contains the literal.
    case contains = "~"
    case lacks = "!~"
}

/// The right-hand side of a comparison.
package enum Literal: Sendable, Equatable {
    case number(Double)
    case string(String)
    case boolean(Bool)
}

/// A proposition with its printed form, by which atoms are told apart.
struct Atom: Sendable, Hashable {
    let text: [UInt8]
    let proposition: Proposition

    static func == (left: Atom, right: Atom) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
