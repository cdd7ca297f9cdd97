import Cells
import Engine

/// Wraps short texts that do not change, such as sentences in overlays and empty panes.
enum WordWrap {
    static func lines(_ text: String, columns: Int) -> [String] {
        WrapCache.wrap(text, columns: columns)
    }
}
