internal import CNcurses
internal import Cells
internal import Glibc

/// The terminal as a device: two descriptors of our own that never block, and its modes.
///
/// They are new open file descriptions, since O_NONBLOCK on the inherited ones would reach
/// the shell, and whoever else shares them, too.
struct TerminalDevice {
    let input: CInt
    let output: CInt
    /// The modes that the user had.
    let saved: termios

    /// Throws when standard input or output is no terminal.
    init() throws(TerminalError) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw .notATerminal
        }
        var modes = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &modes) == 0 else {
            throw .system("read the terminal's modes")
        }
        saved = modes
        input = try Self.open(STDIN_FILENO, O_RDONLY)
        do {
            output = try Self.open(STDOUT_FILENO, O_WRONLY)
        } catch {
            Glibc.close(input)
            throw error
        }
    }

    /// Opens the terminal behind a descriptor once more: by its name, or through /proc where
    /// that is not visible (a container), or as the controlling terminal.
    private static func open(_ descriptor: CInt, _ mode: CInt) throws(TerminalError) -> CInt {
        var names = ["/proc/self/fd/\(descriptor)", "/dev/tty"]
        if let name = unsafe ttyname(descriptor) {
            names.insert(unsafe String(cString: name), at: 0)
        }
        for name in names {
            let opened = unsafe Glibc.open(name, mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
            if opened >= 0 { return opened }
        }
        throw .system("open \(names[0])")
    }

    /// Takes every byte as it is: no echo, no lines, no signals from keys.
    func setRaw() throws(TerminalError) {
        var raw = saved
        unsafe cfmakeraw(&raw)
        while unsafe tcsetattr(input, TCSANOW, &raw) != 0 {
            guard errno == EINTR else { throw .system("set the terminal's modes") }
        }
    }

    /// What the terminal says of its size; 80×24 when it says nothing.
    var size: Size {
        var numbers: (CInt, CInt) = (0, 0)
        let result = unsafe withUnsafeMutablePointer(to: &numbers) { pair in
            unsafe pair.withMemoryRebound(to: CInt.self, capacity: 2) { rows in
                unsafe terminal_size(output, rows)
            }
        }
        guard result == 0, numbers.0 > 0, numbers.1 > 0 else {
            return Size(columns: 80, rows: 24)
        }
        return Size(columns: Int(numbers.1), rows: Int(numbers.0))
    }

    func close() {
        Glibc.close(input)
        Glibc.close(output)
    }
}
