internal import CDatagrams
import Glibc
import QUIC

/// The sending half of a UDP socket.
///
/// NIO reads from it and closes it, but does not write: it closes a datagram channel at the first
/// error of a write that is not about the datagram's size (a firewall, a network that is down, no
/// segmentation in the device), and cannot say which of the machine's addresses to send from.
struct DatagramSocket {
    let descriptor: CInt
    let local: NetworkAddress
    /// Whether the kernel cuts batches; given up when it will not.
    private(set) var usesSegmentation = true
    private(set) var lastError: CInt?

    /// What became of a batch.
    enum Outcome: Equatable {
        case sent
        /// The socket takes nothing more for now; so many bytes were taken.
        case mustWait(after: Int)
    }

    /// So much the kernel is asked to keep in either direction.
    private static let bufferSize: CInt = 8 << 20

    init(bindingTo address: NetworkAddress, sharesPort: Bool) throws(NetworkError) {
        var (wanted, bound) = (address.datagramValue, datagram_address())
        descriptor = unsafe datagram_open(&wanted, sharesPort ? 1 : 0, Self.bufferSize)
        guard descriptor >= 0 else {
            throw NetworkError(
                .listening, "cannot listen on \(address): \(SystemMessage.text(-descriptor))")
        }
        let code = unsafe datagram_local_address(descriptor, &bound)
        precondition(code == 0, "a bound socket has an address")
        local = NetworkAddress(bound)
    }

    /// The largest UDP payload that reaches the machine itself, after an IPv6 and a UDP header.
    static var loopbackPayload: Int { Int(datagram_loopback_mtu()) - 48 }

    /// As on a device without it.
    mutating func giveUpSegmentation() { usesSegmentation = false }

    /// Sends a batch from byte `start` on; counts what the system refuses as sent and lost.
    mutating func send(
        _ bytes: UnsafeRawBufferPointer, _ header: DatagramBatch.Header, from start: Int,
        _ statistics: inout QUICDriverStatistics
    ) -> Outcome {
        guard let base = bytes.baseAddress else { return .sent }
        var to = header.remote.datagramValue
        // A socket for one address needs no word about it.
        let isChoice = local.isWildcard && !header.local.isWildcard
        var source = header.local.datagramValue
        var done = start
        var wasRefusedWhole = false
        while done < header.byteCount {
            let count = header.byteCount - done
            let cuts = usesSegmentation && !wasRefusedWhole && count > header.segmentSize
            let result = unsafe withUnsafePointer(to: &source) { source -> Int in
                let source = unsafe isChoice ? source : nil
                return cuts
                    ? unsafe datagram_send(
                        descriptor, base + done, count, header.segmentSize, header.ecn.rawValue,
                        &to, source)
                    : unsafe datagram_send_each(
                        descriptor, base + done, count, header.segmentSize, header.ecn.rawValue,
                        &to, source)
            }
            if result >= 0 {
                let datagrams = (result + header.segmentSize - 1) / header.segmentSize
                statistics.datagramsSent += UInt64(datagrams)
                statistics.bytesSent += UInt64(result)
                statistics.batchesSent += 1
                done += result
                if wasRefusedWhole { usesSegmentation = false }
                continue
            }
            switch CInt(-result) {
            case EAGAIN, ENOBUFS:
                statistics.waits += 1
                return .mustWait(after: done)
            // The device cannot cut, or the path does not take such long segments; what becomes of
            // them one by one tells which.
            case EIO where cuts, EINVAL where cuts: wasRefusedWhole = true
            case let code:
                refused(code, &statistics)
                done += min(cuts ? count : header.segmentSize, count)
            }
        }
        return .sent
    }

    private mutating func refused(_ code: CInt, _ statistics: inout QUICDriverStatistics) {
        statistics.datagramsRefused += 1
        guard lastError != code else { return }
        lastError = code
        statistics.lastError = SystemMessage.text(code)
    }
}
