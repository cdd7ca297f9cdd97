internal import CDatagrams
import NIOCore
package import QUIC

extension NetworkAddress {
    /// The first address of a host; asks the name service, so not on a networking thread.
    package static func resolving(host: String, port: Int) throws(NetworkError) -> NetworkAddress {
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        guard let number = UInt16(exactly: port) else {
            throw NetworkError(.address, "\(place): \(port) is no port")
        }
        do {
            let found = try SocketAddress.makeAddressResolvingHost(host, port: Int(number))
            if let address = NetworkAddress(found) { return address }
        } catch {
            throw NetworkError(
                .unreachable, "\(host) was not found: the name service does not know it")
        }
        throw NetworkError(.address, "\(place) is no IP address")
    }

    /// The address from which the system would send to this one; its port is 0.
    package func source() throws(NetworkError) -> NetworkAddress {
        var (remote, local) = (datagramValue, datagram_address())
        let code = unsafe datagram_route(&remote, &local)
        guard code == 0 else {
            throw NetworkError(
                .unreachable, "\(self) cannot be reached: \(SystemMessage.text(-code))")
        }
        return NetworkAddress(local)
    }

    package func with(port: UInt16) -> NetworkAddress {
        isIPv6
            ? NetworkAddress(ipv6: high, low, scope: scope, port: port)
            : NetworkAddress(ipv4: UInt32(truncatingIfNeeded: low), port: port)
    }

    init?(_ address: SocketAddress) {
        if case .unixDomainSocket = address { return nil }
        var out = datagram_address()
        unsafe address.withSockAddr { bytes, _ in unsafe datagram_load_address(bytes, &out) }
        self.init(out)
    }

    init(_ address: datagram_address) {
        if address.is_ipv6 != 0 {
            self.init(ipv6: address.high, address.low, scope: address.scope, port: address.port)
        } else {
            self.init(ipv4: UInt32(truncatingIfNeeded: address.low), port: address.port)
        }
    }

    var datagramValue: datagram_address {
        datagram_address(
            high: high, low: low, scope: scope, port: port, is_ipv6: isIPv6 ? 1 : 0)
    }
}
