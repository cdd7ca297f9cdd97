import Glibc
import Networking
import PeerProtocol
import QUIC
import TLS
import Timeline

/// The token that guests show to a host.
enum PeerToken {
    /// From the file, which only its owner may read, or from the environment; nil when there is
    /// none.
    static func read(_ path: String?, _ environment: [String: String]) throws -> [UInt8]? {
        let secret =
            try path.map { try Secret(file: $0, kind: "token") }
            ?? Secret(
                environment: environment, variable: HostingOptions.tokenVariable, kind: "token")
        return secret.map { Array($0.reveal().utf8) }
    }
}

/// What this machine is called.
enum HostName {
    static var current: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension LogID {
    /// The name of a log that begins now.
    static func random() -> LogID {
        var random = SystemRandomNumberGenerator()
        return of((0..<length).map { _ in .random(in: 0...255, using: &random) })
    }

    fileprivate static func of(_ bytes: [UInt8]) -> LogID {
        guard let id = LogID(bytes: bytes) else { preconditionFailure("a log's name has 16 bytes") }
        return id
    }
}

extension EventSource {
    /// The name of the log that playing this gives, the same each time: a guest goes on where it
    /// was although the host was started anew.
    ///
    /// - Parameter names: the sources that are shared, nil for all: what is left out makes another
    ///   log of it.
    func identifier(sharing names: [String]?) throws(FileError) -> LogID {
        var cursor = try cursor(at: 0)
        var digest = [UInt8](repeating: 0, count: 20)
        if let names {
            digest = Digest.sha1(digest + Array(Set(names).sorted().joined(separator: "\n").utf8))
        }
        var portion: [UInt8] = []
        while let event = try cursor.next() {
            portion += unsafe withUnsafeBytes(of: event.time.nanoseconds.littleEndian) {
                unsafe Array($0)
            }
            portion += Array(event.source.name.utf8)
            portion += event.payload.content
            if portion.count > 1 << 16 {
                digest = Digest.sha1(digest + portion)
                portion = []
            }
        }
        return .of(Array(Digest.sha1(digest + portion).prefix(LogID.length)))
    }
}

extension Payload {
    /// What it says, as bytes.
    fileprivate var content: [UInt8] {
        switch self {
        case .received(let bytes), .sent(let bytes), .receivedBinary(let bytes),
            .sentBinary(let bytes), .statistics(let bytes), .unknown(_, let bytes):
            bytes
        case .key(let text), .mark(let text), .opened(let text), .failed(let text),
            .closed(_, let text):
            Array(text.utf8)
        case .resize(let columns, let rows): Array("\(columns)x\(rows)".utf8)
        }
    }
}
