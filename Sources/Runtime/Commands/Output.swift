import SystemPackage

/// Standard output and error, whole or not at all.
package enum Output {
    /// Writes `text` to standard output.
    package static func write(_ text: String) throws(FileError) {
        try write(text, to: .standardOutput, name: "standard output")
    }

    /// One line on standard error; what cannot be said there cannot be said anywhere.
    package static func complain(_ line: String) {
        try? write("midstream-tui: \(line)\n", to: .standardError, name: "standard error")
    }

    private static func write(
        _ text: String, to file: FileDescriptor, name: String
    ) throws(FileError) {
        do {
            try file.writeAll(text.utf8)
        } catch {
            throw FileAccess.describe(error, name)
        }
    }
}
