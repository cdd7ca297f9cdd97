import TextEncodings

/// Names one log among all: 16 random bytes, drawn when the log begins.
package struct LogID: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]
    package static let length = 16

    /// Nil unless there are 16.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    /// 32 hexadecimal digits.
    package var description: String { bytes.hexadecimal }
}
