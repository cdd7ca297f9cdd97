package import Cells
package import Timeline

/// Collects the frames of a run as an asciicast, written when it ends.
package final class CastRecorder {
    private let path: String
    private var writer: CastWriter?
    private let title: String
    private var text = ""

    package init(path: String, title: String) {
        self.path = path
        self.title = title
    }

    package func append(_ grid: Grid, at time: Instant) {
        var writer = writer ?? CastWriter(size: grid.size, title: title)
        if text.isEmpty { text = writer.header }
        text += writer.frame(grid, at: time.nanoseconds)
        self.writer = writer
    }

    package func finish() throws(FileError) {
        try FileAccess.write(Array(text.utf8), to: path, replaces: true)
    }
}
