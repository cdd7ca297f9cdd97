package import QUIC

extension Trust {
    /// The authorities in a file of PEM; an error names the file.
    package static func authorities(file path: String) throws -> Trust {
        let trust = Trust.authorities(
            pem: String(decoding: try FileAccess.read(path), as: UTF8.self))
        do {
            try trust.validate()
        } catch {
            throw FileError(path: path, message: error.message)
        }
        return trust
    }
}
