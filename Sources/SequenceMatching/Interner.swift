/// Gives words and event names dense ids, in order of first appearance.
///
/// Every algorithm of the module compares ids; the text is hashed once. O(length) per call.
package struct Interner: Sendable {
    private var ids: [[UInt8]: Int32] = [:]
    private var texts: [[UInt8]] = []

    package init() {}

    /// The number of ids given so far; the ids are `0 ..< count`.
    package var count: Int { texts.count }

    /// The id of `text`, a new one when it was never seen.
    package mutating func id(of text: [UInt8]) -> Int32 {
        if let known = ids[text] { return known }
        let fresh = Int32(texts.count)
        ids[text] = fresh
        texts.append(text)
        return fresh
    }

    /// The id of `text`, or nil when it was never seen.
    package func find(_ text: [UInt8]) -> Int32? { ids[text] }

    /// The text behind an id that this interner gave.
    package func text(_ id: Int32) -> [UInt8] {
        precondition(id >= 0 && Int(id) < texts.count, "an id of another interner")
        return texts[Int(id)]
    }
}
