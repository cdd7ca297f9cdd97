import Glibc
import PeerProtocol
import Recordings
import Timeline

/// The part of a log that is shared, as a log of its own: numbered from 0, in a file of its own.
final class SourceFilter {
    private let sources: SourceSelection
    private let recorder: Recorder

    init(_ sources: SourceSelection, header: RecordingHeader) throws(FileError) {
        self.sources = sources
        recorder = try Recorder(path: TemporaryFile.path(for: "shared"), header: header)
    }

    /// Where late guests find it.
    var path: String { recorder.path }

    /// What of `events` is shared, with its places there; it is on the disk then.
    func take(_ events: [Event]) throws(FileError) -> [Event] {
        var shared: [Event] = []
        for event in events where sources.contains(event.source.name) {
            shared.append(recorder.append(event.payload, from: event.source, at: event.time))
        }
        try recorder.flush()
        return shared
    }

    /// The file goes with the program.
    func close() { unsafe unlink(path) }
}
