import Foundation
package import QUIC
import Timeline

/// Certificates and settings that the tests share.
package enum Fixture {
    package static let certificate = Result { try DevelopmentCertificate(start: now - 3_600) }
    package static let otherCertificate = Result { try DevelopmentCertificate(start: now - 3_600) }
    package static let now = Int(Date().timeIntervalSince1970)

    package static let serverAddress = NetworkAddress(ipv4: 10, 0, 0, 1, port: 4433)
    package static let clientAddress = NetworkAddress(ipv4: 10, 0, 0, 2, port: 5000)
    package static let secret = [UInt8](repeating: 7, count: 32)

    package static func server(_ change: (inout ServerSettings) -> Void = { _ in }) throws
        -> EndpointSettings
    {
        var settings = EndpointSettings()
        var server = ServerSettings(identity: try certificate.get().identity, protocols: ["test"])
        change(&server)
        settings.server = server
        settings.secret = secret
        settings.wallClockAtZero = UInt64(now) * 1_000_000_000
        return settings
    }

    package static func client() throws -> EndpointSettings {
        var settings = EndpointSettings()
        settings.trust = .authorities(pem: try certificate.get().authority)
        return settings
    }

    package static var connection: ClientSettings {
        ClientSettings(serverName: "localhost", protocols: ["test"])
    }

    /// How many seeds a property is tried with; `SIMULATION_SEEDS` for more.
    package static func seeds(_ standard: Int) -> Range<UInt64> {
        let wanted = ProcessInfo.processInfo.environment["SIMULATION_SEEDS"].flatMap { Int($0) }
        return 0..<UInt64(wanted ?? standard)
    }

    package static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        var out: [UInt8] = []
        out.reserveCapacity(count + 8)
        while out.count < count {
            let word = random.next()
            for shift in stride(from: 0, to: 64, by: 8) {
                out.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return Array(out.prefix(count))
    }
}
