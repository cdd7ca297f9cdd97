internal import Glibc

/// Why the terminal cannot be used, in words for standard error, and how to exit then.
package struct TerminalError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// Standard input or output is no terminal.
        case notATerminal
        /// There is no description of the terminal's type, or it cannot place the cursor.
        case unsuitableType
        /// The system refused an operation.
        case system
    }

    package var reason: Reason
    /// What was tried: "open the terminal".
    package var operation: String
    /// The C library's error number, 0 where there is none.
    package var code: CInt
    package var message: String

    package init(reason: Reason, operation: String, code: CInt = 0, message: String) {
        self.reason = reason
        self.operation = operation
        self.code = code
        self.message = message
    }

    /// The error `errno` tells of, right after a system call failed.
    static func system(_ operation: String) -> TerminalError {
        let code = errno
        return TerminalError(
            reason: .system, operation: operation, code: code,
            message: "cannot \(operation): \(unsafe String(cString: strerror(code)))")
    }

    package var description: String { message }

    /// sysexits.h: usage (64) when there is no terminal, configuration (78) when its type
    /// does not do, operating system error (71) else.
    package var exitCode: CInt {
        switch reason {
        case .notATerminal: 64
        case .unsuitableType: 78
        case .system: 71
        }
    }

    static let notATerminal = TerminalError(
        reason: .notATerminal, operation: "open the terminal",
        message: "standard input and output must be a terminal; for text use replay with"
            + " --plain or --frame")

    static func unsuitable(type: String, knows: Bool) -> TerminalError {
        let problem =
            type.isEmpty
            ? "TERM is not set"
            : knows
                ? "the terminal type '\(type)' cannot place the cursor"
                : "there is no description of the terminal type '\(type)'"
        return TerminalError(
            reason: .unsuitableType, operation: "open the terminal",
            message: "\(problem); set TERM to what the terminal is, such as xterm-256color"
                + " (or install its description), or use replay with --plain or --frame")
    }
}
