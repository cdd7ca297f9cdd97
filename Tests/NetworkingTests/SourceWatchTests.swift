import QUIC
import Testing

@testable import Networking

struct SourceWatchTests {
    @Test func `a new address, or a way that is there again, is announced four times`() {
        let (first, second) = (
            NetworkAddress(ipv4: 10, 0, 0, 2, port: 0), NetworkAddress(ipv4: 10, 0, 0, 3, port: 0)
        )
        var answers: [NetworkAddress?] = [
            first, first, second, second, nil, second, second, second, second, second, nil, nil,
        ]
        answers += [second, first, first, first, first, first]
        var watch = SourceWatch { answers.removeFirst() }
        let announced = (0..<answers.count).map { _ in watch.mustAnnounce() }
        let expected: [Bool] = [
            false, true, true, false, true, true, true, true, false, false, false,
            true, true, true, true, true, false,
        ]
        #expect(announced == expected)
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func `the way to this machine itself stays`(host: String) throws {
        var watch = SourceWatch(towards: try NetworkAddress.resolving(host: host, port: 9))
        let announced = watch.mustAnnounce()
        #expect(!announced)
    }
}
