import Glibc

/// The lines of standard input, as they come.
struct InputLines {
    private var line: [UInt8] = []
    /// Whether nothing will come any more.
    private(set) var isEnded = false

    /// What to wait for; no descriptor at all once the input has ended.
    var descriptor: CInt { isEnded ? -1 : STDIN_FILENO }

    /// Reads what is there; lines of white space only are left out.
    mutating func read() -> [String] {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        let count = unsafe Glibc.read(STDIN_FILENO, &buffer, buffer.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        guard count > 0 else {
            isEnded = true
            return take()
        }
        var lines: [String] = []
        for byte in buffer[..<count] {
            if byte == 0x0A { lines += take() } else { line.append(byte) }
        }
        return lines
    }

    private mutating func take() -> [String] {
        let text = String(decoding: line, as: UTF8.self)
        line.removeAll(keepingCapacity: true)
        return text.contains { !$0.isWhitespace } ? [text] : []
    }
}
