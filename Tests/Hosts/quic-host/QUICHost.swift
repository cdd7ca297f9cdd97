import ArgumentParser

/// Bare QUIC without a session above it, for checks by other people's software.
@main
struct QUICHost: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quic-host", abstract: "Serve or fetch plain streams and datagrams over QUIC.",
        subcommands: [
            CertificateCommand.self, ServeCommand.self, FetchCommand.self, WebServeCommand.self,
            WebFetchCommand.self, HandshakesCommand.self,
        ])
}

/// What a server does with a stream that a client opened.
enum StreamMode: String, ExpressibleByArgument, CaseIterable {
    /// Sends everything back.
    case echo
    /// Reads all, and answers how many bytes came, in decimal.
    case sink
    /// Reads a decimal number, and answers as many bytes of the pattern.
    case source
}

struct CertificateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: "Write a development authority and a certificate by it into a folder.")

    @Argument var folder: String

    func run() throws { try CertificateFolder(path: folder).make() }
}
