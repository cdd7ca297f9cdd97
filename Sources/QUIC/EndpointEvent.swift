/// What happened on a connection.
package struct EndpointEvent: Equatable, Sendable {
    package var connection: ConnectionHandle
    package var kind: Kind

    package init(connection: ConnectionHandle, kind: Kind) {
        (self.connection, self.kind) = (connection, kind)
    }

    package enum Kind: Equatable, Sendable {
        /// A client began; its handshake is under way.
        case accepted(from: NetworkAddress)
        /// The handshake is complete and the peer is who it should be.
        case connected(ConnectionInformation)
        /// The server did not take the early data; it is sent again by itself.
        case earlyDataRejected
        /// Keep this for the next connection to the same server; a later one has more in it.
        case resumption(ResumptionState)
        /// The peer opened a stream.
        case streamOpened(StreamID)
        /// There are bytes or an end to read; told once until they are read.
        case readable(StreamID)
        /// What was queued has gone below the low-water mark; told once after `send` said wait.
        case writable(StreamID)
        /// The peer gave the stream up; what it sent before may be incomplete.
        case streamReset(StreamID, code: UInt64)
        /// The peer does not want more of what is being written; its code comes with the close.
        case stopSending(StreamID)
        /// Both directions are done, everything sent was acknowledged; nil without an error.
        case streamClosed(StreamID, code: UInt64?)
        /// A datagram; early ones may be replayed by an attacker.
        case datagram([UInt8], isEarly: Bool)
        case datagramAcknowledged(UInt64)
        case datagramLost(UInt64)
        /// A path was examined; when it holds, the connection uses it.
        case pathValidated(local: NetworkAddress, remote: NetworkAddress, holds: Bool)
        /// Part of a qlog file, when qlog is on.
        case qlog([UInt8])
        /// A line for a key log file, when that is on.
        case keyLog(String)
        /// The end; no event follows but `qlog`.
        case closed(CloseReason)
    }
}

/// What a handshake settled.
package struct ConnectionInformation: Equatable, Sendable {
    package var protocolName: String
    /// The name the client asked for; empty when it named an address.
    package var serverName: String
    package var version: UInt32
    package var cipher: String
    /// SHA-256 of the peer's certificate, when it showed one.
    package var peerCertificateHash: [UInt8]?
    package var isResumed: Bool
    package var isEarlyDataAccepted: Bool
    package var local: NetworkAddress
    package var remote: NetworkAddress
    /// Whether a Retry packet preceded it.
    package var wasRetried: Bool

    package init(
        protocolName: String, serverName: String, version: UInt32, cipher: String,
        peerCertificateHash: [UInt8]?, isResumed: Bool, isEarlyDataAccepted: Bool,
        local: NetworkAddress, remote: NetworkAddress, wasRetried: Bool
    ) {
        self.protocolName = protocolName
        self.serverName = serverName
        self.version = version
        self.cipher = cipher
        self.peerCertificateHash = peerCertificateHash
        self.isResumed = isResumed
        self.isEarlyDataAccepted = isEarlyDataAccepted
        self.local = local
        self.remote = remote
        self.wasRetried = wasRetried
    }
}
