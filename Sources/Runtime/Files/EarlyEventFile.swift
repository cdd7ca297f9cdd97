import Glibc
import SystemPackage

/// A file without a name for what does not fit into memory; its room is free again when nobody
/// reads it any more, and with the process, however that ends.
final class EarlyEventFile {
    /// Where it was made.
    let path: String
    private let file: FileDescriptor
    private(set) var end = 0

    init(beside path: String) throws(FileError) {
        let template = path + ".early-XXXXXX"
        self.path = template
        var name = Array(template.utf8CString)
        let descriptor = unsafe mkstemp(&name)
        if descriptor >= 0 { unsafe unlink(name) }
        guard descriptor >= 0 else {
            throw FileAccess.describe(Errno(rawValue: errno), template)
        }
        file = FileDescriptor(rawValue: descriptor)
    }

    deinit { FileAccess.close(file) }

    func append(_ bytes: [UInt8]) throws(FileError) {
        do {
            try file.writeAll(toAbsoluteOffset: Int64(end), bytes)
        } catch {
            throw FileAccess.describe(error, path)
        }
        end += bytes.count
    }

    func read(from offset: Int, count: Int) throws(FileError) -> [UInt8] {
        do {
            return try FileAccess.readPart(file, from: offset, count: count)
        } catch {
            throw FileAccess.describe(error, path)
        }
    }
}
