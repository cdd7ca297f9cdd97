internal import CNcurses
internal import Glibc

/// The user's own directories (XDG Base Directory Specification).
package enum UserDirectory {
    /// What can be made again: `$XDG_CACHE_HOME/midstream` or `~/.cache/midstream`.
    package static func cache(_ environment: [String: String]) -> String? {
        path("XDG_CACHE_HOME", "/.cache", environment)
    }

    /// What a person has set: `$XDG_CONFIG_HOME/midstream` or `~/.config/midstream`.
    package static func configuration(_ environment: [String: String]) -> String? {
        path("XDG_CONFIG_HOME", "/.config", environment)
    }

    /// What the program leaves behind: `$XDG_STATE_HOME/midstream`.
    package static func state(_ environment: [String: String]) -> String? {
        path("XDG_STATE_HOME", "/.local/state", environment)
    }

    /// A relative path in such a variable is invalid by the specification.
    private static func path(
        _ name: String, _ fallback: String, _ environment: [String: String]
    ) -> String? {
        if let set = environment[name], set.hasPrefix("/") { return set + "/midstream" }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + fallback + "/midstream"
    }

    /// Makes the directory and those above it, for the user alone.
    package static func make(_ path: String) throws(TerminalError) {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/" + part
            if unsafe mkdir(made, 0o700) != 0, errno != EEXIST { throw .system("make \(made)") }
        }
    }
}

/// The environment the process was started with.
package func processEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    guard var entry = unsafe process_environment() else { return result }
    while let text = unsafe entry.pointee {
        let line = unsafe String(cString: text)
        if let equals = line.firstIndex(of: "=") {
            result[String(line[..<equals])] = String(line[line.index(after: equals)...])
        }
        unsafe entry += 1
    }
    return result
}
