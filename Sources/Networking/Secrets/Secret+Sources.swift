import Glibc

/// Why a key could not be had, in words for one line that never hold the key.
package struct SecretError: Error, Equatable, Sendable, CustomStringConvertible {
    package var message: String

    package init(_ message: String) { self.message = message }

    package var description: String { message }
}

extension Secret {
    /// The key in the environment's `variable`; nil when it is not set or empty.
    ///
    /// Keys never come from arguments: those are readable by every process of the machine.
    ///
    /// - Parameter kind: what it is called when something is wrong: "key", "token".
    package init?(
        environment: [String: String], variable: String, kind: String = "key"
    ) throws(SecretError) {
        guard let text = environment[variable] else { return nil }
        let trimmed = try Self.checked(text, from: variable, kind)
        if trimmed.isEmpty { return nil }
        self.init(trimmed)
    }

    /// The key in the file at `path`, which nobody but its owner may read (mode 600 or 400).
    package init(file path: String, kind: String = "key") throws(SecretError) {
        let place = "the \(kind) file \(path)"
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw SecretError("\(place) cannot be read: \(Self.systemMessage(errno))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw SecretError("\(place) cannot be read: \(Self.systemMessage(errno))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SecretError("\(place) is no file")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw SecretError(
                "\(place) can be read by others (mode \(mode)): chmod 600 \(path)")
        }
        // A key has a few hundred bytes; what is longer is another file.
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        guard count >= 0, count < bytes.count else {
            throw SecretError("\(place) holds no \(kind)")
        }
        let text = try Self.checked(
            String(decoding: bytes[..<count], as: UTF8.self), from: place, kind)
        guard !text.isEmpty else { throw SecretError("\(place) is empty") }
        self.init(text)
    }

    /// Without white space at the ends; what cannot stand in a header is refused.
    private static func checked(
        _ text: String, from place: String, _ kind: String
    ) throws(SecretError) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        let trimmed = String(scalars[first...last])
        guard trimmed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw SecretError("\(place) holds characters that no \(kind) has")
        }
        return trimmed
    }

    private static func systemMessage(_ code: CInt) -> String {
        unsafe String(cString: strerror(code))
    }
}
