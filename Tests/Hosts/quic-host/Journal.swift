import Foundation
import QUIC

/// What is told as JSON lines, and the files of secrets and qlog.
final class Journal {
    private let options: TransportOptions
    private let side: String

    init(_ options: TransportOptions, side: String) throws {
        (self.options, self.side) = (options, side)
        if let folder = options.qlog {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        }
    }

    static func tell(_ line: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            FileHandle.standardOutput.write(try encoder.encode(line) + Data("\n".utf8))
        } catch {
            complain("\(error)")
        }
    }

    static func complain(_ text: String) {
        FileHandle.standardError.write(Data("quic-host: \(text)\n".utf8))
    }

    func note(_ event: EndpointEvent) {
        switch event.kind {
        case .keyLog(let line):
            if let path = options.keylog { append(Data("\(line)\n".utf8), to: path) }
        case .qlog(let bytes):
            if let folder = options.qlog {
                append(Data(bytes), to: "\(folder)/\(side)-\(event.connection).sqlog")
            }
        default: break
        }
    }

    private func append(_ data: Data, to path: String) {
        if !FileManager.default.fileExists(atPath: path) {
            let made = FileManager.default.createFile(
                atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            if !made { Self.complain("\(path) cannot be written") }
        }
        do {
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.seekToEnd()
            try file.write(contentsOf: data)
            try file.close()
        } catch {
            Self.complain("\(path): \(error.localizedDescription)")
        }
    }
}

/// What a side reports of a connection.
struct ConnectionReport: Encodable {
    var event: String
    var connection: UInt64
    var resumed: Bool?
    var early: Bool?
    var retried: Bool?
    var cipher: String?
    var streamBytesReceived: UInt64?
    var streamBytesSent: UInt64?
    var earlyBytes: Int?
    var datagramsReceived: UInt64?
    var keyUpdates: UInt64?
    var paths: Int?
    var remote: String?
    var reason: String?
}

enum Processor {
    /// Seconds of all the process's threads, in the program and in the kernel.
    static var seconds: Double {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
