import Glibc

/// The names in a directory, sorted; none when it is not there.
func directoryEntries(_ path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                unsafe String(cString: $0)
            }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
}

/// The system's words for an error number.
func systemMessage(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }

/// A path that does not depend on where the program stands.
enum AbsolutePath {
    static func of(_ path: String) -> String {
        guard !path.hasPrefix("/"), let present = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(present) }
        return unsafe String(cString: present) + "/" + path
    }
}
