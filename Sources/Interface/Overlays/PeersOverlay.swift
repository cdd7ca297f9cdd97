import Cells
import Engine

/// Who shares the log, and how the way to each of them is.
enum PeersOverlay {
    static func draw(_ painter: inout Painter, app: App, list: PeerList) {
        guard let state = app.peers else { return }
        let selected = state.peers.indices.contains(list.selection) ? list.selection : 0
        let streams = state.peers.isEmpty ? 0 : state.peers[selected].streams.count
        let body = OverlayDrawing.box(
            &painter, size: app.size, columns: 104,
            rows: max(10, state.peers.count + streams + 11),
            title: "peers", note: note(state))
        var row = body.row
        for line in heading(state) where row < body.endRow {
            painter.write(line, body.column, row, limit: body.columns)
            row += 1
        }
        guard !state.peers.isEmpty else {
            let rest = Rect(
                column: body.column, row: row, columns: body.columns, rows: body.endRow - row)
            painter.explain(emptiness(state), in: rest)
            return
        }
        // The list gets what the selected peer's own lines leave, at least three rows.
        let detail = min(streams + 6, max(0, body.endRow - row - 4))
        let rows = max(1, body.endRow - row - 1 - detail)
        row = drawPeers(
            &painter, state.peers, selected: selected, in: body, from: row, rows: rows)
        drawDetail(&painter, state.peers[selected], in: body, from: row + 1)
    }

    private static func note(_ state: PeersState) -> String {
        state.role == .host ? "d sends away, y copies the hash, q closes" : "q closes"
    }

    private static func heading(_ state: PeersState) -> [[RoleSpan]] {
        let may = state.maySpeak ? "may watch and speak" : "may watch"
        let first =
            state.role == .host
            ? "shared on \(state.address); guests \(may)"
            : "the log of \(state.address); we \(may)"
        var lines = [[RoleSpan(first, .overlayTitle)]]
        if let hash = state.certificateHash {
            lines.append([RoleSpan("sha256 ", .overlay), RoleSpan(hash, .overlay)])
        }
        switch state.link {
        case .up: break
        case .interrupted(let reason):
            lines.append([RoleSpan("interrupted: \(reason); trying again", .metricBad)])
        case .ended(let reason): lines.append([RoleSpan("ended: \(reason)", .metricBad)])
        }
        return lines + [[]]
    }

    private static func emptiness(_ state: PeersState) -> [String] {
        state.role == .host
            ? [
                "nobody has joined yet", "midstream-tui peer join \(state.address)",
                "browsers and scripts read at https://\(state.address)/ by HTTP/3",
            ]
            : ["not connected"]
    }

    // MARK: the list

    /// A column of the list: its head and width, and whether it gives way on a narrow screen.
    private struct Column: Sendable {
        var head: String
        var width: Int
        var isOptional = false
        var text: @Sendable (Peer) -> String
    }

    private static let columns = [
        Column(head: "peer", width: 9) { $0.id },
        Column(head: "name", width: 14) { $0.name },
        Column(head: "address", width: 24, isOptional: true) { $0.address },
        Column(head: "may", width: 6) { $0.isReader ? "read" : $0.maySpeak ? "speak" : "watch" },
        Column(head: "rtt ms", width: 8) { NumberText.fixed($0.smoothedRoundTrip, 2) },
        Column(head: "sent", width: 11) { rate($0.sendRate) },
        Column(head: "received", width: 11) { rate($0.receiveRate) },
        Column(head: "lost", width: 7) { NumberText.fixed($0.loss * 100, 1) + " %" },
        Column(head: "state", width: 9) { state($0) },
    ]

    /// A line of the list, as much of it as fits.
    private static func line(columns limit: Int, _ text: (Column) -> String) -> String {
        let whole = columns.reduce(0) { $0 + $1.width }
        return columns.filter { whole <= limit || !$0.isOptional }.map { column in
            String(text(column).prefix(column.width - 1)).padded(to: column.width)
        }.joined()
    }

    private static func drawPeers(
        _ painter: inout Painter, _ peers: [Peer], selected: Int, in body: Rect, from start: Int,
        rows: Int
    ) -> Int {
        painter.write(
            line(columns: body.columns) { $0.head }, body.column, start, .overlayTitle,
            limit: body.columns)
        var row = start + 1
        let first = max(0, min(selected - rows / 2, peers.count - rows))
        for (offset, peer) in peers.dropFirst(first).prefix(rows).enumerated() {
            painter.write(
                line(columns: body.columns) { $0.text(peer) }, body.column, row,
                peer.isOnSummary ? .metricBad : .overlay, limit: body.columns)
            if first + offset == selected {
                painter.select(
                    Rect(column: body.column, row: row, columns: body.columns, rows: 1))
            }
            row += 1
        }
        return row
    }

    /// Whether it has everything, in a word.
    static func state(_ peer: Peer) -> String {
        if peer.isReader, peer.streams.isEmpty { return "idle" }
        if peer.isOnSummary { return peer.isReader ? "slow" : "summary" }
        return peer.eventsBehind == 0 ? "live" : "-\(peer.eventsBehind)"
    }

    private static func rate(_ bytesPerSecond: Double) -> String {
        NumberText.bytes(bytesPerSecond) + "/s"
    }

    // MARK: one peer

    private static func drawDetail(
        _ painter: inout Painter, _ peer: Peer, in body: Rect, from start: Int
    ) {
        var row = start
        func put(_ line: [RoleSpan]) {
            guard row < body.endRow else { return }
            painter.write(line, body.column, row, limit: body.columns)
            row += 1
        }
        put([
            RoleSpan("round trip ", .overlay),
            RoleSpan(
                "latest \(NumberText.fixed(peer.latestRoundTrip, 2)), smoothed "
                    + "\(NumberText.fixed(peer.smoothedRoundTrip, 2)), least "
                    + "\(NumberText.fixed(peer.minimumRoundTrip, 2)) ms", .overlay),
        ])
        put([
            RoleSpan("packets    ", .overlay),
            RoleSpan("\(peer.packetsLost) of \(peer.packetsSent) lost", .overlay),
            RoleSpan("   in all ", .overlay),
            RoleSpan(
                "\(NumberText.bytes(Double(peer.bytesSent))) sent, "
                    + "\(NumberText.bytes(Double(peer.bytesReceived))) received", .overlay),
        ])
        put([
            RoleSpan("window     ", .overlay),
            RoleSpan(
                "\(NumberText.bytes(Double(peer.congestionWindow))), in flight "
                    + "\(NumberText.bytes(Double(peer.bytesInFlight))), delivers "
                    + rate(Double(peer.deliveryRate)), .overlay),
        ])
        if peer.isOnSummary {
            put([
                RoleSpan(
                    "slower than the log: it is told how much happens and gets the rest, "
                        + "\(peer.eventsBehind) events, at its own pace", .metricBad)
            ])
        }
        guard !peer.streams.isEmpty else { return }
        put([
            RoleSpan(
                "priority".padded(to: 10) + "stream".padded(to: 30) + "events".padded(to: 12)
                    + "bytes".padded(to: 12) + "now", .overlayTitle)
        ])
        for stream in peer.streams {
            put([
                RoleSpan(
                    String(stream.priority).padded(to: 10)
                        + String(stream.name.prefix(29)).padded(to: 30)
                        + String(stream.events).padded(to: 12)
                        + NumberText.bytes(Double(stream.bytes)).padded(to: 12) + rate(stream.rate)
                        + (stream.isBehind ? "  behind" : ""),
                    stream.isBehind ? .metricBad : .overlay)
            ])
        }
    }
}
