import QUIC
import SimulatedNetwork
import Testing
import Timeline

struct StreamTests {
    @Test func `a megabyte arrives in both directions`() throws {
        let pair = try Pair()
        pair.connect()
        let handle = try #require(pair.accepted)
        let up = Fixture.bytes(1 << 20, seed: 1)
        let down = Fixture.bytes(1 << 20, seed: 2)
        let stream = try pair.client.endpoint.openStream(.bidirectional, on: pair.connection)
        pair.client.endpoint.send(SharedBytes(up), on: stream, of: pair.connection)
        pair.client.endpoint.finish(stream, of: pair.connection)
        pair.server.onRead = { handle, stream, data in
            guard data.isEnd else { return }
            pair.server.endpoint.send(SharedBytes(down), on: stream, of: handle)
            pair.server.endpoint.finish(stream, of: handle)
        }
        pair.network.run { pair.client.isEnded(stream, pair.connection) }
        #expect(pair.server.bytes(stream, handle) == up)
        #expect(pair.client.bytes(stream, pair.connection) == down)
        pair.network.run(for: .seconds(1)) {
            pair.client.kinds(of: pair.connection).contains(.streamClosed(stream, code: nil))
        }
        #expect(pair.client.kinds(of: pair.connection).contains(.streamClosed(stream, code: nil)))
        let statistics = try #require(pair.client.endpoint.statistics(pair.connection))
        #expect(statistics.streamBytesSent >= 1 << 20)
        #expect(statistics.streamBytesReceived == 1 << 20)
        #expect(statistics.packetsLost == 0)
        #expect(statistics.minimumRoundTrip == .milliseconds(10))
        #expect(statistics.streamsOpen == 0)
        // Nothing was lost, so both sides count the same.
        let other = try #require(pair.server.endpoint.statistics(handle))
        pair.network.run(for: .seconds(1))
        #expect(statistics.bytesReceived <= other.bytesSent)
        let sent = try #require(pair.client.endpoint.statistics(pair.connection))
        let came = try #require(pair.server.endpoint.statistics(handle))
        #expect(sent.bytesSent == came.bytesReceived && sent.packetsSent == came.packetsReceived)
        #expect(came.bytesSent == sent.bytesReceived && came.packetsSent == sent.packetsReceived)
        #expect(sent.deliveryRate > 100_000 && sent.congestionWindow > 10_000)
        #expect(sent.pathPayload > 1_200)
    }

    @Test func `small writes are gathered and arrive in order`() throws {
        let pair = try Pair()
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        let all = Fixture.bytes(60_000, seed: 3)
        var random = SeededRandom(seed: 4)
        var start = 0
        while start < all.count {
            let end = min(all.count, start + Int(random.next() % 300))
            let part = Array(all[start..<end])
            if random.next() % 4 == 0 {
                pair.client.endpoint.send(SharedBytes(part), on: stream, of: pair.connection)
            } else {
                pair.client.endpoint.send(part, on: stream, of: pair.connection)
            }
            if random.next() % 16 == 0 { _ = pair.network.step() }
            start = end
        }
        pair.client.endpoint.finish(stream, of: pair.connection)
        pair.network.run {
            pair.accepted.map { pair.server.isEnded(stream, $0) } ?? false
        }
        let handle = try #require(pair.accepted)
        #expect(pair.server.bytes(stream, handle) == all)
    }

    @Test func `ten thousand streams at once are answered each`() throws {
        let pair = try Pair(
            server: { $0.transport.maximumBidirectionalStreams = 10_000 })
        pair.connect()
        pair.server.onRead = { handle, stream, data in
            pair.server.endpoint.send(data.bytes, on: stream, of: handle)
            if data.isEnd { pair.server.endpoint.finish(stream, of: handle) }
        }
        var streams: [StreamID] = []
        for index in 0..<10_000 {
            let stream = try pair.client.endpoint.openStream(.bidirectional, on: pair.connection)
            pair.client.endpoint.send(
                [UInt8(index & 0xff), UInt8(index >> 8)], on: stream, of: pair.connection)
            pair.client.endpoint.finish(stream, of: pair.connection)
            streams.append(stream)
        }
        pair.network.run {
            pair.client.received[pair.connection]?.values.filter(\.isEnded).count == 10_000
        }
        for (index, stream) in streams.enumerated() {
            #expect(
                pair.client.bytes(stream, pair.connection)
                    == [UInt8(index & 0xff), UInt8(index >> 8)])
        }
    }

    @Test func `streams beyond the peer's limit wait and then open`() throws {
        let pair = try Pair(server: { $0.transport.maximumUnidirectionalStreams = 10 })
        pair.connect()
        for index in 0..<100 {
            let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
            pair.client.endpoint.send([UInt8(index)], on: stream, of: pair.connection)
            pair.client.endpoint.finish(stream, of: pair.connection)
        }
        let handle = try #require(pair.accepted)
        pair.network.run { pair.server.received[handle]?.values.filter(\.isEnded).count == 100 }
        #expect(pair.server.received[handle]?.count == 100)
    }

    @Test func `a connection that cannot hold more streams ends with a reason`() throws {
        let pair = try Pair(server: {
            $0.transport.maximumUnidirectionalStreams = 10
            $0.transport.mostUnidirectionalStreamsEver = 100
        })
        pair.connect()
        for _ in 0..<300 {
            let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
            pair.client.endpoint.send([1], on: stream, of: pair.connection)
            pair.client.endpoint.finish(stream, of: pair.connection)
        }
        pair.network.run(for: .seconds(10)) { pair.client.closeReason(pair.connection) != nil }
        #expect(pair.client.closeReason(pair.connection)?.message.contains("streams") == true)
        let handle = try #require(pair.accepted)
        let count = try #require(pair.server.received[handle]?.count)
        #expect((100...110).contains(count))
    }

    @Test func `a server opens streams too`() throws {
        let pair = try Pair()
        pair.connect()
        let handle = try #require(pair.accepted)
        let stream = try pair.server.endpoint.openStream(.unidirectional, on: handle)
        #expect(stream.value == 3)
        pair.server.endpoint.send([9, 9], on: stream, of: handle)
        pair.server.endpoint.finish(stream, of: handle)
        pair.network.run { pair.client.isEnded(stream, pair.connection) }
        #expect(pair.client.bytes(stream, pair.connection) == [9, 9])
        // Only the side that may write does.
        #expect(!pair.client.endpoint.send([1], on: stream, of: pair.connection))
    }

    @Test func `a reset and its code reach the reader`() throws {
        let pair = try Pair()
        pair.connect()
        let handle = try #require(pair.accepted)
        let stream = try pair.client.endpoint.openStream(.bidirectional, on: pair.connection)
        pair.client.endpoint.send([1], on: stream, of: pair.connection)
        pair.network.run { !pair.server.bytes(stream, handle).isEmpty }
        pair.client.endpoint.reset(stream, of: pair.connection, code: 77)
        pair.network.run(for: .seconds(1)) {
            pair.server.kinds(of: handle).contains(.streamReset(stream, code: 77))
        }
        #expect(pair.server.kinds(of: handle).contains(.streamReset(stream, code: 77)))
    }

    @Test func `a reader that stops is heard by the writer`() throws {
        let pair = try Pair()
        pair.connect()
        let handle = try #require(pair.accepted)
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        pair.client.endpoint.send(
            SharedBytes(Fixture.bytes(4 << 20, seed: 1)), on: stream, of: pair.connection)
        pair.network.run { !pair.server.bytes(stream, handle).isEmpty }
        pair.server.endpoint.stopReading(stream, of: handle, code: 5)
        pair.network.run(for: .seconds(1)) {
            pair.client.kinds(of: pair.connection).contains(.stopSending(stream))
        }
        #expect(pair.client.kinds(of: pair.connection).contains(.stopSending(stream)))
        pair.network.run(for: .seconds(1)) {
            pair.client.kinds(of: pair.connection).contains(.streamClosed(stream, code: 5))
        }
        #expect(pair.client.kinds(of: pair.connection).contains(.streamClosed(stream, code: 5)))
        // The connection's window is whole again: another stream flows.
        let next = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        let bytes = Fixture.bytes(3 << 20, seed: 2)
        pair.client.endpoint.send(SharedBytes(bytes), on: next, of: pair.connection)
        pair.client.endpoint.finish(next, of: pair.connection)
        pair.network.run { pair.server.isEnded(next, handle) }
        #expect(pair.server.bytes(next, handle) == bytes)
    }

    @Test func `nothing is sent beyond what the reader's window holds`() throws {
        let pair = try Pair(server: {
            $0.transport.initialStreamWindow = 50_000
            $0.transport.initialConnectionWindow = 80_000
        })
        pair.connect()
        pair.server.reads = false
        let handle = try #require(pair.accepted)
        let bytes = Fixture.bytes(300_000, seed: 1)
        let streams = try (0..<3).map { _ in
            try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        }
        for stream in streams {
            pair.client.endpoint.send(SharedBytes(bytes), on: stream, of: pair.connection)
            pair.client.endpoint.finish(stream, of: pair.connection)
        }
        pair.network.run(for: .seconds(3))
        #expect(pair.client.endpoint.statistics(pair.connection)?.streamBytesSent == 80_000)
        #expect(pair.client.endpoint.unsentBytes(streams[0], of: pair.connection) == 250_000)
        pair.server.reads = true
        for stream in streams { pair.server.read(stream, handle) }
        pair.network.run { streams.allSatisfy { pair.server.isEnded($0, handle) } }
        for stream in streams { #expect(pair.server.bytes(stream, handle) == bytes) }
    }

    @Test func `a writer is told to wait and when to go on`() throws {
        let pair = try Pair(client: {
            $0.transport.sendHighWater = 100_000
            $0.transport.sendLowWater = 20_000
        })
        pair.connect()
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        let part = Fixture.bytes(60_000, seed: 1)
        #expect(pair.client.endpoint.send(part, on: stream, of: pair.connection))
        #expect(!pair.client.endpoint.send(part, on: stream, of: pair.connection))
        pair.network.run(for: .seconds(5)) {
            pair.client.kinds(of: pair.connection).contains(.writable(stream))
        }
        #expect(pair.client.kinds(of: pair.connection).contains(.writable(stream)))
        #expect(pair.client.endpoint.unsentBytes(stream, of: pair.connection) <= 20_000)
        #expect(pair.client.endpoint.send(part, on: stream, of: pair.connection))
    }

    @Test func `a control stream is never delayed by a bulk stream`() throws {
        let pair = try Pair()
        pair.connect()
        let handle = try #require(pair.accepted)
        let bytes = Fixture.bytes(8 << 20, seed: 1)
        let bulk = try pair.client.endpoint.openStream(
            .unidirectional, on: pair.connection,
            priority: StreamPriority(urgency: 6, isIncremental: true))
        pair.client.endpoint.send(
            SharedBytes(bytes), on: bulk, of: pair.connection)
        let control = try pair.client.endpoint.openStream(
            .unidirectional, on: pair.connection, priority: StreamPriority(urgency: 0))
        var bulkAtArrival = 0
        pair.server.onRead = { handle, stream, _ in
            if stream == control { bulkAtArrival = pair.server.bytes(bulk, handle).count }
        }
        for round in 1...20 {
            for _ in 0..<5 { _ = pair.network.step() }
            let sentBefore =
                8 << 20 - pair.client.endpoint.unsentBytes(bulk, of: pair.connection)
            pair.client.endpoint.send(
                [UInt8](repeating: UInt8(round), count: 100), on: control, of: pair.connection)
            pair.network.run(for: .seconds(1)) {
                pair.server.bytes(control, handle).count == round * 100
            }
            // Only what was on its way, and the rest of the packet that carries the message,
            // arrives before it.
            #expect(bulkAtArrival <= sentBefore + 1_500)
        }
    }

    @Test func `a priority can change in the middle of a transfer`() throws {
        // A small window: only what is not on its way yet can be overtaken.
        let pair = try Pair(server: {
            $0.transport.initialConnectionWindow = 60_000
            $0.transport.maximumConnectionWindow = 60_000
            $0.transport.maximumStreamWindow = 60_000
        })
        pair.connect()
        let handle = try #require(pair.accepted)
        let bytes = SharedBytes(Fixture.bytes(1 << 19, seed: 1))
        let first = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        let second = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        for stream in [first, second] {
            pair.client.endpoint.send(bytes, on: stream, of: pair.connection)
            pair.client.endpoint.finish(stream, of: pair.connection)
        }
        pair.network.run { pair.server.bytes(first, handle).count > 200_000 }
        #expect(pair.server.bytes(second, handle).isEmpty)
        pair.client.endpoint.setPriority(
            StreamPriority(urgency: 1), of: second, of: pair.connection)
        pair.network.run { pair.server.isEnded(second, handle) }
        #expect(!pair.server.isEnded(first, handle))
        pair.network.run { pair.server.isEnded(first, handle) }
        #expect(pair.server.isEnded(first, handle))
    }

    @Test func `datagrams arrive, and their fate is told`() throws {
        let pair = try Pair()
        pair.connect()
        let handle = try #require(pair.accepted)
        let size = pair.client.endpoint.maximumDatagramSize(of: pair.connection)
        #expect(size > 1_100)
        #expect(
            pair.client.endpoint.sendDatagram(
                [UInt8](repeating: 0, count: size + 1), on: pair.connection) == nil)
        var expected: [[UInt8]] = []
        for index in 0..<50 {
            let bytes = Fixture.bytes(index == 0 ? size : 20 * (index - 1), seed: UInt64(index))
            expected.append(bytes)
            #expect(
                pair.client.endpoint.sendDatagram(bytes, on: pair.connection) == UInt64(index))
        }
        pair.network.run(for: .seconds(1))
        let arrived = pair.server.kinds(of: handle).compactMap {
            if case .datagram(let bytes, false) = $0 { bytes } else { nil }
        }
        #expect(arrived == expected)
        let told = pair.client.kinds(of: pair.connection).filter {
            if case .datagramAcknowledged = $0 { true } else { false }
        }
        #expect(told.count == 50)
    }

    @Test func `a queue of datagrams is bounded`() throws {
        let pair = try Pair(client: { $0.transport.maximumQueuedDatagrams = 3 })
        pair.connect()
        let ids = (0..<5).map { _ in
            pair.client.endpoint.sendDatagram([1, 2, 3], on: pair.connection)
        }
        #expect(ids == [0, 1, 2, nil, nil])
    }

    @Test func `without datagrams none can be sent`() throws {
        let pair = try Pair(server: { $0.transport.maximumDatagramFrame = 0 })
        pair.connect()
        #expect(pair.client.endpoint.maximumDatagramSize(of: pair.connection) == 0)
        #expect(pair.client.endpoint.sendDatagram([1], on: pair.connection) == nil)
    }

    @Test(arguments: TransportSettings.CongestionControl.allCases)
    func `every congestion control brings everything over a bad path`(
        control: TransportSettings.CongestionControl
    ) throws {
        var faults = Faults()
        faults.loss = 0.03
        let pair = try Pair(
            seed: 5, faults: faults, server: { $0.transport.congestionControl = control },
            client: { $0.transport.congestionControl = control })
        pair.connect()
        let handle = try #require(pair.accepted)
        let bytes = Fixture.bytes(1 << 20, seed: 1)
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        pair.client.endpoint.send(SharedBytes(bytes), on: stream, of: pair.connection)
        pair.client.endpoint.finish(stream, of: pair.connection)
        pair.network.run(for: .seconds(120)) { pair.server.isEnded(stream, handle) }
        #expect(pair.server.bytes(stream, handle) == bytes)
        pair.network.run(for: .seconds(5)) {
            pair.client.endpoint.statistics(pair.connection)?.streamsOpen == 0
        }
        let lost = try #require(pair.client.endpoint.statistics(pair.connection)?.packetsLost)
        #expect(lost > 0)
    }

    /// How wide the window is after a second of sending over a network that marks as told.
    private func window(
        marking: @escaping (ExplicitCongestionNotification) -> ExplicitCongestionNotification
    ) throws -> (window: UInt64, marked: Int, unmarked: Int) {
        let pair = try Pair()
        pair.network.marking = marking
        pair.connect()
        let handle = try #require(pair.accepted)
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        let bytes = Fixture.bytes(4 << 20, seed: 1)
        pair.client.endpoint.send(SharedBytes(bytes), on: stream, of: pair.connection)
        pair.client.endpoint.finish(stream, of: pair.connection)
        var (marked, unmarked) = (0, 0)
        pair.network.onBatch = { header in
            guard header.local == Fixture.clientAddress else { return }
            if header.ecn == .capable0 { marked += 1 } else { unmarked += 1 }
        }
        pair.network.run { pair.server.isEnded(stream, handle) }
        #expect(pair.server.bytes(stream, handle) == bytes)
        let statistics = try #require(pair.client.endpoint.statistics(pair.connection))
        return (statistics.congestionWindow, marked, unmarked)
    }

    @Test func `congestion that is notified narrows the window before anything is lost`() throws {
        let free = try window(marking: { $0 })
        var count = 0
        let congested = try window(marking: { mark in
            count += 1
            return mark == .capable0 && count % 20 == 0 ? .experienced : mark
        })
        #expect(congested.window * 4 < free.window)
        #expect(free.marked > free.unmarked)
    }

    @Test func `marks that the network takes away are given up`() throws {
        let bleached = try window(marking: { _ in .notCapable })
        #expect(bleached.unmarked > 4 * bleached.marked)
        #expect(bleached.window > 100_000)
    }

    @Test func `marks that a new path takes away later are given up too`() throws {
        let pair = try Pair()
        let other = NetworkAddress(ipv4: 10, 0, 0, 3, port: 6_000)
        pair.client.addresses.insert(other)
        var isBleached = false
        pair.network.marking = { isBleached ? .notCapable : $0 }
        pair.connect()
        let handle = try #require(pair.accepted)
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        var (marked, unmarked) = (0, 0)
        pair.network.onBatch = { header in
            guard header.local == other else { return }
            if header.ecn == .capable0 { marked += 1 } else { unmarked += 1 }
        }
        pair.network.run(for: .seconds(1))
        try pair.client.endpoint.migrate(pair.connection, to: other, at: pair.network.now)
        pair.network.run(for: .seconds(1))
        /// Sends some, and tells how many batches went with marks and without.
        func send() -> (marked: Int, unmarked: Int) {
            (marked, unmarked) = (0, 0)
            let bytes = Fixture.bytes(1 << 20, seed: 1)
            let end = pair.server.bytes(stream, handle).count + bytes.count
            pair.client.endpoint.send(SharedBytes(bytes), on: stream, of: pair.connection)
            pair.network.run { pair.server.bytes(stream, handle).count == end }
            return (marked, unmarked)
        }
        let before = send()
        #expect(before.marked > before.unmarked)
        isBleached = true
        _ = send()
        let after = send()
        #expect(after.marked == 0 && after.unmarked > 0)
    }

    @Test func `packets are marked for congestion notification and joined in batches`() throws {
        let pair = try Pair()
        pair.connect()
        let stream = try pair.client.endpoint.openStream(.unidirectional, on: pair.connection)
        pair.client.endpoint.send(
            SharedBytes(Fixture.bytes(4 << 20, seed: 1)), on: stream, of: pair.connection)
        pair.network.run(for: .milliseconds(30))
        var headers: [DatagramBatch.Header] = []
        pair.network.onBatch = { if $0.local == Fixture.clientAddress { headers.append($0) } }
        pair.network.run(for: .milliseconds(40))
        #expect(headers.contains { $0.ecn == .capable0 })
        #expect(headers.allSatisfy { $0.datagramCount <= 64 })
        #expect(headers.contains { $0.datagramCount >= 4 })
    }
}
