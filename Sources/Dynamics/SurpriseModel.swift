/// How surprising each symbol of a stream is after the symbols before it, in bits.
///
/// An adaptive order-k model: the share of a symbol after each of the last 0 … k symbols, where what
/// was never seen gets the weight that new symbols had so far (Witten and Bell, IEEE Transactions on
/// Information Theory 37, 1991; escape method C of prediction by partial matching), down to
/// `alphabet` equally likely symbols. Predict first, learn then: the bits are what an adaptive
/// code would spend. O(order) per symbol; memory is bounded: when the table is three quarters full
/// all counts are halved and what falls to zero is forgotten.
package struct SurpriseModel: Sendable {
    package let order: Int
    /// The bits that an unknown symbol costs at most before anything was learned.
    package let alphabetBits: Double
    /// Symbols that were observed.
    package private(set) var observed: UInt64 = 0
    private var slots: [Slot]
    private var used = 0
    /// The last symbols, newest first, and how many there are up to the order.
    private var past = SIMD8<UInt64>()
    private var pastCount = 0

    private struct Slot: Sendable {
        /// The hash of a context, or of a context and the symbol after it; 0 is free.
        var key: UInt64 = 0
        /// The context of a symbol's slot; 0 in a context's own.
        var context: UInt64 = 0
        var count: UInt32 = 0
        /// How many different symbols came after the context.
        var distinct: UInt32 = 0
    }

    package init(order: Int = 3, alphabetBits: Double = 16, capacity: Int = 16384) {
        precondition(order >= 0 && order <= 8 && alphabetBits >= 0, "an order from 0 to 8")
        precondition(capacity >= 64 && capacity & (capacity - 1) == 0, "a power of two")
        self.order = order
        self.alphabetBits = alphabetBits
        slots = [Slot](repeating: Slot(), count: capacity)
    }

    /// The bits of `symbol`, which is learned afterwards.
    package mutating func observe(_ symbol: UInt64) -> Double {
        var probability = Mathematics.exp(-alphabetBits * 0.6931471805599453)
        var contexts = SIMD16<UInt64>()
        var context: UInt64 = 0x9E37_79B9_7F4A_7C15
        for length in 0...pastCount {
            if length > 0 { context = Self.mixed(context, past[length - 1]) }
            contexts[length] = context
            let known = slots[place(of: context)]
            guard known.count > 0 else { continue }
            let count = slots[place(of: Self.mixed(~context, symbol))].count
            let escape = Double(known.distinct)
            probability =
                (Double(count) + escape * probability) / (Double(known.count) + escape)
        }
        for length in 0...pastCount { learn(symbol, after: contexts[length]) }
        for place in stride(from: order - 1, to: 0, by: -1) { past[place] = past[place - 1] }
        if order > 0 { past[0] = symbol }
        pastCount = min(order, pastCount + 1)
        observed += 1
        return -Mathematics.log(probability) / 0.6931471805599453
    }

    private mutating func learn(_ symbol: UInt64, after context: UInt64) {
        if 4 * (used + 2) > 3 * slots.count { forget() }
        let isNew = add(1, to: Self.mixed(~context, symbol), context: context)
        _ = add(1, to: context, context: 0)
        if isNew { slots[place(of: context)].distinct += 1 }
    }

    /// Returns whether the key was new.
    private mutating func add(_ count: UInt32, to key: UInt64, context: UInt64) -> Bool {
        let place = place(of: key)
        let isNew = slots[place].key == 0
        if isNew {
            slots[place].key = key
            slots[place].context = context
            used += 1
        }
        slots[place].count += count
        return isNew
    }

    /// Halves the counts of all symbols; contexts are counted anew from what remains.
    private mutating func forget() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count)
        used = 0
        for slot in old where slot.context != 0 && slot.count > 1 {
            _ = add(slot.count / 2, to: slot.key, context: slot.context)
            _ = add(slot.count / 2, to: slot.context, context: 0)
            slots[place(of: slot.context)].distinct += 1
        }
    }

    /// The slot of a key, or the free one where it would be. Linear probing.
    private func place(of key: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: key >> 20) & (slots.count - 1)
        while slots[place].key != 0 && slots[place].key != key {
            place = (place + 1) & (slots.count - 1)
        }
        return place
    }

    /// A hash of both; contexts are inverted for the slots of the symbols after them, so that these
    /// are not taken for longer contexts (the finaliser of MurmurHash3); never 0.
    private static func mixed(_ context: UInt64, _ symbol: UInt64) -> UInt64 {
        var bits = context &* 0xFF51_AFD7_ED55_8CCD ^ symbol &+ 0x9E37_79B9_7F4A_7C15
        bits ^= bits >> 33
        bits &*= 0xFF51_AFD7_ED55_8CCD
        bits ^= bits >> 33
        bits &*= 0xC4CE_B9FE_1A85_EC53
        bits ^= bits >> 33
        return bits | 1
    }
}
