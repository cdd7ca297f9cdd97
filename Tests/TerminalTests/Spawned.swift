import Foundation

/// Runs a program to its end.
///
/// Foundation's `Process` waits for a descriptor that children inherit to close, and so for
/// the server that tmux leaves behind; this one waits for the process.
enum Spawned {
    struct Result {
        var status: CInt
        var output: String
        var errors: String
    }

    static func run(_ arguments: [String], input: String = "/dev/null") throws -> Result {
        let base = FileManager.default.temporaryDirectory.path + "/spawned-\(UUID().uuidString)"
        let files = ["\(base).out", "\(base).err"]
        defer {
            for file in files { unsafe unlink(file) }
        }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        for (index, file) in files.enumerated() {
            unsafe posix_spawn_file_actions_addopen(
                &actions, CInt(index + 1), file, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        // The threads that run tests block all signals, and children inherit that.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var strings = unsafe arguments.map { unsafe strdup($0) }
        defer { unsafe strings.forEach { unsafe free($0) } }
        unsafe strings.append(nil)
        var variables = unsafe ProcessInfo.processInfo.environment.map { name, value in
            unsafe strdup("\(name)=\(value)")
        }
        defer { unsafe variables.forEach { unsafe free($0) } }
        unsafe variables.append(nil)
        var child: pid_t = 0
        let refused = unsafe posix_spawn(
            &child, arguments[0], &actions, &attributes, strings, variables)
        guard refused == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: refused) ?? .EIO)
        }
        var status: CInt = 0
        while unsafe waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return Result(
            status: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F,
            output: try String(contentsOfFile: files[0], encoding: .utf8),
            errors: try String(contentsOfFile: files[1], encoding: .utf8))
    }
}
