internal import CQUIC

/// One end of a path: an IPv4 or IPv6 address with a port.
package struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    /// The upper half of an IPv6 address; 0 for IPv4.
    package private(set) var high: UInt64
    /// The lower half of an IPv6 address, or an IPv4 address.
    package private(set) var low: UInt64
    package private(set) var port: UInt16
    package private(set) var isIPv6: Bool
    /// The interface that a link-local address belongs to.
    package private(set) var scope: UInt32

    package init(ipv4 a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16) {
        self.init(ipv4: [a, b, c, d].reduce(0) { $0 << 8 | UInt32($1) }, port: port)
    }

    /// An IPv4 address as a number in the host's order.
    package init(ipv4: UInt32, port: UInt16) {
        (high, low, isIPv6, scope) = (0, UInt64(ipv4), false, 0)
        self.port = port
    }

    /// An IPv6 address as two numbers in the host's order.
    package init(ipv6 high: UInt64, _ low: UInt64, scope: UInt32 = 0, port: UInt16) {
        (self.high, self.low, isIPv6, self.scope) = (high, low, true, scope)
        self.port = port
    }

    /// Reads `127.0.0.1:4433` or `[::1]:4433`; names are not resolved.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            guard let (high, low) = Self.ipv6(String(host.dropFirst().dropLast())) else {
                return nil
            }
            self.init(ipv6: high, low, port: port)
        } else {
            guard let address = Self.ipv4(String(host)) else { return nil }
            self.init(ipv4: address, port: port)
        }
    }

    /// Whether it never leaves the machine: 127.0.0.0/8 or ::1.
    package var isLoopback: Bool { isIPv6 ? high == 0 && low == 1 : low >> 24 == 127 }

    /// Whether it stands for all addresses of the machine.
    package var isWildcard: Bool { high == 0 && low == 0 }

    package var description: String { isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The address without the port, as it is written.
    package var host: String {
        if !isIPv6 {
            return stride(from: 24, through: 0, by: -8)
                .map { String(low >> UInt64($0) & 0xff) }.joined(separator: ".")
        }
        var text = [CChar](repeating: 0, count: 64)
        var bytes = ipv6Bytes
        let size = socklen_t(text.count)
        let written = unsafe inet_ntop(AF_INET6, &bytes, &text, size) != nil
        precondition(written, "64 characters hold every IPv6 address")
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The bytes as they stand in a certificate or packet: 4 or 16.
    var bytes: [UInt8] { isIPv6 ? ipv6Bytes : Array(ipv6Bytes.suffix(4)) }

    private var ipv6Bytes: [UInt8] {
        [high, low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: half >> UInt64($0))
            }
        }
    }

    static func ipv4(_ text: String) -> UInt32? {
        var address = in_addr()
        guard unsafe inet_pton(AF_INET, text, &address) == 1 else { return nil }
        return UInt32(bigEndian: address.s_addr)
    }

    static func ipv6(_ text: String) -> (UInt64, UInt64)? {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard unsafe inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        let halves = [bytes[..<8], bytes[8...]].map { $0.reduce(0) { $0 << 8 | UInt64($1) } }
        return (halves[0], halves[1])
    }

    /// Whether a host is written as an address, which no server name may be.
    static func isNumeric(_ host: String) -> Bool { ipv4(host) != nil || ipv6(host) != nil }
}

extension NetworkAddress {
    init(_ address: quic_address) {
        if address.is_ipv6 != 0 {
            self.init(ipv6: address.high, address.low, scope: address.scope, port: address.port)
        } else {
            self.init(ipv4: UInt32(truncatingIfNeeded: address.low), port: address.port)
        }
    }

    var cValue: quic_address {
        quic_address(high: high, low: low, scope: scope, port: port, is_ipv6: isIPv6 ? 1 : 0)
    }
}

/// Both ends of a path as the C library wants them: on the heap, since callbacks run meanwhile.
@safe
final class PathStorage {
    let storage = UnsafeMutablePointer<ngtcp2_path_storage>.allocate(capacity: 1)
    private var local: NetworkAddress?
    private var remote: NetworkAddress?

    init() {
        unsafe storage.initialize(to: ngtcp2_path_storage())
        unsafe ngtcp2_path_storage_zero(storage)
    }

    deinit { unsafe storage.deallocate() }

    var path: UnsafeMutablePointer<ngtcp2_path> {
        unsafe UnsafeMutableRawPointer(storage).assumingMemoryBound(to: ngtcp2_path.self)
    }

    /// Writes both ends; nothing to do when they are those of the last call.
    func set(local: NetworkAddress, remote: NetworkAddress) {
        if self.local == local, self.remote == remote { return }
        var (from, to) = (local.cValue, remote.cValue)
        unsafe quic_store_path(storage, &from, &to)
        (self.local, self.remote) = (local, remote)
    }

    /// What the library wrote into the storage; makes the next `set` write again.
    func load() -> (local: NetworkAddress, remote: NetworkAddress) {
        (local, remote) = (nil, nil)
        var (from, to) = unsafe (storage.pointee.path.local, storage.pointee.path.remote)
        return unsafe (
            NetworkAddress(quic_load_address(&from)), NetworkAddress(quic_load_address(&to))
        )
    }
}
