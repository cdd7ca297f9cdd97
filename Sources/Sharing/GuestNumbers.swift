/// The numbers by which guests are known, the lowest that are free: so their sources in a log are
/// few, however many come and go.
///
/// Who has been here keeps its number, as long as not too many others come.
struct GuestNumbers {
    private var numbers: [[UInt8]: PeerID] = [:]
    /// Those that have a number, the oldest first.
    private var keys: [[UInt8]] = []
    private var taken: Set<PeerID> = []
    private let limit: Int

    init(remembering limit: Int = 1_024) { self.limit = limit }

    /// The number that a guest has had before, or the lowest that is free.
    ///
    /// - Parameter present: the guests that are here and keep theirs.
    mutating func number(of key: [UInt8], present: Set<[UInt8]>) -> PeerID {
        if let known = numbers[key] { return known }
        if keys.count >= limit, let oldest = keys.firstIndex(where: { !present.contains($0) }),
            let free = numbers.removeValue(forKey: keys.remove(at: oldest))
        {
            taken.remove(free)
        }
        var peer = PeerID(1)
        while taken.contains(peer) { peer.number += 1 }
        numbers[key] = peer
        keys.append(key)
        taken.insert(peer)
        return peer
    }
}
