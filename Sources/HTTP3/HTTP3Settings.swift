/// How this side of HTTP/3 connections behaves.
package struct HTTP3Settings: Equatable, Sendable {
    /// What the peer's QPACK encoder may keep here, and how many streams may wait for it.
    package var tableCapacity = 4_096
    package var blockedStreams = 100
    /// The largest field section, encoded or decoded (RFC 9114, section 4.2.2).
    package var maximumFieldSection = 16_384
    /// WebTransport sessions of one connection; 0 refuses WebTransport.
    package var maximumWebTransportSessions = 16
    /// WebTransport streams that came before their session was answered.
    package var maximumWaitingStreams = 64
    /// Bytes of unfinished messages, and of streams that wait for their session, that a connection
    /// may leave in memory.
    package var maximumHeld = 1 << 20

    package init() {}

    /// RFC 9114, section 7.2.4.1; RFC 9204, section 5; RFC 9220; RFC 9297; draft-ietf-webtrans-http3,
    /// versions 2 (0x2b603742) and 7 (0xc671706a).
    enum Identifier {
        static let tableCapacity: UInt64 = 0x01
        static let maximumFieldSection: UInt64 = 0x06
        static let blockedStreams: UInt64 = 0x07
        static let extendedConnect: UInt64 = 0x08
        static let datagram: UInt64 = 0x33
        static let webTransport: UInt64 = 0x2b60_3742
        static let webTransportSessions: UInt64 = 0xc671_706a
        static let reserved: Set<UInt64> = [0x00, 0x02, 0x03, 0x04, 0x05]
        /// Means nothing: peers must pass over what they do not know (0x1f * N + 0x21).
        static let grease: UInt64 = 0x1f * 0x2a2a + 0x21
    }

    func frame(isServer: Bool) -> [UInt8] {
        var pairs: [(UInt64, UInt64)] = [
            (Identifier.tableCapacity, UInt64(tableCapacity)),
            (Identifier.blockedStreams, UInt64(blockedStreams)),
            (Identifier.maximumFieldSection, UInt64(maximumFieldSection)),
            (Identifier.grease, 1),
            (Identifier.datagram, 1),
        ]
        if isServer { pairs.append((Identifier.extendedConnect, 1)) }
        if maximumWebTransportSessions > 0 {
            pairs.append((Identifier.webTransport, 1))
            if isServer {
                pairs.append((Identifier.webTransportSessions, UInt64(maximumWebTransportSessions)))
            }
        }
        var payload: [UInt8] = []
        for (identifier, value) in pairs {
            VariableInteger.append(identifier, to: &payload)
            VariableInteger.append(value, to: &payload)
        }
        return FrameType.frame(FrameType.settings, payload)
    }
}

/// What the peer said of itself.
package struct HTTP3PeerSettings: Equatable, Sendable {
    package var tableCapacity: UInt64 = 0
    package var blockedStreams: UInt64 = 0
    package var maximumFieldSection: UInt64?
    package var allowsExtendedConnect = false
    package var allowsDatagrams = false
    package var allowsWebTransport = false

    package init() {}

    init(_ settings: [Setting]) throws(HTTP3Error) {
        var seen: Set<UInt64> = []
        for setting in settings {
            guard seen.insert(setting.identifier).inserted else {
                throw HTTP3Error(.settingsError, "setting \(setting.identifier) twice")
            }
            try take(setting)
        }
    }

    private mutating func take(_ setting: Setting) throws(HTTP3Error) {
        typealias Identifier = HTTP3Settings.Identifier
        if Identifier.reserved.contains(setting.identifier) {
            throw HTTP3Error(.settingsError, "setting \(setting.identifier) of HTTP/2")
        }
        switch setting.identifier {
        case Identifier.tableCapacity: tableCapacity = setting.value
        case Identifier.blockedStreams: blockedStreams = setting.value
        case Identifier.maximumFieldSection: maximumFieldSection = setting.value
        case Identifier.extendedConnect: allowsExtendedConnect = try flag(setting)
        case Identifier.datagram: allowsDatagrams = try flag(setting)
        case Identifier.webTransport:
            if try flag(setting) { allowsWebTransport = true }
        case Identifier.webTransportSessions:
            if setting.value > 0 { allowsWebTransport = true }
        default: break
        }
    }

    private func flag(_ setting: Setting) throws(HTTP3Error) -> Bool {
        guard setting.value <= 1 else {
            throw HTTP3Error(
                .settingsError, "setting \(setting.identifier) is \(setting.value), not 0 or 1")
        }
        return setting.value == 1
    }
}
