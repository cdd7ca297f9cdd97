import Cells
import Engine

/// Wrapped texts of the entries near the viewport; appending to an entry wraps only its end.
struct WrapCache: Sendable {
    private struct Item: Sendable {
        var revision: Int
        var utf8Count: Int
        var wrapped: WrappedText
        var lastUse: Int
    }

    /// Entries kept wrapped; a screen shows far fewer.
    private static let limit = 256

    private var items: [Int: Item] = [:]
    private var clock = 0

    /// The text of `entry` wrapped to `width` columns; there is always at least one line.
    mutating func wrapped(_ entry: Entry, width: Int) -> WrappedText {
        clock += 1
        let count = entry.text.utf8.count
        if var item = items[entry.id], item.revision == entry.revision, item.utf8Count <= count {
            items[entry.id] = nil
            if item.wrapped.width != width { item.wrapped.rewrap(width: width) }
            if item.utf8Count < count {
                let from = entry.text.utf8.index(entry.text.startIndex, offsetBy: item.utf8Count)
                item.wrapped.append(String(entry.text[from...]))
                item.utf8Count = count
            }
            item.lastUse = clock
            items[entry.id] = item
            return item.wrapped
        }
        var wrapped = WrappedText(width: width)
        // The arguments of a call stream in; the name of what is called goes before them.
        if case .toolCall(let name) = entry.kind { wrapped.append(name + " ") }
        wrapped.append(entry.text)
        items[entry.id] = Item(
            revision: entry.revision, utf8Count: count, wrapped: wrapped, lastUse: clock)
        return wrapped
    }

    /// The same with notes behind the text, in styles 1 and above; they wrap with it.
    mutating func wrapped(
        _ entry: Entry, width: Int, notes: [(text: String, style: UInt8)]
    ) -> WrappedText {
        var result = wrapped(entry, width: width)
        for note in notes { result.append(note.text, style: note.style) }
        return result
    }

    /// Forgets what was not used for longest.
    mutating func trim() {
        guard items.count > Self.limit else { return }
        let oldest = items.values.map(\.lastUse).sorted()[items.count - Self.limit / 2]
        items = items.filter { $0.value.lastUse >= oldest }
    }
}

/// Wraps short texts that do not change, such as sentences in overlays and empty panes.
enum WordWrap {
    static func lines(_ text: String, columns: Int) -> [String] {
        var wrapped = WrappedText(width: max(1, columns))
        wrapped.append(text)
        return (wrapped.firstLine..<wrapped.endLine).map { wrapped.text(ofLine: $0) }
    }
}
