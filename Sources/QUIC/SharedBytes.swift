/// Bytes at an address that does not change, shared by all who send them.
///
/// The library reads what is sent where it lies until the peer has acknowledged it, so a large
/// value is neither copied for each packet nor for each of several streams.
@safe
package final class SharedBytes: Sendable {
    nonisolated(unsafe) private let base: UnsafeMutableRawPointer
    package let count: Int

    package convenience init(_ bytes: [UInt8]) { unsafe self.init(copying: bytes.span.bytes) }

    package convenience init(copying bytes: RawSpan) {
        unsafe self.init(count: bytes.byteCount) { target in
            unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        }
    }

    /// `count` bytes that `fill` writes.
    package init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        self.count = count
        unsafe base = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
        unsafe fill(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    deinit { unsafe base.deallocate() }

    @unsafe
    var pointer: UnsafeMutableRawPointer { unsafe base }
}
