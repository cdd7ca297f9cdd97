import Cells
import Glibc
import Recordings
import SystemPackage
import Timeline

/// Standard output and error, whole or not at all.
package enum Output {
    /// Writes `text` to standard output.
    package static func write(_ text: String) throws(FileError) {
        try write(text, to: .standardOutput, name: "standard output")
    }

    /// Writes an event to standard output, as a line of a recording.
    static func write(_ event: Event) throws(FileError) {
        var bytes: [UInt8] = []
        RecordingCodec.encode(RecordedEvent(event: event), into: &bytes)
        try write(String(decoding: bytes, as: UTF8.self))
    }

    /// A sentence on standard error; what cannot be said there cannot be said anywhere.
    package static func complain(_ text: String) {
        try? write(
            "midstream-tui: \(harmless(text))\n", to: .standardError, name: "standard error")
    }

    /// A text of several lines in which nothing steers the terminal, whoever wrote it.
    static func harmless(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { TextWidth.sanitized(String($0)) }.joined(separator: "\n")
    }

    /// Last words on a terminal, unless it takes none any more: a stalled one must not hold the
    /// program when it leaves.
    static func sayFarewell(_ lines: [String]) throws(FileError) {
        for line in lines {
            var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&output, 1, 100) == 1, output.revents & Int16(POLLOUT) != 0 else {
                return
            }
            try write(line + "\n")
        }
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
