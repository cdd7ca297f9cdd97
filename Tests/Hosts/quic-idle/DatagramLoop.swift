import Foundation
import QUIC
import Timeline

/// One endpoint on one UDP socket of the loopback device, one datagram at a time: for measuring
/// what the endpoint costs, not the socket.
@safe
final class DatagramLoop {
    let endpoint: Endpoint
    let port: UInt16
    let address: NetworkAddress
    private let socket: Int32
    private var outgoing = [UInt8](repeating: 0, count: Endpoint.batchCapacity)
    private var incoming = [UInt8](repeating: 0, count: 65_536)
    private let start = ContinuousClock.now

    init(_ endpoint: Endpoint) throws {
        self.endpoint = endpoint
        let socket = Foundation.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        self.socket = socket
        var size = Int32(4 << 20)
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, UInt32(MemoryLayout<Int32>.size))
        unsafe setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, UInt32(MemoryLayout<Int32>.size))
        var own = Self.address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &own) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(socket, generic, length) == 0
                    && getsockname(socket, generic, &length) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileWriteUnknown) }
        port = UInt16(bigEndian: own.sin_port)
        address = NetworkAddress(ipv4: 127, 0, 0, 1, port: port)
    }

    deinit { close(socket) }

    var now: Instant {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return Instant(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// Turns as long as `isWanted` says so.
    func run(while isWanted: (DatagramLoop) -> Bool) { while isWanted(self) { turn() } }

    /// Sends all there is, waits for a datagram or the deadline (at most 100 ms), receives.
    func turn() {
        send()
        var wait: Int32 = 100
        if let deadline = endpoint.deadline {
            wait = Int32(max(0, min(100, ((deadline - now).nanoseconds + 999_999) / 1_000_000)))
        }
        var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        unsafe poll(&entry, 1, wait)
        receive()
        send()
    }

    private func receive() {
        for _ in 0..<256 {
            var from = Self.address(port: 0)
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = unsafe withUnsafeMutablePointer(to: &from) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                    unsafe recvfrom(
                        socket, &incoming, incoming.count, Int32(MSG_DONTWAIT), generic,
                        &length)
                }
            }
            guard count > 0 else { return }
            let remote = NetworkAddress(
                ipv4: UInt32(bigEndian: from.sin_addr.s_addr),
                port: UInt16(bigEndian: from.sin_port))
            unsafe endpoint.receive(
                incoming.span.bytes.extracting(first: count), from: remote, to: address, at: now)
        }
    }

    private func send() {
        while let header = unsafe outgoing.withUnsafeMutableBytes({
            unsafe endpoint.nextBatch(into: $0, at: now)
        }) {
            var target = Self.address(port: header.remote.port)
            for offset in stride(from: 0, to: header.byteCount, by: header.segmentSize) {
                let count = min(header.segmentSize, header.byteCount - offset)
                let length = socklen_t(MemoryLayout<sockaddr_in>.size)
                unsafe withUnsafePointer(to: &target) { pointer in
                    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                        unsafe outgoing.withUnsafeBytes { bytes in
                            guard let base = bytes.baseAddress else { return }
                            _ = unsafe sendto(socket, base + offset, count, 0, generic, length)
                        }
                    }
                }
            }
        }
    }

    private static func address(port: UInt16) -> sockaddr_in {
        var out = sockaddr_in()
        out.sin_family = sa_family_t(AF_INET)
        out.sin_port = port.bigEndian
        out.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return out
    }
}
