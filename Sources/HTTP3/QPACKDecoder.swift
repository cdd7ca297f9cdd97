internal import CHTTP3
import QUIC

/// Expands field sections, with a table that the peer's encoder fills (RFC 9204).
@safe
final class QPACKDecoder {
    fileprivate let handle: OpaquePointer

    /// `streams` bounds the sections that may be on their way at once.
    init(capacity: Int, blockedStreams: Int, streams: Int) throws(HTTP3Error) {
        var made: OpaquePointer?
        let code = unsafe nghttp3_qpack_decoder_new(
            &made, capacity, blockedStreams, nghttp3_mem_default())
        guard code == 0, let made = unsafe made else { throw .library("make a decoder", code) }
        unsafe handle = made
        unsafe nghttp3_qpack_decoder_set_max_concurrent_streams(handle, streams)
    }

    deinit { unsafe nghttp3_qpack_decoder_del(handle) }

    /// What the peer's encoder put into the table.
    func readEncoderStream(_ bytes: [UInt8]) throws(HTTP3Error) {
        guard !bytes.isEmpty else { return }
        let count = unsafe nghttp3_qpack_decoder_read_encoder(handle, bytes, bytes.count)
        guard count == bytes.count else {
            throw HTTP3Error(.encoderStreamError, "an impossible instruction of an encoder")
        }
    }

    /// What goes to the decoder stream: acknowledgements of sections and of the table's entries.
    func takeInstructions() -> [UInt8] {
        let count = unsafe nghttp3_qpack_decoder_get_decoder_streamlen(handle)
        guard count > 0 else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, written in
            var buffer = unsafe nghttp3_buf()
            unsafe buffer.begin = bytes.baseAddress
            unsafe buffer.end = bytes.baseAddress.map { unsafe $0 + count }
            unsafe (buffer.pos, buffer.last) = (buffer.begin, buffer.begin)
            unsafe nghttp3_qpack_decoder_write_decoder(handle, &buffer)
            written = unsafe nghttp3_buf_len(&buffer)
        }
    }

    /// A stream was given up before its section was read.
    func cancel(_ stream: StreamID) throws(HTTP3Error) {
        let code = unsafe nghttp3_qpack_decoder_cancel_stream(handle, stream.value)
        guard code == 0 else { throw .library("cancel a field section", code) }
    }
}

/// A field section that is being expanded; it may have to wait for the table.
@safe
final class QPACKSection {
    private let context: OpaquePointer
    private let bytes: [UInt8]
    private var offset = 0
    private var lines: [HeaderField] = []
    private var size = 0
    private let limit: Int
    /// Whether the section is larger than allowed; what is over the limit is not kept.
    private(set) var isTooLarge = false

    init(_ bytes: [UInt8], on stream: StreamID, limit: Int) throws(HTTP3Error) {
        var made: OpaquePointer?
        let code = unsafe nghttp3_qpack_stream_context_new(
            &made, stream.value, nghttp3_mem_default())
        guard code == 0, let made = unsafe made else {
            throw .library("begin a field section", code)
        }
        unsafe context = made
        (self.bytes, self.limit) = (bytes, limit)
    }

    deinit { unsafe nghttp3_qpack_stream_context_del(context) }

    /// Bytes held until the section is expanded.
    var heldCount: Int { bytes.count + min(size, limit) }

    /// The lines; nil while the table lacks what they refer to.
    func lines(with decoder: QPACKDecoder) throws(HTTP3Error) -> [HeaderField]? {
        while true {
            var pair = unsafe nghttp3_qpack_nv()
            var flags: UInt8 = 0
            var count = 0
            unsafe bytes.withUnsafeBufferPointer { all in
                let rest = unsafe all.baseAddress.map { unsafe $0 + offset }
                count = unsafe nghttp3_qpack_decoder_read_request(
                    decoder.handle, context, &pair, &flags, rest, all.count - offset, 1)
            }
            guard count >= 0 else {
                throw HTTP3Error(
                    .decompressionFailed,
                    unsafe String(cString: nghttp3_strerror(Int32(truncatingIfNeeded: count))))
            }
            offset += count
            if flags & UInt8(NGHTTP3_QPACK_DECODE_FLAG_EMIT) != 0 {
                unsafe take(pair)
            }
            if flags & UInt8(NGHTTP3_QPACK_DECODE_FLAG_FINAL) != 0 { return lines }
            if flags & UInt8(NGHTTP3_QPACK_DECODE_FLAG_BLOCKED) != 0 { return nil }
            if count == 0, flags == 0 {
                throw HTTP3Error(.decompressionFailed, "a field section without an end")
            }
        }
    }

    private func take(_ pair: nghttp3_qpack_nv) {
        defer {
            unsafe nghttp3_rcbuf_decref(pair.name)
            unsafe nghttp3_rcbuf_decref(pair.value)
        }
        let name = unsafe nghttp3_rcbuf_get_buf(pair.name)
        let value = unsafe nghttp3_rcbuf_get_buf(pair.value)
        size += unsafe name.len + value.len + 32
        guard size <= limit else {
            isTooLarge = true
            return
        }
        let line = unsafe HeaderField(
            String(decoding: UnsafeBufferPointer(start: name.base, count: name.len), as: UTF8.self),
            String(
                decoding: UnsafeBufferPointer(start: value.base, count: value.len), as: UTF8.self),
            isSecret: pair.flags & UInt8(NGHTTP3_NV_FLAG_NEVER_INDEX) != 0)
        lines.append(line)
    }
}
