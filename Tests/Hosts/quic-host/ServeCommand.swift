import ArgumentParser
import Foundation
import QUIC

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer streams and datagrams until a signal comes.")

    @OptionGroup var transport: TransportOptions
    @OptionGroup var server: ServerOptions
    @Option(help: "What is done with streams: echo, sink or source.") var mode = StreamMode.echo
    @Flag(name: .customLong("no-early-data"), help: "Refuse 0-RTT.") var refusesEarlyData = false
    @Option(help: "File of 32 secret bytes; what restarts with it knows its tickets.")
    var secret: String?
    @Option(help: "Update the keys once so many stream bytes have come.")
    var updateKeysAfter: UInt64?

    func run() throws {
        let (mode, updateKeysAfter) = (mode, updateKeysAfter)
        try server.run(transport, [transport.alpn]) { endpoint, server in
            server.allowsEarlyData = !refusesEarlyData
            if let secret { endpoint.secret = Array(try Data(contentsOf: URL(filePath: secret))) }
        } _: {
            ServingUser($0, mode: mode, updateKeysAfter: updateKeysAfter)
        }
    }
}
