/// A key or token: it can be used, but not printed, compared in a log or shown by a debugger.
///
/// There is deliberately no conversion to text but `reveal`, which is called where bytes go to
/// the far end and nowhere else.
package struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: String

    package init(_ value: String) { self.value = value }

    package var isEmpty: Bool { value.isEmpty }

    /// The secret itself.
    package func reveal() -> String { value }

    package var description: String { Redaction.mark }
    package var debugDescription: String { Redaction.mark }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
