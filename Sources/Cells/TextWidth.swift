/// How text of unknown origin becomes cells: which scalars are drawn, how wide, which never.
///
/// Cells hold a scalar and the marks after it, never a `Character`: terminals disagree about
/// clusters, and the C library's `wcwidth`, which they follow, knows only scalars.
/// Source: Unicode 15.0 `EastAsianWidth.txt`; ambiguous width counts as 1.
///
/// | scalar | drawn as |
/// |---|---|
/// | C0, DEL | its control picture, `␛` |
/// | C1 | the same as its two-byte form, `␛[` |
/// | line and paragraph separator | `␤` |
/// | invisible (zero-width joiner, variation selectors, bidirectional controls, tags, …) | nothing |
/// | skin tone | nothing |
/// | regional indicator | its letter: a flag becomes two letters |
/// | combining mark | over the scalar before it, or over `◌` |
/// | unassigned in Unicode 15.0 | `�` |
package enum TextWidth {
    /// What a scalar does to a line of cells; the raw value is the one in `boundaries`.
    enum Class: UInt8 {
        case narrow, wide, mark, dropped, unassigned, control
    }

    /// The columns of a scalar when it is drawn by this policy.
    package static func width(of scalar: Unicode.Scalar) -> Int {
        if scalar.value &- 0x20 < 0x5F { return 1 }
        switch classify(scalar.value) {
        case .narrow, .unassigned: return 1
        case .wide: return 2
        case .mark, .dropped: return 0
        case .control: return isC1(scalar.value) ? 2 : 1
        }
    }

    /// The columns that `text` takes in a grid.
    package static func columns(_ text: String) -> Int {
        var columns = 0
        var scan = Scan()
        scan.run(text) { piece in
            columns += piece.columns
            return true
        }
        return columns
    }

    /// The text as it is drawn: no control character, nothing invisible, nothing that a
    /// terminal would take for a command.
    package static func sanitized(_ text: String) -> String {
        var result = ""
        var scan = Scan()
        scan.run(text) { piece in
            if let scalar = Unicode.Scalar(piece.scalar) { result.unicodeScalars.append(scalar) }
            return true
        }
        return result
    }

    /// The longest beginning of `text` that fits, with `ellipsis` at its end if it was cut.
    package static func truncated(_ text: String, columns limit: Int, ellipsis: String = "…")
        -> String
    {
        if columns(text) <= limit { return text }
        let room = limit - columns(ellipsis)
        guard room >= 0 else { return "" }
        var used = 0
        var scan = Scan()
        var end = text.unicodeScalars.startIndex
        for index in text.unicodeScalars.indices {
            _ = scan.step(text.unicodeScalars[index].value) { piece in
                used += piece.columns
                return true
            }
            if used > room { break }
            end = text.unicodeScalars.index(after: index)
        }
        return String(text.unicodeScalars[..<end]) + ellipsis
    }

    /// The first class of each page of 256 scalars, or 255 where a page holds several.
    private static let pages: [UInt8] = {
        var pages = [UInt8](repeating: 255, count: 0x1100)
        for page in pages.indices {
            let first = search(UInt32(page) << 8)
            let last = search(UInt32(page) << 8 | 255)
            if first == last { pages[page] = UInt8(truncatingIfNeeded: boundaries[first] & 7) }
        }
        return pages
    }()

    /// The index of the last boundary at or before `scalar`.
    private static func search(_ scalar: UInt32) -> Int {
        var low = 0
        var high = boundaries.count
        let key = scalar << 3 | 7
        while high - low > 1 {
            let middle = (low + high) / 2
            if boundaries[middle] <= key { low = middle } else { high = middle }
        }
        return low
    }

    /// O(1) on most pages, else a binary search in about 2,000 boundaries.
    static func classify(_ scalar: UInt32) -> Class {
        let page = pages[Int(scalar >> 8)]
        let raw = page == 255 ? UInt8(truncatingIfNeeded: boundaries[search(scalar)] & 7) : page
        return Class(rawValue: raw) ?? .unassigned
    }

    static func isC1(_ scalar: UInt32) -> Bool { scalar & ~0x1F == 0x80 }
}
