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

    /// Whether there is another way than when it was asked last; false while there is none.
    package mutating func hasChanged() -> Bool {
        let before = source
        source = ask()
        return source != before && source != nil
    }
}
