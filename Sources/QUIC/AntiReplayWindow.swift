/// The tickets seen lately, so that early data is taken once only (RFC 8446, section 8.2).
///
/// When it is full of tickets that may still come again, a new one is refused: early data then
/// costs a round trip, but is never taken twice.
package struct AntiReplayWindow: Sendable {
    private var expiries: [[UInt8]: Int64] = [:]
    /// The order of arrival, which is nearly that of expiry.
    private var order: [[UInt8]] = []
    private var head = 0
    package let capacity: Int

    package init(capacity: Int) { self.capacity = capacity }

    package var count: Int { expiries.count }

    /// Notes a ticket until `expiry`; false when it was seen before or there is no room for it.
    /// Times are in seconds of any one clock. Amortised O(1).
    package mutating func insert(_ key: [UInt8], expiry: Int64, now: Int64) -> Bool {
        while head < order.count, let oldest = expiries[order[head]], oldest < now {
            expiries[order[head]] = nil
            head += 1
        }
        if head >= 64, head * 2 >= order.count {
            order.removeFirst(head)
            head = 0
        }
        guard expiries[key] == nil, expiries.count < capacity else {
            return false
        }
        expiries[key] = expiry
        order.append(key)
        return true
    }
}
