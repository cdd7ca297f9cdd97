import SystemPackage
import Engine
import JSONText
import Subprocess

/// Answers calls of tools by running a program: the arguments come on its standard input, what it
/// prints is the answer.
struct ToolRunner: Sendable {
    /// More than this of an answer is cut.
    private static let outputLimit = 256 << 10

    /// Runs `command` in a shell and tells the outcome; a failure is an answer, too, so that the
    /// model can say what went wrong.
    func run(
        _ call: ToolCall, command: String, timeoutMilliseconds: Int,
        then answer: @escaping @Sendable (String) -> Void
    ) {
        Task {
            let output = await Self.outcome(call, command, timeoutMilliseconds)
            answer(output)
        }
    }

    private static func outcome(
        _ call: ToolCall, _ command: String, _ timeoutMilliseconds: Int
    ) async -> String {
        await withTaskGroup(of: String.self) { group in
            group.addTask { await execute(call, command) }
            group.addTask {
                do {
                    try await Task.sleep(for: .milliseconds(timeoutMilliseconds))
                } catch {
                    return failure("the tool was given up")
                }
                return failure("the tool took longer than \(timeoutMilliseconds) ms")
            }
            let first = await group.next() ?? failure("the tool did not run")
            group.cancelAll()
            return first
        }
    }

    private static func execute(_ call: ToolCall, _ command: String) async -> String {
        do {
            let result = try await Subprocess.run(
                .path("/bin/sh"), arguments: ["-c", command, call.name],
                input: .string(call.arguments), output: .string(limit: outputLimit),
                error: .string(limit: 4096))
            guard result.terminationStatus.isSuccess else {
                let words = result.standardError
                return failure("\(command) failed (\(result.terminationStatus)): \(words)")
            }
            return result.standardOutput
        } catch {
            return failure("\(command): \(error)")
        }
    }

    private static func failure(_ message: String) -> String {
        let json: JSON = ["error": .string(message)]
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
