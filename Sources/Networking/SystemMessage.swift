import Glibc

enum SystemMessage {
    /// The system's words for an error number.
    static func text(_ code: CInt) -> String { unsafe String(cString: strerror(code)) }
}
