extension Endpoint {
    /// The first byte of the connection id that a datagram is for, when the id is as long as ours
    /// are; all endpoints of one port tell by it whose a datagram is (`steeringByte`).
    ///
    /// A client chooses the id of its first packets by itself. One that is as long as ours may name
    /// another endpoint than the one that it came to, but always the same.
    package static func steeringByte(of datagram: RawSpan) -> UInt8? {
        guard datagram.byteCount > 1 + ConnectionIdentifier.ownLength else { return nil }
        let isLong = unsafe datagram.unsafeLoad(as: UInt8.self) & 0x80 != 0
        guard isLong else { return unsafe datagram.unsafeLoad(fromByteOffset: 1, as: UInt8.self) }
        // The version takes four bytes, the id's length one (RFC 9000, section 17.2).
        let count = unsafe datagram.unsafeLoad(fromByteOffset: 5, as: UInt8.self)
        guard Int(count) == ConnectionIdentifier.ownLength else { return nil }
        return unsafe datagram.unsafeLoad(fromByteOffset: 6, as: UInt8.self)
    }
}
