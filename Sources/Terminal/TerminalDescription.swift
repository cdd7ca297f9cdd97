internal import CNcurses
internal import Glibc

/// A terminfo description that adds 24-bit colour to the user's terminal type.
///
/// Descriptions with direct colour are in no distribution's base package, some write colours
/// with colons that terminals reject, and `xterm-256color` itself resets the user's palette.
/// So one is derived from the terminal's type and compiled by `tic` (part of ncurses) when a
/// screen first needs it; the cache keeps it.
struct TerminalDescription {
    /// The user's terminal type.
    var base: String

    /// Carries the version of `source`, so that an older one in the cache is not taken.
    var name: String { "midstream-v1-" + base }

    /// The colours 0–255 are the palette, from 256 on there are red, green and blue.
    ///
    /// `RGB` keeps ncurses from a table of all colours. `rep` is cancelled since not every
    /// terminal knows it, `oc` and `initc` since they change the user's palette; what
    /// ncurses calls invisible strikes through. `rmam` lets it write the last cell plainly.
    var source: String {
        """
        \(name)|midstream on \(base),
        \tRGB#8, colors#0x1000100, pairs#0x10000,
        \tccc@, initc@, oc@, rep@, ncv@, acsc@, smacs@, rmacs@, enacs@,
        \top=\\E[39;49m, setaf=\(Self.color("3", "9", "38")), setab=\(Self.color("4", "10", "48")),
        \tsgr0=\\E[m, bold=\\E[1m, dim=\\E[2m, sitm=\\E[3m, ritm=\\E[23m, smul=\\E[4m,
        \trmul=\\E[24m, rev=\\E[7m, invis=\\E[9m, blink@, prot@, smso=\\E[7m, rmso=\\E[27m,
        \tsmam=\\E[?7h, rmam=\\E[?7l,
        \tsgr=\\E[0%?%p6%t;1%;%?%p5%t;2%;%?%p2%t;4%;%?%p1%p3%|%t;7%;%?%p7%t;9%;m,
        \tuse=\(base),

        """
    }

    private static func color(_ normal: String, _ bright: String, _ extended: String) -> String {
        "\\E[%?%p1%{8}%<%t\(normal)%p1%d%e%p1%{16}%<%t\(bright)%p1%{8}%-%d"
            + "%e%p1%{256}%<%t\(extended);5;%p1%d"
            + "%e\(extended);2;%p1%{256}%-%{65536}%/%d;%p1%{256}%-%{256}%/%{255}%&%d;"
            + "%p1%{255}%&%d%;m"
    }

    /// The directory that holds the compiled description, compiled now if need be.
    func compiled(_ environment: [String: String]) throws(TerminalError) -> String {
        let isName = base.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "."), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName else { throw failure("the terminal type's name is unusual") }
        guard let cache = UserDirectory.cache(environment) else {
            throw failure("there is no HOME for the cache")
        }
        let directory = cache + "/terminfo"
        let file = directory + "/m/" + name
        if unsafe access(file, R_OK) == 0 { return directory }
        try UserDirectory.make(directory + "/m")
        try compile(into: directory, file: file)
        return directory
    }

    /// Compiles aside and moves the result into place, so that another process never reads
    /// half a file.
    private func compile(into directory: String, file: String) throws(TerminalError) {
        let aside = "\(directory)/making-\(getpid())"
        try UserDirectory.make(aside)
        defer {
            unsafe unlink(aside + "/source")
            unsafe rmdir(aside + "/m")
            unsafe rmdir(aside)
        }
        try write(to: aside + "/source")
        let status = try run(["tic", "-x", "-o", aside, aside + "/source"])
        guard status == 0, unsafe rename("\(aside)/m/\(name)", file) == 0 else {
            throw failure("tic could not compile the description of \(base)")
        }
    }

    private func write(to path: String) throws(TerminalError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system("write \(path)") }
        defer { close(descriptor) }
        let bytes = Array(source.utf8)
        guard unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw .system("write \(path)")
        }
    }

    /// Runs a program silently and returns its exit status, -1 when a signal ended it.
    private func run(_ arguments: [String]) throws(TerminalError) -> CInt {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for descriptor in 0...2 as ClosedRange<CInt> {
            unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var strings: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
        defer { unsafe strings.forEach { unsafe free($0) } }
        unsafe strings.append(nil)
        var child: pid_t = 0
        let refused = unsafe posix_spawnp(
            &child, arguments[0], &actions, nil, strings, process_environment())
        guard refused == 0 else {
            throw failure("\(arguments[0]) is not there; ncurses-bin has it")
        }
        var status: CInt = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw .system("wait for \(arguments[0])") }
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
    }

    private func failure(_ reason: String) -> TerminalError {
        TerminalError(
            reason: .system, operation: "describe 24-bit colour",
            message: "24-bit colour is off: \(reason)")
    }
}
