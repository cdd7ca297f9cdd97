package import Recordings
import Terminal
package import Timeline

/// A recording of its own for each session of a log, in one directory.
///
/// In its file a session is "realtime" and numbered from 0, so that the file stands by itself.
package final class SessionFiles {
    private let directory: String
    private let header: RecordingHeader
    /// The beginning of each file's name, from the time of the start.
    private let prefix: String
    private var open: [SourceID: Recorder] = [:]
    /// The files that were begun, in order.
    package private(set) var paths: [String] = []

    package init(directory: String, header: RecordingHeader) throws(FileError) {
        self.directory = directory
        self.header = header
        let digits = (header.startedAt ?? "session").prefix(19)
        prefix = String(digits.map { $0 == ":" ? "-" : $0 })
        do {
            try UserDirectory.make(AbsolutePath.of(directory))
        } catch {
            throw FileError(path: directory, message: "\(error)")
        }
    }

    /// Appends an event of a session; events of other sources are not for these files.
    package func append(_ event: Event) throws(FileError) {
        guard let name = Self.fileName(of: event.source) else { return }
        let recorder: Recorder
        if let known = open[event.source] {
            recorder = known
        } else {
            recorder = try begin(name)
            open[event.source] = recorder
        }
        _ = recorder.append(event.payload, from: .realtime, at: event.time)
        switch event.payload {
        case .closed, .failed:
            try recorder.flush()
            open[event.source] = nil
        default: return
        }
    }

    /// Writes what was appended.
    package func flush() throws(FileError) {
        for source in open.keys.sorted() { try open[source]?.flush() }
    }

    private static func fileName(of source: SourceID) -> String? {
        if source == .realtime { return "1" }
        guard source.name.hasPrefix("realtime/") else { return nil }
        return String(source.name.dropFirst("realtime/".count).map { $0 == "/" ? "-" : $0 })
    }

    /// A new file; one that is there already is never touched.
    private func begin(_ name: String) throws(FileError) -> Recorder {
        var path = "\(directory)/\(prefix)-\(name).jsonl"
        var number = 2
        while FileAccess.exists(path) {
            path = "\(directory)/\(prefix)-\(name)-\(number).jsonl"
            number += 1
        }
        let recorder = try Recorder(path: path, header: header)
        paths.append(path)
        return recorder
    }
}
