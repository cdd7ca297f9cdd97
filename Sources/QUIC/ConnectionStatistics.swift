package import Timeline

/// How a connection fares.
///
/// Losses are those of packets sent; the protocol does not tell a receiver what was lost towards
/// it, so the peer's own figure stands for that direction.
package struct ConnectionStatistics: Equatable, Sendable {
    package var latestRoundTrip = Interval.zero
    package var smoothedRoundTrip = Interval.zero
    package var minimumRoundTrip = Interval.zero
    package var roundTripVariance = Interval.zero
    package var congestionWindow: UInt64 = 0
    package var slowStartThreshold: UInt64 = 0
    package var bytesInFlight: UInt64 = 0
    /// Bytes per second, as measured by acknowledgements.
    package var deliveryRate: UInt64 = 0
    package var probeTimeouts = 0
    /// UDP payload.
    package var bytesSent: UInt64 = 0
    package var bytesReceived: UInt64 = 0
    /// UDP datagrams; only during the handshake does one hold several packets.
    package var packetsSent: UInt64 = 0
    package var packetsReceived: UInt64 = 0
    /// Packets with stream data or a datagram that were declared lost.
    package var packetsLost: UInt64 = 0
    package var streamBytesSent: UInt64 = 0
    package var streamBytesReceived: UInt64 = 0
    package var datagramsSent: UInt64 = 0
    package var datagramsReceived: UInt64 = 0
    package var datagramsLost: UInt64 = 0
    package var streamsOpen = 0
    package var streamsOpened: UInt64 = 0
    /// Each counts once the next one would be allowed: three probe timeouts later.
    package var keyUpdates: UInt64 = 0
    /// The largest UDP payload that the path is known to carry.
    package var pathPayload = 0

    package init() {}
}
