import Testing

@testable import Sharing

struct GuestNumbersTests {
    private func key(_ number: Int) -> [UInt8] { [UInt8(number & 255), UInt8(number >> 8)] }

    @Test func `a guest keeps its number, and the others get the lowest that is free`() {
        var numbers = GuestNumbers(remembering: 3)
        #expect(numbers.number(of: key(1), present: []) == PeerID(1))
        #expect(numbers.number(of: key(2), present: [key(1)]) == PeerID(2))
        #expect(numbers.number(of: key(3), present: [key(1)]) == PeerID(3))
        #expect(numbers.number(of: key(2), present: [key(1)]) == PeerID(2))
        // The oldest that is not here is forgotten.
        #expect(numbers.number(of: key(4), present: [key(1)]) == PeerID(2))
        #expect(numbers.number(of: key(1), present: []) == PeerID(1))
        #expect(numbers.number(of: key(2), present: [key(1)]) == PeerID(3))
    }

    @Test func `those that are here are never forgotten`() {
        var numbers = GuestNumbers(remembering: 2)
        var present: Set<[UInt8]> = []
        for number in 1...5 {
            present.insert(key(number))
            #expect(
                numbers.number(of: key(number), present: present) == PeerID(UInt64(number)))
        }
        for number in 1...5 {
            #expect(
                numbers.number(of: key(number), present: present) == PeerID(UInt64(number)))
        }
    }

    @Test func `100,000 guests have 1,024 numbers`() {
        var numbers = GuestNumbers()
        var most = PeerID(0)
        for number in 0..<100_000 {
            most = max(
                most,
                numbers.number(
                    of: [UInt8(number & 255), UInt8(number >> 8 & 255), UInt8(number >> 16)],
                    present: []))
        }
        #expect(most == PeerID(1_024))
    }
}
