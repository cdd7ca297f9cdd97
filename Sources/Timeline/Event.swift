/// One thing that crossed the boundary of the program, at its place in the log.
package struct Event: Equatable, Sendable {
    /// Its place in the log, from 0, without gaps.
    package var sequence: UInt64
    /// When it crossed; never earlier than the event before it.
    package var time: Instant
    /// Which edge it crossed.
    package var source: SourceID
    /// What crossed; the case is the kind.
    package var payload: Payload

    package init(sequence: UInt64, time: Instant, source: SourceID, payload: Payload) {
        self.sequence = sequence
        self.time = time
        self.source = source
        self.payload = payload
    }
}

/// The name of an edge within one log: "realtime", "mic", "peer/3", "keyboard".
package struct SourceID: Hashable, Sendable, Comparable {
    package var name: String

    package init(_ name: String) { self.name = name }

    package static let realtime = SourceID("realtime")
    package static let keyboard = SourceID("keyboard")
    package static let terminal = SourceID("terminal")

    package static func < (a: SourceID, b: SourceID) -> Bool { a.name < b.name }
}

/// What crossed the boundary. JSON is decoded above the log, so text stays the bytes it was.
package enum Payload: Equatable, Sendable {
    /// A text frame from the far end (for "realtime": a server event), as UTF-8.
    case received([UInt8])
    /// A text frame to the far end (for "realtime": a client event), as UTF-8.
    case sent([UInt8])
    case receivedBinary([UInt8])
    case sentBinary([UInt8])
    /// A key press in script spelling: "q", "ctrl-c", "up", "space", "tab".
    case key(String)
    case resize(columns: Int, rows: Int)
    /// The edge is ready; `detail` says what to, in words for the screen.
    case opened(detail: String)
    /// The far end, or we, closed in order. `code` is the WebSocket close code where there is one.
    case closed(code: Int?, reason: String)
    /// The edge broke; the session survives.
    case failed(reason: String)
    /// An edge's periodic statistics, a JSON object as UTF-8.
    case statistics([UInt8])
    /// A bookmark somebody set, with its label.
    case mark(String)
    /// A kind written by a newer program; `line` is the recording's whole line.
    case unknown(kind: String, line: [UInt8])
}
