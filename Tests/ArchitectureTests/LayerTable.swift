/// The layers of the program: a module may only import modules further down.
struct LayerTable {
    /// From the ground up; within a row of several modules nobody imports a neighbour, except that
    /// the protocols build on each other in the order given.
    static let standard = LayerTable(
        layers: [
            ["Timeline", "TextEncodings"],
            ["SequenceMatching", "Dynamics", "TemporalLogic", "Cells"],
            ["JSONText", "PeerProtocol"],
            ["RealtimeProtocol"], ["Emulator"], ["Recordings"], ["Demonstrations"], ["Engine"],
            ["Interface"],
            ["Terminal", "Sound"], ["QUIC"], ["HTTP3"], ["Sharing"], ["TLS"], ["Networking"],
            ["Runtime"],
            ["midstream-tui", "generate-demos", "embed-files"],
        ],
        pure: [
            "Timeline", "TextEncodings", "SequenceMatching", "Dynamics", "TemporalLogic", "Cells",
            "JSONText", "PeerProtocol", "RealtimeProtocol", "Emulator", "Recordings", "Engine",
            "Interface",
        ],
        // An edge takes what it shows or brings from the ground only, never from the program.
        groundOnly: ["Terminal", "Sound", "QUIC", "HTTP3", "Sharing", "TLS", "Networking"],
        edges: [
            "CNcurses": "Terminal", "CQUIC": "QUIC", "COpenSSL": "TLS", "CALSA": "Sound",
            "CDatagrams": "Networking", "CScheduling": "Networking", "CHTTP3": "HTTP3",
        ])

    var layers: [[String]]
    /// Modules without Foundation.
    var pure: Set<String>
    /// Modules that may import nothing above the protocols.
    var groundOnly: Set<String>
    /// The one module that may import each C target.
    var edges: [String: String]

    func rank(of module: String) -> Int? { layers.firstIndex { $0.contains(module) } }

    /// What is wrong with `module` importing `imported`; nil when nothing is.
    func problem(_ module: String, imports imported: String) -> String? {
        if imported.hasPrefix("Foundation") {
            return pure.contains(module) ? "\(module) may not import \(imported)" : nil
        }
        if let edge = edges[imported] {
            return edge == module ? nil : "\(imported) belongs to \(edge), not to \(module)"
        }
        guard let below = rank(of: imported) else { return nil }
        guard let above = rank(of: module) else { return "\(module) is not in the table" }
        if below >= above { return "\(module) imports \(imported), which is not below it" }
        // The edges that stand on others: WebSockets go over TLS, QUIC needs a socket, and what
        // speaks over QUIC needs QUIC.
        if module == "Networking", ["TLS", "QUIC"].contains(imported) { return nil }
        if ["Sharing", "HTTP3"].contains(module), imported == "QUIC" { return nil }
        // The web's readers get a log as the lines of a recording, over HTTP/3.
        if module == "Sharing", ["HTTP3", "Recordings"].contains(imported) { return nil }
        if groundOnly.contains(module), let ceiling = rank(of: "JSONText"), below > ceiling {
            return "\(module) is an edge and may not know \(imported)"
        }
        return nil
    }
}
