internal import Glibc

/// Standard error in a file while the screen is up, so that nothing scribbles over it.
struct StandardErrorLog {
    /// Where it goes.
    var path: String
    /// The file, and the standard error there was; both closed on exec.
    private var file: CInt
    private(set) var before: CInt

    /// A log above this size starts anew.
    private static let sizeLimit: off_t = 1 << 20

    /// Opens the log, nil when standard error is no terminal: then somebody wants it there.
    init?(_ environment: [String: String]) throws(TerminalError) {
        guard isatty(STDERR_FILENO) == 1 else { return nil }
        guard let directory = UserDirectory.state(environment) else {
            throw TerminalError(
                reason: .system, operation: "keep standard error",
                message: "cannot keep standard error in a file: there is no HOME")
        }
        try UserDirectory.make(directory)
        path = directory + "/stderr.log"
        file = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("open \(path)") }
        var status = stat()
        if unsafe fstat(file, &status) == 0, status.st_size > Self.sizeLimit {
            _ = ftruncate(file, 0)
        }
        before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        guard before >= 0 else {
            let error = TerminalError.system("duplicate standard error")
            Glibc.close(file)
            throw error
        }
    }

    func begin() { dup2(file, STDERR_FILENO) }

    func end() { dup2(before, STDERR_FILENO) }

    func close() {
        end()
        Glibc.close(before)
        Glibc.close(file)
    }
}
