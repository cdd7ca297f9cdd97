import Timeline
import Emulator
import Foundation
import JSONText
import Networking
import Recordings
import Testing

@testable import Runtime

/// The whole program as a client: embedded server, real socket, no terminal.
@Suite(.timeLimit(.minutes(20)))
struct LiveCommandTests {
    private struct Outcome {
        var status: Int32
        var output: [UInt8]
        var complaints: String
    }

    private static func run(
        _ arguments: [String], input: String, environment: [String: String] = [:]
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "midstream-tui")
        process.arguments = ["live", "--headless", "--no-audio"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (inputPipe, outputPipe, errorPipe) = (Pipe(), Pipe(), Pipe())
        process.standardInput = inputPipe
        process.standardOutput = outputPipe
        process.standardError = errorPipe
        try process.run()
        inputPipe.fileHandleForWriting.write(Data(input.utf8))
        try inputPipe.fileHandleForWriting.close()
        let output = try outputPipe.fileHandleForReading.readToEnd() ?? Data()
        let complaints = try errorPipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: [UInt8](output),
            complaints: String(decoding: complaints, as: UTF8.self))
    }

    private static func type(of frame: [UInt8]) -> String? {
        (try? JSON(parsing: frame))?["type"]?.stringValue
    }

    /// The types of the events of one side, in order.
    private static func types(_ recording: Recording, sent: Bool) -> [String] {
        recording.events.compactMap { recorded in
            switch recorded.event.payload {
            case .sent(let frame): sent ? type(of: frame) : nil
            case .received(let frame): sent ? nil : type(of: frame)
            default: nil
            }
        }
    }

    @Test func `a conversation over a real socket is recorded whole, without the key`() throws {
        let key = "sk-this-must-not-be-found-anywhere"
        let file = FileManager.default.temporaryDirectory.appending(
            path: "live-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try Self.run(
            [
                "--provider", "emulator", "--profile", "local-like", "--set", "modality=text",
                "--record", file.path,
            ], input: "Tell me about rivers.\nRoll three dice, please.\n",
            environment: ["OPENAI_API_KEY": key])
        #expect(outcome.status == 0, "\(outcome.complaints)")
        let bytes = [UInt8](try Data(contentsOf: file))
        let recording = try Recording(reading: bytes)
        #expect(recording.warnings.isEmpty)
        let sent = Self.types(recording, sent: true)
        #expect(
            sent == [
                "session.update", "conversation.item.create", "response.create",
                "conversation.item.create", "response.create", "conversation.item.create",
                "response.create",
            ])
        let received = Self.types(recording, sent: false)
        #expect(received.count { $0 == "response.done" } == 3)
        #expect(received.contains("response.function_call_arguments.done"))
        #expect(
            recording.events.last?.event.payload == .closed(code: 1000, reason: ""))
        for place in [bytes, outcome.output, [UInt8](outcome.complaints.utf8)] {
            #expect(!String(decoding: place, as: UTF8.self).contains(key))
        }
    }

    @Test func `the key reaches no file of the program, whatever goes wrong`() throws {
        let key = "sk-this-must-not-be-found-anywhere"
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "secret-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let environment = [
            "OPENAI_API_KEY": key, "XDG_STATE_HOME": folder.path, "XDG_CONFIG_HOME": folder.path,
            "TMPDIR": folder.path,
        ]
        let threads = NetworkThreads(count: 1)
        let server = try EmulatorServer(
            configuration: EmulatorConfiguration(scripts: [.handshake401]), threads: threads)
        defer {
            server.stop()
            #expect(throws: Never.self) { try threads.shutDown() }
        }
        // The second and third time the key is part of the address by mistake.
        for (number, url) in [
            server.baseURL, server.baseURL + "?api-key=\(key)",
            "ws://user:\(key)@127.0.0.1:\(server.port)/v1",
        ].enumerated() {
            let record = folder.appending(path: "\(number).jsonl").path
            let outcome = try Self.run(
                ["--provider", "compatible", "--url", url, "--record", record], input: "hello\n",
                environment: environment)
            #expect(outcome.status != 0)
            #expect(!String(decoding: outcome.output, as: UTF8.self).contains(key))
            #expect(!outcome.complaints.contains(key), "\(outcome.complaints)")
        }
        let files = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
        var count = 0
        for case let name as String in files {
            guard let data = FileManager.default.contents(atPath: folder.path + "/" + name) else {
                continue
            }
            count += 1
            #expect(!String(decoding: data, as: UTF8.self).contains(key), "\(name) holds the key")
        }
        #expect(count > 0)
    }

    @Test(arguments: [
        ("handshake-401", "HTTP 401"), ("invalid-api-key", "3000"), ("invalid-model", "4000"),
    ])
    func `a refusal ends the program with its reason`(script: String, words: String) throws {
        let outcome = try Self.run(
            ["--provider", "emulator", "--script", script], input: "hello\n")
        #expect(outcome.status == 1)
        #expect(outcome.complaints.contains(words), "\(outcome.complaints)")
    }

    @Test func `a lost connection is opened again and the conversation goes on`() throws {
        let outcome = try Self.run(
            ["--provider", "emulator", "--script", "close-1011", "--set", "modality=text"],
            input: "One.\nTwo.\n")
        #expect(outcome.status == 0, "\(outcome.complaints)")
        let text = String(decoding: outcome.output, as: UTF8.self)
        #expect(text.components(separatedBy: #"\"type\":\"session.created\""#).count > 2)
    }

    @Test func `a key file that others can read is refused`() throws {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "key-\(UUID().uuidString)")
        try Data("sk-x".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try Self.run(["--provider", "openai", "--key-file", file.path], input: "")
        #expect(outcome.status != 0)
        #expect(outcome.complaints.contains("chmod 600"))
    }

    @Test(arguments: [
        (["--provider", "compatible", "--url", "ws://192.0.2.1/v1"], "--allow-insecure"),
        (["--provider", "openai"], "OPENAI_API_KEY"),
        (["--set", "volume=3"], "volume"),
        (["--url", "ftp://example.org"], "ftp"),
    ])
    func `what cannot work is said in one line`(arguments: [String], words: String) throws {
        let outcome = try Self.run(arguments, input: "", environment: ["OPENAI_API_KEY": ""])
        #expect(outcome.status != 0)
        #expect(outcome.complaints.contains(words), "\(outcome.complaints)")
        #expect(outcome.complaints.split(separator: "\n").count == 1, "\(outcome.complaints)")
    }
}
