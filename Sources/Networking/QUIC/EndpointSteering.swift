import NIOCore
import QUIC
import Synchronization

/// The endpoints of one port, each on a thread and a socket of its own.
///
/// The kernel chooses the socket by both addresses and ports. That is right until a client's
/// address changes; then a datagram may come to another socket than its connection belongs to, and
/// is given on by the first byte of its connection id.
final class EndpointSteering: Sendable {
    private struct Member: Sendable {
        var loop: any EventLoop
        var handler: NIOLoopBound<EndpointHandler>
    }

    private let members = Mutex<[UInt8: Member]>([:])
    private let count: Int
    private let underWay = Atomic<Int>(0)

    /// Datagrams that wait for another thread; more are dropped, as by a full socket.
    private static let mostUnderWay = 4_096

    init(count: Int) { self.count = count }

    func add(_ byte: UInt8, _ handler: NIOLoopBound<EndpointHandler>, on loop: any EventLoop) {
        members.withLock { $0[byte] = Member(loop: loop, handler: handler) }
    }

    /// Whose a datagram is; nil when any endpoint may take it.
    func owner(of datagram: RawSpan) -> UInt8? {
        guard let byte = Endpoint.steeringByte(of: datagram), Int(byte) < count else { return nil }
        return byte
    }

    func isForOthers(_ batch: ForwardedDatagrams, than byte: UInt8?) -> Bool {
        batch.spans { datagram in
            owner(of: datagram).map { $0 != byte } ?? false
        }
    }

    /// False when it was dropped.
    func forward(_ datagram: ForwardedDatagrams, to byte: UInt8) -> Bool {
        guard let member = members.withLock({ $0[byte] }),
            underWay.load(ordering: .relaxed) < Self.mostUnderWay
        else { return false }
        underWay.add(1, ordering: .relaxed)
        member.loop.execute { [self] in
            underWay.subtract(1, ordering: .relaxed)
            member.handler.value.receive(datagram)
        }
        return true
    }
}

/// A datagram, or several joined ones, with all that a socket knows of them.
struct ForwardedDatagrams: Sendable {
    var bytes: ByteBuffer
    var segmentSize: Int?
    var remote: NetworkAddress
    var local: NetworkAddress
    var ecn: ExplicitCongestionNotification

    /// Whether something holds of any of the datagrams.
    func spans(_ condition: (RawSpan) -> Bool) -> Bool {
        var rest = bytes.readableBytesSpan
        let size = segmentSize ?? max(1, rest.byteCount)
        while rest.byteCount > 0 {
            if condition(rest.extracting(first: min(size, rest.byteCount))) { return true }
            rest = rest.extracting(droppingFirst: min(size, rest.byteCount))
        }
        return false
    }

    /// The datagrams one by one, as copies: the buffer is read into again.
    var singles: [ForwardedDatagrams] {
        let size = segmentSize ?? max(1, bytes.readableBytes)
        return stride(from: 0, to: bytes.readableBytes, by: size).map { start in
            var single = self
            let place = bytes.readerIndex + start
            let count = min(size, bytes.readableBytes - start)
            single.bytes = ByteBuffer()
            if let view = bytes.viewBytes(at: place, length: count) {
                single.bytes.writeBytes(view)
            }
            single.segmentSize = nil
            return single
        }
    }
}
