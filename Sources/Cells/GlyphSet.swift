/// The characters the program draws with: a set for Unicode and one of ASCII alone.
package struct GlyphSet: Hashable, Sendable {
    package var box: BoxGlyphs
    /// Eighths of a cell filled from below, 1/8 to 8/8.
    package var levels: [Unicode.Scalar]
    package var markers: Marker
    package var verdictTrue: Unicode.Scalar
    package var verdictFalse: Unicode.Scalar
    package var verdictPending: Unicode.Scalar
    package var verdictPresumablyTrue: Unicode.Scalar
    package var verdictPresumablyFalse: Unicode.Scalar
    package var live: Unicode.Scalar
    package var paused: Unicode.Scalar
    package var playing: Unicode.Scalar
    package var bullet: Unicode.Scalar
    package var selected: Unicode.Scalar
    package var track: Unicode.Scalar
    package var played: Unicode.Scalar
    package var head: Unicode.Scalar
    package var mark: Unicode.Scalar
    package var scrollTrack: Unicode.Scalar
    package var scrollThumb: Unicode.Scalar
    package var arrowUp: Unicode.Scalar
    package var arrowLeft: Unicode.Scalar
    package var arrowRight: Unicode.Scalar
    package var times: Unicode.Scalar
    package var separator: Unicode.Scalar
    package var ellipsis: String
    package var lambda: String

    package static let unicode = GlyphSet(
        box: .rounded, levels: Array("▁▂▃▄▅▆▇█".unicodeScalars),
        markers: .braille,
        verdictTrue: "✔", verdictFalse: "✘", verdictPending: "?",
        verdictPresumablyTrue: "△", verdictPresumablyFalse: "▽",
        live: "●", paused: "⏸", playing: "▶", bullet: "•", selected: "▌",
        track: "┈", played: "━", head: "◆", mark: "┃",
        scrollTrack: "│", scrollThumb: "█",
        arrowUp: "↑", arrowLeft: "←", arrowRight: "→",
        times: "×", separator: "·", ellipsis: "…", lambda: "λ")

    package static let ascii = GlyphSet(
        box: .ascii, levels: Array("__..::##".unicodeScalars),
        markers: .ascii,
        verdictTrue: "+", verdictFalse: "x", verdictPending: "?",
        verdictPresumablyTrue: "/", verdictPresumablyFalse: "\\",
        live: "*", paused: "|", playing: ">", bullet: "*", selected: ">",
        track: "-", played: "=", head: "@", mark: "!",
        scrollTrack: "|", scrollThumb: "#",
        arrowUp: "^", arrowLeft: "<", arrowRight: ">",
        times: "x", separator: "-", ellipsis: "...", lambda: "L")

    package init(
        box: BoxGlyphs, levels: [Unicode.Scalar], markers: Marker,
        verdictTrue: Unicode.Scalar, verdictFalse: Unicode.Scalar,
        verdictPending: Unicode.Scalar, verdictPresumablyTrue: Unicode.Scalar,
        verdictPresumablyFalse: Unicode.Scalar, live: Unicode.Scalar, paused: Unicode.Scalar,
        playing: Unicode.Scalar, bullet: Unicode.Scalar, selected: Unicode.Scalar,
        track: Unicode.Scalar, played: Unicode.Scalar, head: Unicode.Scalar,
        mark: Unicode.Scalar,
        scrollTrack: Unicode.Scalar, scrollThumb: Unicode.Scalar, arrowUp: Unicode.Scalar,
        arrowLeft: Unicode.Scalar, arrowRight: Unicode.Scalar,
        times: Unicode.Scalar, separator: Unicode.Scalar, ellipsis: String, lambda: String
    ) {
        precondition(levels.count == 8, "eight eighths")
        self.box = box
        self.levels = levels
        self.markers = markers
        self.verdictTrue = verdictTrue
        self.verdictFalse = verdictFalse
        self.verdictPending = verdictPending
        self.verdictPresumablyTrue = verdictPresumablyTrue
        self.verdictPresumablyFalse = verdictPresumablyFalse
        self.live = live
        self.paused = paused
        self.playing = playing
        self.bullet = bullet
        self.selected = selected
        self.track = track
        self.played = played
        self.head = head
        self.mark = mark
        self.scrollTrack = scrollTrack
        self.scrollThumb = scrollThumb
        self.arrowUp = arrowUp
        self.arrowLeft = arrowLeft
        self.arrowRight = arrowRight
        self.times = times
        self.separator = separator
        self.ellipsis = ellipsis
        self.lambda = lambda
    }
}

/// How a canvas of dots becomes characters.
package enum Marker: String, CaseIterable, Sendable {
    /// Two by four dots in a cell.
    case braille
    /// One by two halves in a cell, for fonts without braille.
    case halfblock
    /// Two by two quarters in a cell, one colour.
    case quadrant
    /// `. : o O` by the number of dots.
    case ascii
}
