internal import CHTTP3
import QUIC

/// Compresses field sections, with the table that the peer's decoder keeps (RFC 9204).
@safe
final class QPACKEncoder {
    private let handle: OpaquePointer

    /// `capacity` is the most that this side wants of a table, whatever the peer allows.
    init(capacity: Int) throws(HTTP3Error) {
        var made: OpaquePointer?
        let code = unsafe nghttp3_qpack_encoder_new(&made, capacity, nghttp3_mem_default())
        guard code == 0, let made = unsafe made else { throw .library("make an encoder", code) }
        unsafe handle = made
    }

    deinit { unsafe nghttp3_qpack_encoder_del(handle) }

    /// What the peer allows; until it says so the table is not used.
    func allow(capacity: UInt64, blockedStreams: UInt64) {
        unsafe nghttp3_qpack_encoder_set_max_dtable_capacity(
            handle, Int(clamping: capacity))
        unsafe nghttp3_qpack_encoder_set_max_blocked_streams(
            handle, Int(clamping: min(blockedStreams, 65_536)))
    }

    /// An encoded section, and what goes to the encoder stream before it.
    func encode(_ lines: [HeaderField], on stream: StreamID) throws(HTTP3Error) -> (
        section: [UInt8], instructions: [UInt8]
    ) {
        var text: [UInt8] = []
        var fields: [http3_field] = []
        for line in lines {
            let name = text.count
            text += line.name.utf8
            let value = text.count
            text += line.value.utf8
            fields.append(
                http3_field(
                    name_start: name, name_length: value - name, value_start: value,
                    value_length: text.count - value, is_never_indexed: line.isSecret ? 1 : 0))
        }
        var prefix = unsafe nghttp3_buf()
        var section = unsafe nghttp3_buf()
        var instructions = unsafe nghttp3_buf()
        defer {
            unsafe nghttp3_buf_free(&prefix, nghttp3_mem_default())
            unsafe nghttp3_buf_free(&section, nghttp3_mem_default())
            unsafe nghttp3_buf_free(&instructions, nghttp3_mem_default())
        }
        let code = unsafe http3_encode(
            handle, stream.value, text, fields, fields.count, &prefix, &section, &instructions)
        guard code == 0 else { throw .library("encode a field section", code) }
        return unsafe (Self.bytes(prefix) + Self.bytes(section), Self.bytes(instructions))
    }

    /// What the peer's decoder says of the table.
    func readDecoderStream(_ bytes: [UInt8]) throws(HTTP3Error) {
        guard !bytes.isEmpty else { return }
        let count = unsafe nghttp3_qpack_encoder_read_decoder(handle, bytes, bytes.count)
        guard count == bytes.count else {
            throw HTTP3Error(.decoderStreamError, "an impossible instruction of a decoder")
        }
    }

    private static func bytes(_ buffer: nghttp3_buf) -> [UInt8] {
        guard let first = unsafe buffer.pos, let end = unsafe buffer.last else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: first, count: end - first))
    }
}

extension HTTP3Error {
    static func library(_ operation: String, _ code: some BinaryInteger) -> HTTP3Error {
        let words = unsafe String(cString: nghttp3_strerror(Int32(truncatingIfNeeded: code)))
        return HTTP3Error(.internalError, "\(operation): \(words)")
    }
}
