/// A truth value so far: whether it holds if the trace ends now, and whether that is final.
struct TruthValue: Sendable, Equatable {
    var bits: UInt8

    init(bits: UInt8) { self.bits = bits }

    @inline(__always)
    init(holds: Bool, isFinal: Bool) { bits = (holds ? 1 : 0) | (isFinal ? 2 : 0) }

    static let no = TruthValue(bits: 2)
    static let yes = TruthValue(bits: 3)
    /// Pending; the finite-trace answer is no.
    static let pendingNo = TruthValue(bits: 0)
    static let pendingYes = TruthValue(bits: 1)
    /// Stands for "was not there" in a change.
    static let absent = TruthValue(bits: 255)

    var holds: Bool { bits & 1 != 0 }
    var isFinal: Bool { bits & 2 != 0 }
    /// Whether it may still turn out true.
    var isPossible: Bool { self != .no }

    var negated: TruthValue { TruthValue(bits: bits ^ 1) }

    static func & (a: TruthValue, b: TruthValue) -> TruthValue {
        if a == .no || b == .no { return .no }
        return TruthValue(bits: a.bits & b.bits)
    }

    static func | (a: TruthValue, b: TruthValue) -> TruthValue { (a.negated & b.negated).negated }

    func isEquivalent(to b: TruthValue) -> TruthValue {
        TruthValue(holds: holds == b.holds, isFinal: isFinal && b.isFinal)
    }
}
