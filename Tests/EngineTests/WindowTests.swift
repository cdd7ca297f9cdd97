import Testing
import Engine

struct WindowTests {
    @Test(arguments: [1, 2, 63, 64, 65, 130])
    func `a window keeps the last values in order, as an array would`(limit: Int) {
        var window = Window<Int>(limit: limit)
        var twin: [Int] = []
        for number in 0..<400 {
            window.append(number)
            twin.append(number)
            if twin.count > limit { twin.removeFirst() }
            #expect(Array(window) == twin)
            #expect(window.droppedCount == number + 1 - twin.count)
            #expect(window.position(ofNumber: number) == twin.count - 1)
        }
        #expect(window.position(ofNumber: 399 - limit) == nil)
        #expect(window.position(ofNumber: 400) == nil)
    }

    @Test func `a change in a copy leaves the original alone`() {
        var window = Window<Int>(limit: 100)
        for number in 0..<250 { window.append(number) }
        var copy = window
        copy[99] = -1
        copy.append(-2)
        #expect(window.last == 249)
        #expect(window.count == 100)
        #expect(Array(copy.suffix(2)) == [-1, -2])
    }
}
