import Glibc
import Synchronization

/// A file that takes session keys, one a line, so that a capture can be decrypted in Wireshark.
///
/// Only made when somebody asks for it by `SSLKEYLOGFILE`; the file is readable by its owner only.
final class KeyLog: Sendable {
    private let file: Mutex<OpaqueFile>

    /// Opens `path` for appending, or makes it.
    init(path: String) throws(TLSError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw TLSError(.configuration, "the key log \(path) cannot be written: \(reason)")
        }
        file = Mutex(OpaqueFile(descriptor: descriptor))
    }

    /// Appends a line; a full disk costs the line, never the connection.
    func append(_ line: String) {
        file.withLock { $0.append(Array(line.utf8) + [0x0A]) }
    }
}

/// A descriptor that is closed with its owner.
struct OpaqueFile: ~Copyable {
    let descriptor: CInt

    func append(_ bytes: [UInt8]) { _ = unsafe write(descriptor, bytes, bytes.count) }

    deinit { close(descriptor) }
}
