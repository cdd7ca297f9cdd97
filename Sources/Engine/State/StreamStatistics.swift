package import Timeline

/// One kind of traffic within a session: audio in, text out, and so on.
package struct StreamStatistics: Equatable, Sendable {
    package var name: String
    package var chunks: Int
    package var bytes: UInt64
    package var firstAt: Instant
    package var lastAt: Instant

    package init(name: String, chunks: Int, bytes: UInt64, firstAt: Instant, lastAt: Instant) {
        self.name = name
        self.chunks = chunks
        self.bytes = bytes
        self.firstAt = firstAt
        self.lastAt = lastAt
    }

    package var averageChunk: Double { chunks == 0 ? 0 : Double(bytes) / Double(chunks) }

    /// Bytes per second between its first and its last chunk; nil for less than a millisecond.
    package var bytesPerSecond: Double? {
        let seconds = (lastAt - firstAt).seconds
        return seconds < 0.001 ? nil : Double(bytes) / seconds
    }

    /// Whether a chunk came in the last second.
    package func isActive(_ now: Instant) -> Bool { now - lastAt <= .seconds(1) }
}
