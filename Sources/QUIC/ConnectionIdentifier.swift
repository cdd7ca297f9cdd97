internal import CQUIC

/// A QUIC connection id as a dictionary's key: up to 20 bytes.
struct ConnectionIdentifier: Hashable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt32 = 0
    let count: Int

    /// How long the ids are that we choose.
    static let ownLength = 8

    init(_ bytes: UnsafeRawBufferPointer) {
        count = min(bytes.count, Int(NGTCP2_MAX_CIDLEN))
        for index in 0..<count {
            let byte = unsafe bytes[index]
            if index < 8 {
                first |= UInt64(byte) << UInt64(8 * index)
            } else if index < 16 {
                second |= UInt64(byte) << UInt64(8 * (index - 8))
            } else {
                third |= UInt32(byte) << UInt32(8 * (index - 16))
            }
        }
    }

    init(_ cid: ngtcp2_cid) {
        self = unsafe withUnsafeBytes(of: cid.data) {
            unsafe ConnectionIdentifier(UnsafeRawBufferPointer(rebasing: $0[..<cid.datalen]))
        }
    }

    init(_ bytes: [UInt8]) {
        self = unsafe bytes.withUnsafeBytes { unsafe ConnectionIdentifier($0) }
    }

    var cValue: ngtcp2_cid {
        var cid = ngtcp2_cid()
        cid.datalen = count
        let source = self
        unsafe withUnsafeMutableBytes(of: &cid.data) { bytes in
            for index in 0..<source.count {
                unsafe bytes[index] =
                    index < 8
                    ? UInt8(truncatingIfNeeded: source.first >> UInt64(8 * index))
                    : index < 16
                        ? UInt8(truncatingIfNeeded: source.second >> UInt64(8 * (index - 8)))
                        : UInt8(truncatingIfNeeded: source.third >> UInt32(8 * (index - 16)))
            }
        }
        return cid
    }

    /// A random id; the first byte may tell the sockets of one port apart.
    static func random(steeringByte: UInt8?, length: Int = ownLength) -> ConnectionIdentifier {
        var bytes = GnuTLSBytes.random(length)
        if let steeringByte { bytes[0] = steeringByte }
        return ConnectionIdentifier(bytes)
    }
}

/// What a peer that forgot a connection ends its last packet with (RFC 9000, section 10.3).
struct ResetToken: Hashable {
    var first: UInt64
    var second: UInt64

    static let length = 16

    init(_ bytes: UnsafeRawBufferPointer) {
        first = unsafe bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        second = unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    }
}
