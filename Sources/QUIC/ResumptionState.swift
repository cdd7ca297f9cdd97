/// What a client keeps to come back faster: a session ticket, the server's limits and an address
/// token. It is as secret as a password; keep it in a file that only its owner can read.
package struct ResumptionState: Equatable, Sendable {
    /// The limits that early data obeys (RFC 9000, section 7.4.1).
    struct Limits: Equatable, Sendable {
        var streamDataBidirectionalLocal: UInt64 = 0
        var streamDataBidirectionalRemote: UInt64 = 0
        var streamDataUnidirectional: UInt64 = 0
        var data: UInt64 = 0
        var streamsBidirectional: UInt64 = 0
        var streamsUnidirectional: UInt64 = 0
        var connectionIDs: UInt64 = 0
        var datagramFrame: UInt64 = 0

        static let fields: [any WritableKeyPath<Limits, UInt64> & Sendable] = [
            \.streamDataBidirectionalLocal, \.streamDataBidirectionalRemote,
            \.streamDataUnidirectional, \.data, \.streamsBidirectional, \.streamsUnidirectional,
            \.connectionIDs, \.datagramFrame,
        ]
    }

    var serverName: String
    var protocolName: String
    var version: UInt32
    var ticket: [UInt8]
    var limits: Limits
    var token: [UInt8]

    init(
        serverName: String, protocolName: String, version: UInt32, ticket: [UInt8], limits: Limits,
        token: [UInt8]
    ) {
        self.serverName = serverName
        self.protocolName = protocolName
        self.version = version
        self.ticket = ticket
        self.limits = limits
        self.token = token
    }

    /// Whether it shortens the next handshake; without, it only spares a Retry.
    package var hasTicket: Bool { !ticket.isEmpty }

    private static let magic: [UInt8] = Array("mqr1".utf8)

    /// The state as bytes for a file.
    package var bytes: [UInt8] {
        var out = Self.magic
        for part in [Array(serverName.utf8), Array(protocolName.utf8), ticket, token] {
            out += Self.number(UInt64(part.count)) + part
        }
        out += Self.number(UInt64(version))
        for field in Limits.fields { out += Self.number(limits[keyPath: field]) }
        return out
    }

    /// Reads what `bytes` gave; nil for anything else.
    package init?(bytes: [UInt8]) {
        guard bytes.starts(with: Self.magic) else { return nil }
        var rest = bytes[Self.magic.count...]
        func number() -> UInt64? {
            guard rest.count >= 8 else { return nil }
            defer { rest = rest.dropFirst(8) }
            return rest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }
        func part() -> [UInt8]? {
            guard let count = number(), count <= rest.count else { return nil }
            defer { rest = rest.dropFirst(Int(count)) }
            return Array(rest.prefix(Int(count)))
        }
        guard let name = part(), let protocolBytes = part(), let ticket = part(),
            let token = part(), let version = number().flatMap(UInt32.init(exactly:))
        else { return nil }
        var limits = Limits()
        for field in Limits.fields {
            guard let value = number() else { return nil }
            limits[keyPath: field] = value
        }
        guard rest.isEmpty, Self.arePossible(limits) else { return nil }
        self.init(
            serverName: String(decoding: name, as: UTF8.self),
            protocolName: String(decoding: protocolBytes, as: UTF8.self),
            version: version, ticket: ticket, limits: limits, token: token)
    }

    /// Whether a server could have promised these limits.
    private static func arePossible(_ limits: Limits) -> Bool {
        let most = UInt64(1) << 62
        return limits.connectionIDs >= 2 && limits.streamsBidirectional <= 1 << 60
            && limits.streamsUnidirectional <= 1 << 60
            && Limits.fields.allSatisfy { limits[keyPath: $0] < most }
    }

    private static func number(_ value: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
    }
}

extension ClientSettings {
    /// What was kept of the same server and a protocol that is wanted now; anything else would tell
    /// a stranger who comes again, and send early data that nobody understands.
    var usableResumption: ResumptionState? {
        guard let resumption, resumption.serverName == serverName,
            protocols.contains(resumption.protocolName)
        else { return nil }
        return resumption
    }
}
