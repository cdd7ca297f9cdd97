internal import CQUIC
package import Timeline

/// All QUIC connections of one UDP socket, without the socket: datagrams and the time go in,
/// datagrams, events and a deadline come out.
///
/// The caller owns the clock and the socket. After every `receive`, every request and at the
/// deadline it sends what `nextBatch` gives until that gives nothing, and takes the events. An
/// endpoint belongs to one thread; for more cores there are more endpoints.
@safe
package final class Endpoint {
    package let settings: EndpointSettings
    let server: Server?
    let ciphers: CipherChoice
    private var credentials: Credentials?
    private let resetSecret: [UInt8]
    private let tokenSecret: [UInt8]

    private var connections: [UInt64: Connection] = [:]
    private var routes: [ConnectionIdentifier: Connection] = [:]
    private var resetTokens: [ResetToken: Connection] = [:]
    private var deadlines = DeadlineHeap()
    /// Connections that may have something to send, in turns.
    private var touched: [Connection] = []
    private var touchedHead = 0
    private var answers: [DatagramBatch] = []
    private var answersHead = 0
    private var answerSecond: Int64 = .min
    private var answersInSecond = 0
    /// First packets of this second that no connection came of.
    private var fruitless: (second: Int64, count: Int) = (.min, 0)
    private var nextNumber: UInt64 = 1
    private var halfOpen: Set<UInt64> = []
    private let receivePath = PathStorage()
    let scratch = Scratch()
    /// Room for received bytes that no stream uses at the moment: one buffer for all streams that
    /// are read in turns, rather than one for each.
    var spareBuffer: [UInt8] = []
    private var events: [EndpointEvent] = []
    private(set) var lastTime = Instant.zero
    /// What came and belonged nowhere, or was not understood.
    package private(set) var datagramsDropped: UInt64 = 0
    package private(set) var connectionsRefused: UInt64 = 0
    package private(set) var retriesSent: UInt64 = 0

    /// How many batches one connection sends before another has its turn.
    private static let turn = 16
    private static let answerLimit = 1_024
    /// Room that `nextBatch` needs.
    package static let batchCapacity = 65_536

    package init(_ settings: EndpointSettings) throws(QUICError) {
        self.settings = settings
        let secret = settings.secret ?? GnuTLSBytes.random(32)
        guard secret.count >= 32 else {
            throw QUICError(operation: "make an endpoint", message: "a secret has 32 bytes")
        }
        ciphers = try CipherChoice()
        server = try settings.server.map { (server) throws(QUICError) in
            try Server(server, secret: secret)
        }
        resetSecret = GnuTLSBytes.derive(32, from: secret, purpose: "stateless reset")
        tokenSecret = GnuTLSBytes.derive(32, from: secret, purpose: "address tokens")
    }

    deinit { for connection in connections.values { connection.release() } }

    // MARK: Events and time

    /// What happened since the last call, in order.
    package func takeEvents() -> [EndpointEvent] {
        var out: [EndpointEvent] = []
        swap(&out, &events)
        return out
    }

    /// How many events wait to be taken.
    package var eventCount: Int { events.count }

    func tell(_ event: EndpointEvent) { events.append(event) }

    /// When `nextBatch` is to be called at the latest; nil when nothing is to come.
    package var deadline: Instant? {
        if !answers.isEmpty || touchedHead < touched.count { return lastTime }
        return deadlines.first()
    }

    package var connectionCount: Int { connections.count }

    /// How much is held for connections; nothing is left after the last one.
    package var holdings: EndpointHoldings {
        EndpointHoldings(
            connections: connections.count, halfOpen: halfOpen.count, routes: routes.count,
            resetTokens: resetTokens.count, deadlines: deadlines.count,
            waiting: touched.count - touchedHead + answers.count - answersHead)
    }

    /// All connections, oldest first.
    package var handles: [ConnectionHandle] {
        connections.keys.sorted().map { ConnectionHandle($0) }
    }
    package var halfOpenCount: Int { halfOpen.count }

    /// Whether a connection waits, before it closes, for all it has sent to arrive.
    package var isDeliveringLastWords: Bool {
        connections.values.contains { $0.isDeliveringLastWords }
    }

    // MARK: Connections

    /// Begins a connection; what it has to send comes with the next batch.
    package func connect(
        _ client: ClientSettings, to remote: NetworkAddress, from local: NetworkAddress,
        at now: Instant
    ) throws(QUICError) -> ConnectionHandle {
        lastTime = max(lastTime, now)
        let number = ConnectionHandle(nextNumber)
        nextNumber += 1
        let connection = try Connection(
            number: number, endpoint: self, client: client, local: local, remote: remote,
            at: lastTime)
        connections[number.value] = connection
        touch(connection)
        return number
    }

    func clientCredentials() throws(QUICError) -> Credentials {
        if let credentials { return credentials }
        let made = try Credentials(identity: settings.clientIdentity, trust: settings.trust)
        credentials = made
        return made
    }

    func connection(_ handle: ConnectionHandle) -> Connection? {
        guard let connection = connections[handle.value] else { return nil }
        if case .gone = connection.phase { return nil }
        return connection
    }

    func touch(_ connection: Connection) {
        guard !connection.isTouched else { return }
        connection.isTouched = true
        touched.append(connection)
    }

    func handshakeEnded(of connection: Connection) {
        halfOpen.remove(connection.number.value)
    }

    // MARK: Routing

    func register(_ identifier: ConnectionIdentifier, _ connection: Connection) {
        routes[identifier] = connection
    }

    func unregister(_ identifier: ConnectionIdentifier) { routes[identifier] = nil }

    func register(_ token: ResetToken, _ connection: Connection) {
        resetTokens[token] = connection
    }

    func unregister(_ token: ResetToken) { resetTokens[token] = nil }

    /// Gives the token that ends connections with an id once they are forgotten.
    func writeResetToken(of identifier: ConnectionIdentifier, to body: ([UInt8]) -> Void) {
        var token = [UInt8](repeating: 0, count: ResetToken.length)
        var cid = identifier.cValue
        let code = unsafe ngtcp2_crypto_generate_stateless_reset_token(
            &token, resetSecret, resetSecret.count, &cid)
        precondition(code == 0, "HKDF gives 16 bytes")
        body(token)
    }

    // MARK: Receiving

    /// Takes a UDP datagram, or with `segmentSize` several that arrived joined (UDP_GRO).
    package func receive(
        _ bytes: RawSpan, segmentSize: Int? = nil, from remote: NetworkAddress,
        to local: NetworkAddress, ecn: ExplicitCongestionNotification = .notCapable,
        at now: Instant
    ) {
        lastTime = max(lastTime, now)
        receivePath.set(local: local, remote: remote)
        let size = segmentSize.map { max(1, $0) } ?? max(1, bytes.byteCount)
        unsafe bytes.withUnsafeBytes { all in
            var start = 0
            while start < all.count {
                let end = min(start + size, all.count)
                unsafe receiveOne(
                    UnsafeRawBufferPointer(rebasing: all[start..<end]), from: remote, to: local,
                    ecn)
                start = end
            }
        }
    }

    private func receiveOne(
        _ bytes: UnsafeRawBufferPointer, from remote: NetworkAddress, to local: NetworkAddress,
        _ ecn: ExplicitCongestionNotification
    ) {
        var header = unsafe ngtcp2_version_cid()
        let data = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let code = unsafe ngtcp2_pkt_decode_version_cid(
            &header, data, bytes.count, ConnectionIdentifier.ownLength)
        guard code == 0 else {
            if code == NGTCP2_ERR_VERSION_NEGOTIATION, server != nil {
                unsafe answerVersion(header, from: remote, to: local)
            } else {
                datagramsDropped += 1
            }
            return
        }
        let identifier = unsafe ConnectionIdentifier(
            UnsafeRawBufferPointer(start: header.dcid, count: header.dcidlen))
        if let connection = routes[identifier] {
            return unsafe deliver(bytes, to: connection, ecn, from: remote, local: local)
        }
        if unsafe bytes[0] & 0x80 == 0 {
            unsafe receiveUnknown(bytes, identifier, from: remote, to: local, ecn)
        } else if server != nil {
            unsafe accept(bytes, from: remote, to: local, ecn)
        } else {
            datagramsDropped += 1
        }
    }

    private func deliver(
        _ bytes: UnsafeRawBufferPointer, to connection: Connection,
        _ ecn: ExplicitCongestionNotification, from remote: NetworkAddress, local: NetworkAddress
    ) {
        let wantsRetry = unsafe connection.receive(
            bytes, path: receivePath, ecn: ecn, at: lastTime)
        touch(connection)
        guard wantsRetry else { return }
        connection.phase = .gone
        handshakeEnded(of: connection)
        unsafe answerRetry(bytes, from: remote, to: local)
    }

    /// A short header with an id that nobody has: a reset for us, or the peer needs one.
    private func receiveUnknown(
        _ bytes: UnsafeRawBufferPointer, _ identifier: ConnectionIdentifier,
        from remote: NetworkAddress, to local: NetworkAddress,
        _ ecn: ExplicitCongestionNotification
    ) {
        // RFC 9000, section 10.3: at least 21 bytes, the last 16 are the token.
        guard bytes.count >= 21 else {
            datagramsDropped += 1
            return
        }
        let token = unsafe ResetToken(
            UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - ResetToken.length)...]))
        if let connection = resetTokens[token] {
            return unsafe deliver(bytes, to: connection, ecn, from: remote, local: local)
        }
        datagramsDropped += 1
        // Shorter than what it answers: two that know nothing do not answer for ever.
        let length = min(41, bytes.count - 1)
        guard length >= 21, mayAnswer() else { return }
        writeResetToken(of: identifier) { token in
            let random = GnuTLSBytes.random(length - ResetToken.length)
            var out = [UInt8](repeating: 0, count: 64)
            let size = unsafe ngtcp2_pkt_write_stateless_reset(
                &out, out.count, token, random, random.count)
            answer(out, size, from: local, to: remote)
        }
    }

    // MARK: Stateless answers

    private func mayAnswer() -> Bool {
        if second != answerSecond { (answerSecond, answersInSecond) = (second, 0) }
        guard answersInSecond < settings.maximumStatelessAnswers,
            answers.count < Self.answerLimit
        else { return false }
        answersInSecond += 1
        return true
    }

    private func answer(
        _ bytes: [UInt8], _ size: Int, from local: NetworkAddress, to remote: NetworkAddress
    ) {
        guard size > 0 else { return }
        answers.append(
            DatagramBatch(
                bytes: Array(bytes.prefix(size)),
                header: DatagramBatch.Header(
                    byteCount: size, segmentSize: size, local: local, remote: remote,
                    ecn: .notCapable)))
    }

    private func answerVersion(
        _ header: ngtcp2_version_cid, from remote: NetworkAddress, to local: NetworkAddress
    ) {
        guard mayAnswer() else { return }
        // Ids of versions to come may have 255 bytes each (RFC 8999, section 5.1).
        var out = [UInt8](repeating: 0, count: 7 + 2 * 255 + 4)
        let versions: [UInt32] = [UInt32(NGTCP2_PROTO_VER_V1)]
        let size = unsafe ngtcp2_pkt_write_version_negotiation(
            &out, out.count, GnuTLSBytes.random(1)[0], header.scid, header.scidlen, header.dcid,
            header.dcidlen, versions, versions.count)
        answer(out, size, from: local, to: remote)
    }

    private func answerRetry(
        _ bytes: UnsafeRawBufferPointer, from remote: NetworkAddress, to local: NetworkAddress
    ) {
        var header = unsafe ngtcp2_pkt_hd()
        let code = unsafe ngtcp2_accept(
            &header, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        if code == 0 { unsafe answerRetry(&header, from: remote, to: local) }
    }

    private func answerRetry(
        _ header: inout ngtcp2_pkt_hd, from remote: NetworkAddress, to local: NetworkAddress
    ) {
        // An eighth of what came, and the only way in during a flood: only the queue bounds it.
        guard answers.count < Self.answerLimit else { return }
        var source = ConnectionIdentifier.random(steeringByte: settings.steeringByte).cValue
        var token = [UInt8](repeating: 0, count: Int(quic_retry_token_size))
        receivePath.set(local: local, remote: remote)
        let path = unsafe receivePath.path
        let count = unsafe ngtcp2_crypto_generate_retry_token(
            &token, tokenSecret, tokenSecret.count, header.version, path.pointee.remote.addr,
            path.pointee.remote.addrlen, &source, &header.dcid, wallClock)
        guard count > 0 else { return }
        var out = [UInt8](repeating: 0, count: 512)
        let size = unsafe ngtcp2_crypto_write_retry(
            &out, out.count, header.version, &header.scid, &source, &header.dcid, token, count)
        retriesSent += 1
        answer(out, size, from: local, to: remote)
    }

    private func refuse(
        _ header: inout ngtcp2_pkt_hd, _ error: UInt64, from remote: NetworkAddress,
        to local: NetworkAddress
    ) {
        connectionsRefused += 1
        guard mayAnswer() else { return }
        var out = [UInt8](repeating: 0, count: 1_200)
        let size = unsafe ngtcp2_crypto_write_connection_close(
            &out, out.count, header.version, &header.scid, &header.dcid, error, nil, 0)
        answer(out, size, from: local, to: remote)
    }

    /// Nanoseconds since 1970, as the caller's clock tells.
    private var wallClock: UInt64 {
        settings.wallClockAtZero &+ UInt64(max(0, lastTime.nanoseconds))
    }

    /// A token for the next connection from an address; empty when none can be made.
    func regularToken(for remote: ngtcp2_addr) -> [UInt8] {
        var token = [UInt8](repeating: 0, count: Int(quic_regular_token_size))
        let count = unsafe ngtcp2_crypto_generate_regular_token(
            &token, tokenSecret, tokenSecret.count, remote.addr, remote.addrlen, wallClock)
        return Array(token.prefix(max(0, count)))
    }

    // MARK: Accepting

    private func accept(
        _ bytes: UnsafeRawBufferPointer, from remote: NetworkAddress, to local: NetworkAddress,
        _ ecn: ExplicitCongestionNotification
    ) {
        var header = unsafe ngtcp2_pkt_hd()
        let code = unsafe ngtcp2_accept(
            &header, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
        guard code == 0, let server else {
            datagramsDropped += 1
            return
        }
        let token = unsafe Array(
            UnsafeBufferPointer(start: header.token.base, count: header.token.len))
        var original: ConnectionIdentifier?
        switch unsafe check(token, header, server.settings) {
        case .unknown:
            if mustValidate(server.settings) {
                return unsafe answerRetry(&header, from: remote, to: local)
            }
        case .known: break
        case .retried(let identifier): original = identifier
        case .refused:
            return unsafe refuse(&header, UInt64(NGTCP2_INVALID_TOKEN), from: remote, to: local)
        }
        guard connections.count < server.settings.maximumConnections,
            halfOpen.count < server.settings.maximumHalfOpen
        else {
            return unsafe refuse(
                &header, UInt64(NGTCP2_CONNECTION_REFUSED), from: remote, to: local)
        }
        let initial = unsafe InitialPacket(
            version: header.version, source: ConnectionIdentifier(header.scid),
            destination: ConnectionIdentifier(header.dcid), original: original,
            token: original == nil ? [] : token)
        unsafe start(initial, server, bytes, from: remote, to: local, ecn)
    }

    private func start(
        _ initial: InitialPacket, _ server: Server, _ bytes: UnsafeRawBufferPointer,
        from remote: NetworkAddress, to local: NetworkAddress,
        _ ecn: ExplicitCongestionNotification
    ) {
        let number = ConnectionHandle(nextNumber)
        nextNumber += 1
        let connection: Connection
        do throws(QUICError) {
            connection = try Connection(
                number: number, endpoint: self, server: server, initial: initial, local: local,
                remote: remote, at: lastTime)
        } catch {
            connectionsRefused += 1
            return
        }
        connections[number.value] = connection
        halfOpen.insert(number.value)
        let before = events.count
        unsafe deliver(bytes, to: connection, ecn, from: remote, local: local)
        if case .gone = connection.phase {
            // Nothing came of it: a packet that did not hold what its header promised, or Retry.
            events.removeSubrange(before...)
            datagramsDropped += 1
            noteFruitless()
        } else {
            events.insert(
                EndpointEvent(connection: number, kind: .accepted(from: remote)), at: before)
        }
    }

    private func mustValidate(_ settings: ServerSettings) -> Bool {
        switch settings.validation {
        case .always: true
        case .whenHalfOpenExceeds(let limit):
            halfOpen.count > limit || fruitless.second == second && fruitless.count > limit
        }
    }

    /// Packets that only looked like a beginning cost as much as a handshake's first step but
    /// leave nothing half open, so they count by themselves.
    private func noteFruitless() {
        if fruitless.second != second { fruitless = (second, 0) }
        fruitless.count += 1
    }

    private var second: Int64 { lastTime.nanoseconds / 1_000_000_000 }

    private enum TokenCheck {
        /// None, too old, or another server's.
        case unknown
        /// The address was validated by an earlier connection.
        case known
        /// The address was validated by Retry, sent for this id.
        case retried(ConnectionIdentifier)
        case refused
    }

    private func check(_ token: [UInt8], _ header: ngtcp2_pkt_hd, _ settings: ServerSettings)
        -> TokenCheck
    {
        let path = unsafe receivePath.path
        switch token.first {
        case UInt8(NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY):
            var original = ngtcp2_cid()
            var destination = unsafe header.dcid
            let code = unsafe ngtcp2_crypto_verify_retry_token(
                &original, token, token.count, tokenSecret, tokenSecret.count, header.version,
                path.pointee.remote.addr, path.pointee.remote.addrlen, &destination,
                UInt64(settings.retryTokenLifetime.nanoseconds), wallClock)
            return code == 0 ? .retried(ConnectionIdentifier(original)) : .refused
        case UInt8(NGTCP2_CRYPTO_TOKEN_MAGIC_REGULAR):
            let code = unsafe ngtcp2_crypto_verify_regular_token(
                token, token.count, tokenSecret, tokenSecret.count, path.pointee.remote.addr,
                path.pointee.remote.addrlen, UInt64(settings.tokenLifetime.nanoseconds),
                wallClock)
            return code == 0 ? .known : .unknown
        default: return .unknown
        }
    }

    // MARK: Sending

    /// Writes what is to be sent next into at least `batchCapacity` bytes; nil when nothing is.
    package func nextBatch(into buffer: UnsafeMutableRawBufferPointer, at now: Instant)
        -> DatagramBatch.Header?
    {
        precondition(buffer.count >= Self.batchCapacity, "a batch has up to 64 KiB")
        lastTime = max(lastTime, now)
        while let number = deadlines.popDue(lastTime) {
            guard let connection = connections[number] else { continue }
            connection.expire(at: lastTime)
            touch(connection)
        }
        if answersHead < answers.count {
            let batch = answers[answersHead]
            answersHead += 1
            if answersHead == answers.count {
                answers.removeAll(keepingCapacity: true)
                answersHead = 0
            }
            unsafe batch.bytes.withUnsafeBytes { unsafe buffer.copyMemory(from: $0) }
            return batch.header
        }
        while touchedHead < touched.count {
            let connection = touched[touchedHead]
            if connection.batchesInTurn < Self.turn {
                connection.batchesInTurn += 1
                if let header = unsafe connection.writeBatch(into: buffer, at: lastTime) {
                    return header
                }
                connection.isTouched = false
                settle(connection)
            } else {
                touched.append(connection)
            }
            connection.batchesInTurn = 0
            touchedHead += 1
            if touchedHead >= 64, touchedHead * 2 >= touched.count {
                touched.removeFirst(touchedHead)
                touchedHead = 0
            }
        }
        touched.removeAll(keepingCapacity: true)
        touchedHead = 0
        return nil
    }

    /// All that is to be sent now.
    package func nextDatagrams(at now: Instant) -> [DatagramBatch] {
        var out: [DatagramBatch] = []
        var buffer = [UInt8](repeating: 0, count: Self.batchCapacity)
        unsafe buffer.withUnsafeMutableBytes { bytes in
            while let header = unsafe nextBatch(into: bytes, at: now) {
                out.append(
                    DatagramBatch(
                        bytes: unsafe Array(bytes.prefix(header.byteCount)), header: header))
            }
        }
        return out
    }

    private func settle(_ connection: Connection) {
        let number = connection.number.value
        if case .gone = connection.phase {
            deadlines.set(nil, for: number)
            connections[number] = nil
            halfOpen.remove(number)
            connection.destroy()
        } else {
            // The library may name a time that it then does not act on; time must go on.
            let soonest = lastTime + .milliseconds(1)
            let due = connection.deadline
            deadlines.set(due.map { $0 <= lastTime ? soonest : $0 }, for: number)
        }
    }
}
