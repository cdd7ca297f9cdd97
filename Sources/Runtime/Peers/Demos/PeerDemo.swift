import Glibc
import Interface
import Networking
import PeerProtocol
import Recordings
import Terminal
import Timeline

/// A demo of several programs that see one session, over real QUIC on this machine, driven by
/// keys.
///
/// One side has the screen; the others run on threads of this program, each with its own socket,
/// log and app.
package enum PeerDemo: String, CaseIterable, Sendable {
    case server = "peer-server"
    case client = "peer-client"
    case multistream
    case together = "watch-together"
    case loss

    package var title: String {
        switch self {
        case .server: "A host that plays the tour; two guests come, one goes"
        case .client: "A guest that comes late, gets the log so far, and follows"
        case .multistream: "Tokens, video, audio and telemetry on streams of their own priority"
        case .together: "Two guests and the host talk to one model"
        case .loss: "A guest behind a network that loses a tenth of all packets"
        }
    }

    /// What is pressed; any other key works as well.
    var keys: String {
        switch self {
        case .server:
            "wait 4s\npress J\nwait 9s\npress escape\nwait 3s\npress S\nwait 5s\npress q q"
        case .client: "wait 3s\npress J\nwait 6s\npress q\nwait 4s\npress 6 6\nwait 4s\npress 6 q"
        case .multistream: "wait 2s\npress J\nwait 14s\npress q q"
        case .together:
            """
            wait 14s
            press i
            type and what do you say of tides
            press enter escape
            wait 6s
            press S
            wait 4s
            press q J
            wait 8s
            press q q
            """
        case .loss: "wait 3s\npress J\nwait 12s\npress q q"
        }
    }

    /// Plays it on the terminal; returns the exit code.
    package func run(_ options: ProgramOptions) throws -> CInt {
        let company = try PeerCompany()
        defer { company.end() }
        switch self {
        case .server:
            return try company.host(
                options, script: try script(), recording: try Demos.source("tour")
            ) { port in
                company.bring(PeerCompany.Guest("anna", port: port, after: .seconds(1)))
                company.bring(
                    PeerCompany.Guest(
                        "ben", port: port, after: .seconds(5), leaves: .seconds(12)))
            }
        case .client:
            let port = try company.hostBeside(try Demos.source("tour"))
            company.wait(.seconds(3))
            return try company.join(options, script: try script(), port: port)
        case .multistream:
            let port = try company.hostBeside(MultistreamRecording.source())
            return try company.join(options, script: try script(), port: port)
        case .together:
            return try company.host(options, script: try script(), recording: nil) { port in
                company.bring(
                    PeerCompany.Guest(
                        "anna", port: port, after: .seconds(1),
                        lines: [(.seconds(2), "tell me of the weather at sea")]))
                company.bring(
                    PeerCompany.Guest(
                        "ben", port: port, after: .seconds(2),
                        lines: [(.seconds(26), "and of the stars above it")]))
            }
        case .loss:
            return try company.host(
                options, script: try script(), recording: try Demos.source("tour")
            ) { port in
                var faults = DatagramRelay.Faults()
                faults.delay = .milliseconds(15)
                faults.jitter = .milliseconds(10)
                faults.loss = 0.1
                let relay = try company.relay(to: port, faults)
                company.bring(PeerCompany.Guest("near", port: port, after: .seconds(1)))
                company.bring(PeerCompany.Guest("far", port: relay, after: .seconds(1)))
            }
        }
    }

    func script() throws(FileError) -> KeyScript {
        do {
            return try KeyScript(parsing: keys)
        } catch {
            throw FileError(path: "\(rawValue):\(error.line)", message: error.message)
        }
    }
}
