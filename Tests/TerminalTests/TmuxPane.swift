import Foundation

/// A shell in a tmux of its own: a real terminal for end-to-end tests.
///
/// Conditions are polled until the test's time is over; nothing waits for a fixed time.
final class TmuxPane {
    static let program: String? = ["/usr/bin/tmux", "/usr/local/bin/tmux", "/bin/tmux"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    /// The test host, which is built beside the tests.
    static let host: String =
        (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
        .deletingLastPathComponent().appendingPathComponent("terminal-host").path

    /// Where the pane's files are; gone with the pane.
    let directory: String
    private let socket: String

    /// The terminal's state as tmux knows it.
    struct State: Equatable {
        var isAlternate: Bool
        var hasMouse: Bool
        var hasCursor: Bool

        static let normal = State(isAlternate: false, hasMouse: false, hasCursor: true)
        static let taken = State(isAlternate: true, hasMouse: true, hasCursor: false)
    }

    /// Starts a shell with these variables added to a plain environment.
    init(_ variables: [String: String] = [:]) throws {
        socket = "midstream-\(UUID().uuidString.prefix(8))"
        directory = FileManager.default.temporaryDirectory.path + "/" + socket
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        var environment = [
            "TERM": "tmux-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PS1": "$ ",
            "HOME": directory, "HISTFILE": "", "SWIFT_BACKTRACE": "enable=no",
            "PATH": "/usr/bin:/bin",
        ]
        environment.merge(variables) { $1 }
        let assignments = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        try tmux(
            ["new-session", "-d", "-x", "80", "-y", "24", "env", "-i"] + assignments
                + ["bash", "--norc", "--noprofile", "-i"])
        try until("a prompt") { $0.text.contains("$") }
    }

    deinit {
        do {
            try tmux(["kill-server"])
        } catch {
            // It ended with its last session: that is what was wanted.
        }
        do {
            try FileManager.default.removeItem(atPath: directory)
        } catch {
            print("left \(directory): \(error)")
        }
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    @discardableResult
    func tmux(_ arguments: [String]) throws -> String {
        let program = [Self.program ?? "/usr/bin/tmux", "-u", "-L", socket, "-f", "/dev/null"]
        let result = try Spawned.run(program + arguments)
        guard result.status == 0 else {
            throw Failure(description: "tmux \(arguments): \(result.status) \(result.errors)")
        }
        return result.output
    }

    /// What the pane shows; empty once it is gone.
    var text: String { (try? tmux(["capture-pane", "-p"])) ?? "" }

    var state: State? {
        let words = try? tmux(["display", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}"])
        guard let flags = words?.split(whereSeparator: \.isWhitespace), flags.count == 3 else {
            return nil
        }
        return State(
            isAlternate: flags[0] == "1", hasMouse: flags[1] == "1", hasCursor: flags[2] == "1")
    }

    /// Types text as it is, bytes of sequences included.
    func type(_ text: String) throws { try tmux(["send-keys", "-l", text]) }

    func press(_ keys: String...) throws { try tmux(["send-keys"] + keys) }

    /// Types a command line.
    func run(_ command: String) throws {
        try type(command)
        try press("Enter")
    }

    /// Runs the host between two looks at the terminal's modes, and waits for its frame.
    func start(_ prefix: String = "") throws {
        try run(
            "ulimit -c 0; stty -a >~/before; \(prefix) sh -c 'echo $$ >~/pid; exec \(Self.host)'; "
                + "echo \"rc $?\"; stty -a >~/after; echo done >~/done")
        try until("the host's frame") { $0.text.contains("size 80x24") }
    }

    var processID: pid_t? { (try? file("pid")).flatMap { pid_t($0.dropLast()) } }

    func file(_ name: String) throws -> String {
        try String(contentsOfFile: directory + "/" + name, encoding: .utf8)
    }

    func has(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: directory + "/" + name)
    }

    /// Polls until the condition holds; throws with the screen's text when the test's time is
    /// over.
    func until(_ what: String, _ condition: (TmuxPane) throws -> Bool) throws {
        while try !condition(self) {
            guard !Task.isCancelled else {
                throw Failure(description: "waited for \(what) in vain; the screen:\n\(text)")
            }
            usleep(2000)
        }
    }

    /// The letter of a process's state in /proc; nil when it is gone.
    static func stateLetter(_ process: pid_t) -> Character? {
        guard
            let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = status.lastIndex(of: ")")
        else { return nil }
        return status[status.index(end, offsetBy: 2)...].first
    }
}
