internal import CQUIC

/// Memory that one call of the library needs: on the heap, since callbacks run meanwhile.
@safe
final class Scratch {
    let path = PathStorage()
    let packetInfo = UnsafeMutablePointer<ngtcp2_pkt_info>.allocate(capacity: 1)
    let written = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    let accepted = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    static let pieceCount = 32
    let pieces = UnsafeMutablePointer<ngtcp2_vec>.allocate(capacity: Scratch.pieceCount)

    init() {
        unsafe packetInfo.initialize(to: ngtcp2_pkt_info())
        unsafe written.initialize(to: 0)
        unsafe accepted.initialize(to: 0)
        unsafe pieces.initialize(repeating: ngtcp2_vec(), count: Self.pieceCount)
    }

    deinit {
        unsafe packetInfo.deallocate()
        unsafe written.deallocate()
        unsafe accepted.deallocate()
        unsafe pieces.deallocate()
    }
}
