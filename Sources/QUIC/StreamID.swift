/// A stream of one connection (RFC 9000, section 2.1).
package struct StreamID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var value: Int64

    package init(_ value: Int64) { self.value = value }

    package enum Direction: Hashable, Sendable { case bidirectional, unidirectional }

    package var isClientInitiated: Bool { value & 1 == 0 }
    package var direction: Direction { value & 2 == 0 ? .bidirectional : .unidirectional }
    package var description: String { String(value) }

    package static func < (a: StreamID, b: StreamID) -> Bool { a.value < b.value }
}

/// A connection of one endpoint, never given twice.
package struct ConnectionHandle: Hashable, Sendable, CustomStringConvertible {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package var description: String { String(value) }
}
