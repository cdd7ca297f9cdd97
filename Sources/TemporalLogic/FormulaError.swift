/// Why a text is not a formula, and where.
package struct FormulaError: Error, Equatable, Sendable {
    /// The place in the text, counted in characters (Unicode scalars) from 1.
    package var column: Int
    package var message: String

    package init(column: Int, message: String) {
        self.column = column
        self.message = message
    }
}
