import Dynamics
import JSONText
package import Timeline

/// Stretches of a session as examples that patterns are learned from: cut in the same symbols,
/// words and samples as the searches see.
package extension SessionState {
    /// The event symbols from one moment to another, both included, as far as the log is kept.
    func eventSymbols(from start: Instant, to end: Instant) -> [[UInt8]] {
        var symbols: [[UInt8]] = []
        var last = ""
        for row in log.rows where row.time >= start && row.time <= end {
            if row.type == "input_audio_buffer.append" { continue }
            let isRun = row.isDelta && row.type == last
            last = row.type
            let isOfTheWire = row.direction != .local || row.type.hasPrefix("connection.")
            if isRun || !isOfTheWire { continue }
            symbols.append(Array(row.type.utf8) + Self.detail(of: row))
        }
        return symbols
    }

    /// What an event's symbol says beside its name; see `PatternAnalyzer`.
    private static func detail(of row: EventRow) -> [UInt8] {
        let path: (object: String, member: String, usual: String)
        switch row.type {
        case "response.done": path = ("response", "status", "completed")
        case "conversation.item.create": path = ("item", "type", "message")
        default: return []
        }
        guard let json = try? JSON(parsing: row.raw),
            let value = json[path.object]?[path.member]?.stringValue, value != path.usual
        else { return [] }
        return Array("[\(value)]".utf8)
    }

    /// The words of an entry.
    static func words(of entry: Entry) -> [[UInt8]] {
        var splitter = WordSplitter()
        var words: [[UInt8]] = []
        splitter.append(entry.text) { words.append($0) }
        splitter.finish { words.append($0) }
        return words
    }
}

package extension SeriesState {
    /// The samples that came from one moment to another, both included, as far as they are kept.
    func samples(from start: Instant, to end: Instant) -> [Double] {
        let kept = phaseSpace.samples
        return zip(stamps.suffix(kept.count), kept.suffix(stamps.count)).compactMap {
            $0.time >= start && $0.time <= end ? $1 : nil
        }
    }
}
