import Glibc
import SystemPackage

/// Why a file could not be read, written or understood, in words for one line.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package var path: String
    package var message: String

    package init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    package var description: String { "\(path): \(message)" }
}

/// Whole files as bytes; the only place that opens them for reading at once.
package enum FileAccess {
    /// Reads all of `path`; "-" is standard input.
    package static func read(_ path: String) throws(FileError) -> [UInt8] {
        do {
            if path == "-" { return try readAll(.standardInput) }
            let file = try open(path)
            defer { close(file) }
            return try readAll(file)
        } catch {
            throw describe(error, path)
        }
    }

    /// Up to `count` bytes of `path` from `offset` on.
    package static func read(_ path: String, from offset: Int, count: Int) throws(FileError)
        -> [UInt8]
    {
        do {
            let file = try open(path)
            defer { close(file) }
            return try readPart(file, from: offset, count: count)
        } catch {
            throw describe(error, path)
        }
    }

    package static func size(of path: String) throws(FileError) -> Int {
        do {
            let file = try open(path)
            defer { close(file) }
            return Int(try file.seek(offset: 0, from: .end))
        } catch {
            throw describe(error, path)
        }
    }

    package static func exists(_ path: String) -> Bool {
        guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return false }
        close(file)
        return true
    }

    /// Writes `bytes` to `path`; never over a file that is there unless `replaces`.
    package static func write(_ bytes: [UInt8], to path: String, replaces: Bool) throws(FileError) {
        do {
            let options: FileDescriptor.OpenOptions =
                replaces ? [.create, .truncate] : [.create, .exclusiveCreate]
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: options,
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            defer { close(file) }
            try file.writeAll(bytes)
        } catch {
            throw describe(error, path, isNew: true)
        }
    }

    /// Says beforehand why a new file could not be made at `path`.
    package static func checkNew(_ path: String) throws(FileError) {
        guard !exists(path) else { throw describe(Errno.fileExists, path) }
        guard unsafe access(directory(of: path) + "/.", W_OK | X_OK) == 0 else {
            throw describe(Errno(rawValue: errno), path, isNew: true)
        }
    }

    private static func directory(of path: String) -> String {
        let directory = FilePath(path).removingLastComponent()
        return directory.isEmpty ? "." : directory.string
    }

    static func open(_ path: String) throws -> FileDescriptor {
        try FileDescriptor.open(FilePath(path), .readOnly)
    }

    /// Closing a descriptor that was only read from cannot lose anything.
    static func close(_ file: FileDescriptor) { try? file.close() }

    static func readPart(_ file: FileDescriptor, from offset: Int, count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let wanted = count - bytes.count
            let start = Int64(offset + bytes.count)
            let part = try unsafe [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
                filled = try unsafe file.read(
                    fromAbsoluteOffset: start, into: UnsafeMutableRawBufferPointer(buffer))
            }
            if part.isEmpty { break }
            bytes += part
        }
        return bytes
    }

    private static func readAll(_ file: FileDescriptor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let part = try unsafe [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, filled in
                filled = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            if part.isEmpty { return bytes }
            bytes += part
        }
    }

    /// - Parameter isNew: whether the file was to be made, so that what is missing is its directory.
    static func describe(
        _ error: any Error, _ path: String, isNew: Bool = false
    ) -> FileError {
        if let error = error as? FileError { return error }
        guard let code = error as? Errno else { return FileError(path: path, message: "\(error)") }
        let message =
            switch code {
            case .noSuchFileOrDirectory where isNew:
                "there is no directory \(directory(of: path))"
            case .notDirectory: "\(directory(of: path)) is no directory"
            case .noSuchFileOrDirectory: "there is no such file"
            case .permissionDenied where isNew:
                "writing into \(directory(of: path)) is not allowed"
            case .permissionDenied: "reading or writing it is not allowed"
            case .isDirectory: "it is a directory"
            case .fileExists: "it exists already"
            case .noSpace: "the disk is full"
            default: "\(code)"
            }
        return FileError(path: path, message: message)
    }
}
