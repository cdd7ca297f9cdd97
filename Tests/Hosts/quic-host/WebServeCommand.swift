import ArgumentParser
import Foundation
import Recordings
import Timeline

/// HTTP/3 without a session above it, or with a recording that passes as a live log.
struct WebServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "web-serve",
        abstract: "Answer HTTP/3 requests and WebTransport sessions until a signal comes.",
        discussion: """
            GET /N answers N bytes of the pattern, POST what was sent; WebTransport sessions get \
            their streams and datagrams back. With --log a recording is shown instead.
            """)

    @OptionGroup var transport: TransportOptions
    @OptionGroup var server: ServerOptions
    @Option(help: "A recording to show as a log: half at once, the rest event by event.")
    var log: String?
    @Option(help: "Milliseconds between the later events.") var interval = 20.0
    @Option(help: "What readers of the log must show.") var token: String?
    @Option(help: "Payload bytes of the log that are kept in memory.") var tail = 16 << 20

    func run() throws {
        let shown = try log.map { try ShownLog(path: $0, interval: .milliseconds(interval)) }
        let (token, tail) = (token.map { Array($0.utf8) }, tail)
        try server.run(transport, ["h3"]) {
            if let shown {
                LogUser($0, shown, token: token, tail: tail)
            } else {
                WebServingUser($0)
            }
        }
    }
}

/// A recording that passes as a log.
struct ShownLog: Sendable {
    var header: [UInt8]
    var events: [Event]
    var interval: Interval

    init(path: String, interval: Interval) throws {
        var reader = RecordingReader()
        reader.append(Array(try Data(contentsOf: URL(filePath: path))))
        _ = reader.finish()
        events = []
        while let recorded = try reader.next() { events.append(recorded.event) }
        guard let header = reader.header else {
            throw ValidationError("\(path) is no recording")
        }
        self.header = RecordingCodec.encode(header)
        self.interval = interval
    }
}
