/// What went through a driver's socket since it was opened.
package struct QUICDriverStatistics: Equatable, Sendable {
    package var datagramsSent: UInt64 = 0
    package var bytesSent: UInt64 = 0
    /// Datagrams go in batches of one size where the kernel cuts them (UDP_SEGMENT).
    package var batchesSent: UInt64 = 0
    package var datagramsReceived: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    /// What the kernel gave at once, several datagrams joined (UDP_GRO).
    package var batchesReceived: UInt64 = 0
    /// What came here for another socket of the port and was given to it; with too many on their
    /// way there, some were dropped.
    package var batchesForwarded: UInt64 = 0
    package var batchesDropped: UInt64 = 0
    /// How often the socket took nothing more for the moment.
    package var waits: UInt64 = 0
    /// Datagrams that the system did not want to send, and its last reason; they count as lost.
    package var datagramsRefused: UInt64 = 0
    package var lastError: String?
    /// Whether the kernel cuts batches into datagrams; it is given up when it refuses.
    package var usesSegmentation = true
    package var isOpen = true

    package init() {}
}
