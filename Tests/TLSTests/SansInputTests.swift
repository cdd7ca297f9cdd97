import TLS
import Testing

/// A client and a server of ours, joined by hand.
struct SansInputTests {
    private func contexts() throws -> (client: TLSContext, server: TLSContext) {
        let certificates = try Certificates.shared.get()
        let client = try TLSContext(
            client: .init(
                authorities: [certificates.path("ca.pem")], applicationProtocols: ["b", "a"]))
        let server = try TLSContext(
            server: .init(
                certificateChain: certificates.path("good.pem"),
                privateKey: certificates.path("good.key")), applicationProtocols: ["a", "b"])
        return (client, server)
    }

    /// Carries everything both ways in pieces of at most `size` bytes; true when any was carried.
    private func carry(_ a: TLSConnection, _ b: TLSConnection, size: Int) {
        var isMoving = true
        while isMoving {
            isMoving = false
            for (from, to) in [(a, b), (b, a)] {
                let bytes = from.takeOutput()
                if !bytes.isEmpty { isMoving = true }
                for start in stride(from: 0, to: bytes.count, by: size) {
                    to.receive(bytes[start..<min(start + size, bytes.count)])
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 7, 100, 1 << 20])
    func `any split of the bytes gives the same plaintext`(size: Int) throws {
        let (clients, servers) = try contexts()
        let client = try TLSConnection(client: clients, host: "localhost")
        let server = try TLSConnection(server: servers)
        let question = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 * 31) }
        client.send(question)
        carry(client, server, size: size)
        #expect(client.state == .open && server.state == .open)
        // The server's preference decides.
        #expect(client.agreement?.applicationProtocol == "a")
        #expect(server.agreement?.version == "TLSv1.3")
        #expect(server.takePlaintext() == question)
        server.send(question.reversed())
        server.close()
        carry(client, server, size: size)
        #expect(client.takePlaintext() == question.reversed())
        #expect(client.state == .closed)
        client.receiveEnd()
        #expect(client.state == .closed)
    }

    @Test func `what is no TLS is said to be none`() throws {
        let (clients, servers) = try contexts()
        let client = try TLSConnection(client: clients, host: "localhost")
        client.receive(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        let server = try TLSConnection(server: servers)
        server.receive(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        for connection in [client, server] {
            guard case .failed(let error) = connection.state else {
                Issue.record("\(connection.state)")
                continue
            }
            #expect(error.kind == .notTLS)
        }
    }

    @Test func `hanging up during the handshake is a truncation`() throws {
        let (clients, _) = try contexts()
        let client = try TLSConnection(client: clients, host: "localhost")
        client.receiveEnd()
        guard case .failed(let error) = client.state else {
            Issue.record("\(client.state)")
            return
        }
        #expect(error.kind == .truncated)
    }

    @Test func `broken bytes are an error and never a crash`() throws {
        let (clients, servers) = try contexts()
        for position in stride(from: 0, to: 900, by: 23) {
            let client = try TLSConnection(client: clients, host: "localhost")
            let server = try TLSConnection(server: servers)
            server.receive(client.takeOutput())
            var flight = server.takeOutput()
            flight[position % flight.count] ^= 0x55
            client.receive(flight)
            client.receiveEnd()
            guard case .failed = client.state else {
                Issue.record("byte \(position): \(client.state)")
                continue
            }
        }
    }

    @Test func `files that are missing are named`() throws {
        #expect {
            _ = try TLSContext(client: .init(environment: ["SSL_CERT_FILE": "/nowhere.pem"]))
        } throws: { error in
            guard let error = error as? TLSError else { return false }
            return error.kind == .configuration && error.message.contains("/nowhere.pem")
        }
        #expect(throws: TLSError.self) {
            _ = try TLSContext(
                server: .init(certificateChain: "/nowhere.pem", privateKey: "/nowhere.key"))
        }
    }
}
