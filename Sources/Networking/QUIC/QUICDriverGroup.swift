import NIOCore
package import QUIC
package import Timeline

/// Several endpoints on one port, for as many cores; a connection belongs to one of them.
package final class QUICDriverGroup: Sendable {
    package let drivers: [QUICDriver]

    package var localAddress: NetworkAddress { drivers[0].localAddress }
    package var port: Int { drivers[0].port }

    /// Binds `count` sockets (1 to 256) with SO_REUSEPORT; `user` is made on the thread of each.
    /// They share a secret and the record of early data, so that a token or a ticket holds whichever
    /// of them a client comes to. Not to be called on a networking thread.
    package init(
        _ settings: EndpointSettings, count: Int, host: String, port: Int,
        threads: NetworkThreads, now: @escaping @Sendable () -> Instant,
        user: @escaping @Sendable (Int) -> any EndpointUser
    ) throws(NetworkError) {
        precondition((1...256).contains(count), "one byte tells the endpoints apart")
        var settings = settings
        if settings.secret == nil {
            var random = SystemRandomNumberGenerator()
            settings.secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        }
        if let server = settings.server, server.antiReplayRecord == nil {
            settings.server?.antiReplayRecord = AntiReplayRecord(
                capacity: server.antiReplayCapacity)
        }
        let steering = EndpointSteering(count: count)
        var address = try NetworkAddress.resolving(host: host, port: port)
        var drivers: [QUICDriver] = []
        do throws(NetworkError) {
            for index in 0..<count {
                settings.steeringByte = UInt8(index)
                let driver = try QUICDriver(
                    settings, address: address, steering: steering, thread: threads.next(),
                    now: now
                ) { user(index) }
                drivers.append(driver)
                address = driver.localAddress
            }
        } catch {
            for driver in drivers { driver.close() }
            throw error
        }
        self.drivers = drivers
    }

    package func close() { for driver in drivers { driver.close() } }
}
