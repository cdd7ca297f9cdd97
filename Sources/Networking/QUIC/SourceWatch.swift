package import QUIC

/// Notices that this machine would reach another from another address of its own than before, or
/// can reach it again.
///
/// It asks the kernel's routing table, at a few microseconds a question, whenever somebody wants to
/// know; nothing needs to be sent.
package struct SourceWatch {
    private let ask: () -> NetworkAddress?
    /// Nil while there is no way.
    private var source: NetworkAddress?
    private var announcements = 0

    /// Somebody who goes back to where he just was is not followed at once.
    private static let announcementsPerChange = 4

    package init(towards remote: NetworkAddress) {
        self.init {
            do throws(NetworkError) {
                return try remote.source()
            } catch {
                // No way there is what is to be known.
                return nil
            }
        }
    }

    init(asking ask: @escaping () -> NetworkAddress?) {
        self.ask = ask
        source = ask()
    }

    /// Whether the other is to be told where this machine is: when there is another way than at the
    /// last call, and at the next three calls; not while there is none. To be called twice a second.
    package mutating func mustAnnounce() -> Bool {
        let before = source
        source = ask()
        guard source != nil else { return false }
        if source != before { announcements = Self.announcementsPerChange }
        guard announcements > 0 else { return false }
        announcements -= 1
        return true
    }
}
