import HTTP3
package import QUIC
package import Timeline

/// Who reads, and how they fare.
extension WebHost {
    /// Whether a connection may follow something more.
    func mayFollow(_ connection: ConnectionHandle) -> Bool {
        followers.count < settings.maximumFollowers
            && (readers[connection] != nil || readers.count < settings.maximumFollowers)
    }

    /// Notes that a connection reads the log.
    func note(readerOn connection: ConnectionHandle, _ follower: WebFollower) {
        guard readers[connection] == nil else { return }
        let taken = Set(readers.values.map(\.number))
        var number = WebReaderID(1)
        while taken.contains(number) { number.number += 1 }
        let address = server.remoteAddress(of: connection)?.description ?? ""
        readers[connection] = WebReader(number, address: address)
        outputs.append(
            .joined(number, form: follower.form, source: follower.source, address: address))
    }

    /// Notes that a connection has ended.
    func forget(readerOn connection: ConnectionHandle, _ reason: CloseReason) {
        guard let reader = readers.removeValue(forKey: connection) else { return }
        outputs.append(
            .left(
                reader.number,
                reason: reason.message.isEmpty ? reason.description : reason.message))
    }

    /// Ends a reader's streams and its connection; what it does then is its own.
    package func remove(
        _ number: WebReaderID, reason: String, on endpoint: Endpoint, at now: Instant
    ) {
        for (connection, reader) in readers where reader.number == number {
            for stream in followerOrder where stream.connection == connection {
                followers[stream].map { end($0, reason: reason) }
            }
            server.shutDown(connection)
            endpoint.closeWhenDelivered(
                connection, code: HTTP3ErrorCode.noError.rawValue, reason: reason)
        }
        takeEvents(at: now)
    }

    /// How each reader fares, in the order of their numbers.
    package func status(on endpoint: Endpoint, at now: Instant) -> [WebReaderStatus] {
        readers.sorted { $0.value.number < $1.value.number }.compactMap { connection, reader in
            guard let statistics = endpoint.statistics(connection) else { return nil }
            var status = WebReaderStatus(
                reader: reader.number,
                address: endpoint.addresses(connection)?.remote.description ?? reader.address,
                statistics: statistics)
            status.sendRate = reader.sendRate.read(statistics.bytesSent, at: now)
            status.receiveRate = reader.receiveRate.read(statistics.bytesReceived, at: now)
            for stream in followerOrder where stream.connection == connection {
                guard let follower = followers[stream] else { continue }
                status.streams.append(
                    WebStreamStatus(
                        source: follower.source, form: follower.form, urgency: follower.urgency,
                        events: follower.events, bytes: follower.bytes,
                        rate: follower.rate.read(follower.bytes, at: now),
                        sequencesBehind: log.head - min(follower.next, log.head),
                        isBehind: isBehind(follower, at: now)))
            }
            return status
        }
    }
}
