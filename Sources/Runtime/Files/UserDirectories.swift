import Terminal

/// A person's own directories for this program (XDG Base Directory Specification).
package struct UserDirectories: Sendable {
    /// `$XDG_CONFIG_HOME/midstream`; nil without a home.
    package let configuration: String?
    /// `$XDG_STATE_HOME/midstream`; nil without a home.
    package let state: String?

    package init(environment: [String: String] = processEnvironment()) {
        configuration = Self.path("XDG_CONFIG_HOME", "/.config", environment)
        state = Self.path("XDG_STATE_HOME", "/.local/state", environment)
    }

    /// A relative path in such a variable is invalid by the specification.
    private static func path(
        _ name: String, _ fallback: String, _ environment: [String: String]
    ) -> String? {
        if let set = environment[name], set.hasPrefix("/") { return set + "/midstream" }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return home + fallback + "/midstream"
    }
}
