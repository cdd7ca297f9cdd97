import QUIC
import Testing

@testable import Networking

struct SourceWatchTests {
    @Test func `another address and a way that is there again are changes, no way is none`() {
        let (first, second) = (
            NetworkAddress(ipv4: 10, 0, 0, 2, port: 0), NetworkAddress(ipv4: 10, 0, 0, 3, port: 0)
        )
        var answers: [NetworkAddress?] = [
            first, first, second, second, nil, nil, second, nil, first, first,
        ]
        var watch = SourceWatch { answers.removeFirst() }
        let changes = (0..<9).map { _ in watch.hasChanged() }
        #expect(changes == [false, true, false, false, false, true, false, true, false])
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func `the way to this machine itself stays`(host: String) throws {
        var watch = SourceWatch(towards: try NetworkAddress.resolving(host: host, port: 9))
        let hasChanged = watch.hasChanged()
        #expect(!hasChanged)
    }
}
