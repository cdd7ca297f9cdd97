internal import CALSA
internal import Synchronization

/// What alsa-lib says beside its error codes: kept for the doctor, never on the screen.
///
/// By default the library writes such lines to standard error, which would tear a full-screen
/// program's picture.
package enum LibraryMessages {
    private static let lines = Mutex<[String]>([])
    private static let limit = 50

    private static let isRouted: Bool = {
        unsafe calsa_route_messages { line in
            guard let line = unsafe line else { return }
            LibraryMessages.keep(unsafe String(cString: line))
        }
        return true
    }()

    private static func keep(_ line: String) {
        lines.withLock { lines in
            if lines.count == limit { lines.removeFirst() }
            lines.append(line)
        }
    }

    /// Keeps the library off standard error, from the first call on.
    static func route() { precondition(isRouted) }

    /// The last lines since the process began, oldest first, at most 50.
    package static var recent: [String] { lines.withLock { $0 } }

    /// The version of alsa-lib, such as "1.2.8".
    package static var version: String { unsafe String(cString: snd_asoundlib_version()) }
}
