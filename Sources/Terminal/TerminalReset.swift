internal import CNcurses
internal import Glibc

extension TerminalScreen {
    /// Brings a terminal back that a killed program left behind (`--reset-terminal`).
    ///
    /// Switches off what this program switches on, whatever the terminal's type, and sets the
    /// usual modes of a line-editing terminal. Control characters keep the user's choice.
    package static func reset() throws(TerminalError) {
        let terminal = unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { throw .notATerminal }
        defer { Glibc.close(terminal) }
        let bytes = ControlSequences.reset
        var sent = 0
        while sent < bytes.count {
            let count = unsafe write(terminal, Array(bytes[sent...]), bytes.count - sent)
            if count < 0, errno != EINTR { throw .system("write to the terminal") }
            sent += max(0, count)
        }
        var modes = termios()
        guard unsafe tcgetattr(terminal, &modes) == 0 else {
            throw .system("read the terminal's modes")
        }
        modes.c_iflag |= tcflag_t(ICRNL | IXON)
        modes.c_iflag &= ~tcflag_t(IGNBRK | INLCR | IGNCR | ISTRIP)
        modes.c_oflag |= tcflag_t(OPOST | ONLCR)
        modes.c_lflag |= tcflag_t(ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK)
        modes.c_lflag &= ~tcflag_t(ECHONL | NOFLSH | TOSTOP)
        guard unsafe tcsetattr(terminal, TCSADRAIN, &modes) == 0 else {
            throw .system("set the terminal's modes")
        }
    }
}
