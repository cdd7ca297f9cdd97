import Testing

@testable import QUIC

struct SendQueueTests {
    @Test func `what is acknowledged is let go at once`() {
        var queue = SendQueue()
        weak var first: SharedBytes?
        weak var second: SharedBytes?
        do {
            let bytes = [SharedBytes([1, 2, 3]), SharedBytes([4, 5])]
            (first, second) = (bytes[0], bytes[1])
            for piece in bytes { queue.append(piece) }
        }
        queue.advance(4, withFinish: false)
        queue.acknowledge(2)
        #expect(first != nil)
        queue.acknowledge(4)
        #expect(first == nil && second != nil)
        queue.advance(1, withFinish: false)
        queue.acknowledge(5)
        #expect(second == nil && queue.unacknowledged == 0)
    }
}
