/// UDP datagrams for one path: all of one size, but the last may be shorter.
package struct DatagramBatch: Equatable, Sendable {
    package var bytes: [UInt8]
    package var header: Header

    package init(bytes: [UInt8], header: Header) { (self.bytes, self.header) = (bytes, header) }

    /// What a socket needs beside the bytes.
    package struct Header: Equatable, Sendable {
        package var byteCount: Int
        /// The size of each datagram but the last (UDP_SEGMENT).
        package var segmentSize: Int
        package var local: NetworkAddress
        package var remote: NetworkAddress
        package var ecn: ExplicitCongestionNotification

        package init(
            byteCount: Int, segmentSize: Int, local: NetworkAddress, remote: NetworkAddress,
            ecn: ExplicitCongestionNotification
        ) {
            self.byteCount = byteCount
            self.segmentSize = segmentSize
            self.local = local
            self.remote = remote
            self.ecn = ecn
        }

        package var datagramCount: Int { (byteCount + segmentSize - 1) / segmentSize }
    }

    /// The datagrams one by one.
    package var datagrams: [ArraySlice<UInt8>] {
        stride(from: 0, to: bytes.count, by: header.segmentSize).map {
            bytes[$0..<min($0 + header.segmentSize, bytes.count)]
        }
    }
}

/// The two bits of the IP header (RFC 3168).
package enum ExplicitCongestionNotification: UInt8, Hashable, Sendable {
    case notCapable = 0
    case capable1 = 1
    case capable0 = 2
    case experienced = 3
}
