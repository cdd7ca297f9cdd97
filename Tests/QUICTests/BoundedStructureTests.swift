import Foundation
import QUIC
import SimulatedNetwork
import Testing
import Timeline

struct BoundedStructureTests {
    @Test func `a ticket is taken once while it is remembered`() {
        var window = AntiReplayWindow(capacity: 2)
        let tries: [(key: UInt8, expiry: Int64, now: Int64, isTaken: Bool)] = [
            (1, 10, 0, true), (1, 10, 5, false), (2, 12, 5, true),
            // Full of what may still come again: refused rather than forgotten.
            (3, 15, 6, false), (3, 15, 11, true), (2, 20, 11, false),
        ]
        for entry in tries {
            let isTaken = window.insert([entry.key], expiry: entry.expiry, now: entry.now)
            #expect(isTaken == entry.isTaken)
        }
        #expect(window.count == 2)
    }

    @Test func `a window never holds more than its capacity`() {
        var random = SeededRandom(seed: 3)
        var window = AntiReplayWindow(capacity: 50)
        for now in 0..<5_000 {
            let key = [UInt8(truncatingIfNeeded: random.next()), UInt8(random.next() % 8)]
            _ = window.insert(key, expiry: Int64(now) + 40, now: Int64(now))
            #expect(window.count <= 50)
        }
    }

    @Test func `deadlines come in order whatever was changed`() {
        for seed in 0..<100 {
            var random = SeededRandom(seed: UInt64(seed))
            var heap = DeadlineHeap()
            var naive: [UInt64: Instant] = [:]
            for _ in 0..<300 {
                let key = random.next() % 16
                let time = Instant(nanoseconds: Int64(random.next() % 1_000))
                switch random.next() % 4 {
                case 0:
                    heap.set(nil, for: key)
                    naive[key] = nil
                case 1:
                    let now = Instant(nanoseconds: Int64(random.next() % 200))
                    let due = naive.filter { $0.value <= now }
                        .min { ($0.value, $0.key) < ($1.value, $1.key) }
                    #expect(heap.popDue(now) == due?.key)
                    if let due { naive[due.key] = nil }
                default:
                    heap.set(time, for: key)
                    naive[key] = time
                }
                #expect(heap.first() == naive.values.min())
                #expect(heap.isEmpty == naive.isEmpty)
            }
        }
    }

    @Test(arguments: ["127.0.0.1:4433", "[::1]:1", "[2001:db8::ff00:42:8329]:65535", "0.0.0.0:0"])
    func `an address is read and written alike`(text: String) {
        #expect(NetworkAddress(text)?.description == text)
    }

    @Test(arguments: ["", "localhost:1", "1.2.3:4", "1.2.3.4", "1.2.3.4:65536", "::1:5", "[::1]"])
    func `what is no address is refused`(text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test func `a development certificate has a hash, a chain and a key`() throws {
        let made = try DevelopmentCertificate(names: ["peer.example"], start: Fixture.now)
        #expect(made.hash.count == 32)
        #expect(made.identity.chain.components(separatedBy: "BEGIN CERTIFICATE").count == 3)
        #expect(made.identity.key.contains("PRIVATE KEY"))
        #expect(made.identity.chain.hasSuffix(made.authority))
    }
}
