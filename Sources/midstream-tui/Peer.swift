import ArgumentParser
import Networking
import PeerProtocol
import QUIC
import Runtime
import Timeline

/// Sessions that several machines see.
struct Peer: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Share a session with other machines over QUIC, or join one.",
        discussion: """
            On one machine: midstream-tui peer serve. On another: midstream-tui peer join \
            HOST:4433 --hash HASH, with the hash that the first one prints.
            """,
        subcommands: [Serve.self, Join.self, Certificate.self])
}

extension Peer {
    struct Certificate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an authority and a certificate for trying things out.",
            discussion: """
                A browser takes the certificate by the hash that is printed; other guests by it \
                (--hash), or by the authority (--authority DIR/authority.pem).
                """)

        @Argument(help: "The directory; by default peer in the state directory.")
        var directory: String?

        @Option(help: "A name or address beside localhost, 127.0.0.1 and ::1; may be repeated.")
        var name: [String] = []

        @Option(help: "How many days it holds; browsers take at most 14.")
        var days = DevelopmentCertificate.browserDays

        @Flag(help: "Replace the certificate that is there.")
        var force = false

        func validate() throws {
            guard (1...3650).contains(days) else {
                throw ValidationError("--days is from 1 to 3650.")
            }
        }

        func run() throws {
            try PeerFailure.told {
                let command = PeerCertificateCommand(
                    directory: directory, names: name, days: days, replaces: force)
                try Output.write(try command.run())
            }
        }
    }

    struct Serve: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Share a conversation of one's own, or a recording, with whoever joins.",
            discussion: """
                Guests join by midstream-tui peer join; browsers and scripts read the same by \
                HTTP/3 and WebTransport: /sessions, /sessions/ID/events, /sessions/ID/snapshot, \
                /metrics. Without --certificate a development certificate is made. Where \
                MIDSTREAM_PEER_TOKEN is set, or --token-file is given, guests need the same token.
                """)

        @Option(
            help: """
                The address to listen on, this machine's own where only a port is given; \
                0.0.0.0:PORT or [::]:PORT lets other machines join.
                """)
        var listen = "127.0.0.1:4433"

        @Option(help: "Share this session only, such as realtime/2; may be repeated.")
        var share: [String] = []

        @Option(help: "Play this recording instead of holding a conversation; a demo's name, too.")
        var recording: String?

        @Option(help: "How fast the recording plays: 0.1 to 100, or max.")
        var speed = Speed(1)

        @Option(help: "What guests may do: watch, or also speak.")
        var allow = Allowance.watch

        @Option(help: "A directory with certificate.pem and key.pem.")
        var certificate: String?

        @Option(
            help: "A PEM file of authorities: only guests with a certificate of theirs may join.")
        var guestAuthority: String?

        @Option(help: "A file of mode 600 with the token that guests need.")
        var tokenFile: String?

        @Option(
            help: """
                A web page's origin (https://example.org, null, or * for all) that may read \
                without a token; may be repeated.
                """)
        var allowOrigin: [String] = []

        @Option(help: "What guests see as the name of this host.")
        var name: String?

        @Option(help: "Congestion control: cubic, reno or bbr2.")
        var congestion = TransportSettings.CongestionControl.cubic

        @Flag(help: "No screen: events are JSON lines on the output.")
        var headless = false

        @OptionGroup var live: LiveArguments
        @OptionGroup var look: LookOptions

        func validate() throws {
            guard address != nil else {
                throw ValidationError("“\(listen)” is no address: HOST:PORT is expected.")
            }
            for origin in allowOrigin where HostingOptions.origin(origin) == nil {
                throw ValidationError(
                    "“\(origin)” is no origin: https://HOST, https://HOST:PORT, the same with "
                        + "http, null or * is expected.")
            }
        }

        private var address: ListenAddress? { ListenAddress(listen) }

        func run() throws {
            guard let address else { return }
            try PeerFailure.told {
                var hosting = HostingOptions(host: address.host, port: address.port)
                hosting.sources = share.isEmpty ? nil : share
                hosting.permission = allow.permission
                hosting.certificateDirectory = certificate
                hosting.guestAuthorityPath = guestAuthority
                hosting.tokenPath = tokenFile
                hosting.name = name
                hosting.origins = Set(allowOrigin.compactMap(HostingOptions.origin))
                hosting.congestionControl = congestion
                var command = PeerServeCommand(
                    hosting: hosting, live: live.options, options: try look.programOptions())
                command.recording = recording
                command.speed = speed.value
                throw ExitCode(headless ? try command.runHeadless() : try command.run())
            }
        }
    }

    struct Join: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Watch a session of another machine, and take part where its host allows it.",
            discussion: """
                The log so far comes first, then what happens; after a break it goes on where it \
                was. Without --hash and --authority the certificate of this machine's own peer \
                serve is trusted, and the system's authorities where there is none.
                """)

        @Argument(help: "Where: HOST:PORT.")
        var address: String

        @Option(help: "The SHA-256 of the host's certificate, as the host prints it.")
        var hash: String?

        @Option(help: "A PEM file of authorities to trust.")
        var authority: String?

        @Option(help: "A directory with certificate.pem and key.pem to show to the host.")
        var certificate: String?

        @Option(help: "A file of mode 600 with the host's token.")
        var tokenFile: String?

        @Option(help: "What the host sees as our name.")
        var name: String?

        @Option(help: "Keep a copy of the log as a recording in this new file.")
        var record: String?

        @Option(help: "Give up when the host is away for this many seconds.")
        var patience = 60.0

        @Option(help: "Congestion control: cubic, reno or bbr2.")
        var congestion = TransportSettings.CongestionControl.cubic

        @Flag(help: "No screen: events are JSON lines on the output, input lines are said.")
        var headless = false

        @OptionGroup var look: LookOptions

        func validate() throws {
            guard place != nil else {
                throw ValidationError("“\(address)” is no address: HOST:PORT is expected.")
            }
            guard patience.isFinite, (0...1e6).contains(patience) else {
                throw ValidationError("--patience is a number of seconds, from 0 on.")
            }
            if let hash, CertificateHash(hash) == nil {
                throw ValidationError("“\(hash)” is no hash: 64 hexadecimal digits are expected.")
            }
        }

        private var place: ListenAddress? {
            ListenAddress(address).flatMap { $0.port == 0 ? nil : $0 }
        }

        func run() throws {
            guard let place else { return }
            try PeerFailure.told {
                var joining = JoiningOptions(host: place.host, port: place.port)
                joining.hash = hash.flatMap(CertificateHash.init)
                joining.authorityPath = authority
                joining.certificateDirectory = certificate
                joining.tokenPath = tokenFile
                joining.name = name
                joining.recordPath = record
                joining.patience = .seconds(patience)
                joining.congestionControl = congestion
                let command = PeerJoinCommand(
                    joining: joining, options: try look.programOptions())
                throw ExitCode(headless ? try command.runHeadless() : try command.run())
            }
        }
    }
}

extension TransportSettings.CongestionControl: ExpressibleByArgument {}

/// What guests may do, as it is written.
enum Allowance: String, ExpressibleByArgument, CaseIterable {
    case watch, speak

    var permission: PeerPermission { self == .speak ? .speak : .watch }
}

/// Errors of the network and of certificates as one line.
private enum PeerFailure {
    static func told(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as NetworkError {
            Output.complain(error.message)
            throw ExitCode(1)
        } catch let error as SecretError {
            Output.complain("\(error)")
            throw ExitCode(1)
        } catch let error as QUICError {
            Output.complain("\(error)")
            throw ExitCode(1)
        }
    }
}
