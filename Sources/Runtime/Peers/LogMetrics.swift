import Engine
import Interface
import Sharing
import TemporalLogic
import Timeline

/// What is known of a log's sessions, as measurements that Prometheus and others collect.
enum LogMetrics {
    static func families(of engine: Engine, peers: PeersState?) -> [MetricFamily] {
        sessions(engine.sessions) + guests(of: peers) + readers(of: peers) + [process]
    }

    private typealias Sample = MetricFamily.Sample

    // MARK: sessions

    private static func sessions(_ sessions: [SessionState]) -> [MetricFamily] {
        func each(_ value: (SessionState) -> Double?) -> [Sample] {
            sessions.compactMap { session in
                value(session).map { Sample($0, labels: [("session", session.id.name)]) }
            }
        }
        return [
            MetricFamily(
                "midstream_session", .info, help: "The model of a session.",
                sessions.map { session in
                    Sample(
                        1, labels: [("session", session.id.name), ("model", session.model ?? "")])
                }),
            MetricFamily(
                "midstream_session_open", .gauge, help: "Whether the connection is open.",
                each { $0.connection == .open ? 1 : 0 }),
            MetricFamily(
                "midstream_session_bytes", .counter, unit: "bytes",
                help: "Payload both ways.", each { Double($0.byteCount) }),
            MetricFamily(
                "midstream_session_deltas", .counter, help: "Pieces of text that came.",
                each { Double($0.tokens.total) }),
            MetricFamily(
                "midstream_session_turns", .counter, help: "Turns of the conversation.",
                each { Double($0.turns.total) }),
            MetricFamily(
                "midstream_session_failures", .gauge, help: "Failures among the findings kept.",
                each { Double($0.findings.count { $0.severity == .failure }) }),
            MetricFamily(
                "midstream_session_token_gap_seconds", .gauge, unit: "seconds",
                help: "Time between pieces of text, by quantile.", gaps(of: sessions)),
            MetricFamily(
                "midstream_session_first_response_seconds", .gauge, unit: "seconds",
                help: "From the end of the last turn's request to the first text or sound.",
                each { $0.turns.last?.firstResponseLatency?.seconds }),
            MetricFamily(
                "midstream_session_cost_dollars", .gauge, unit: "dollars",
                help: "What the session has cost so far, where prices are known.",
                each { $0.spending.totalCost }),
            MetricFamily(
                "midstream_property_holds", .gauge,
                help: "Whether a property holds or may still: 0 when it is false for ever.",
                sessions.flatMap { session in
                    session.properties.map { property in
                        Sample(
                            property.verdict == .false ? 0 : 1,
                            labels: [("session", session.id.name), ("property", property.name)])
                    }
                }),
        ]
    }

    private static func gaps(of sessions: [SessionState]) -> [Sample] {
        sessions.flatMap { session in
            [
                ("0.5", session.tokens.p50), ("0.95", session.tokens.p95),
                ("0.99", session.tokens.p99),
            ].compactMap { name, gap in
                gap.map {
                    Sample($0 / 1000, labels: [("session", session.id.name), ("quantile", name)])
                }
            }
        }
    }

    // MARK: peers and the program

    private static func readers(of state: PeersState?) -> [MetricFamily] {
        let readers = state?.peers.filter(\.isReader) ?? []
        func each(_ value: (Peer) -> Double) -> [Sample] {
            readers.map { Sample(value($0), labels: [("reader", $0.id), ("form", $0.name)]) }
        }
        return [
            MetricFamily(
                "midstream_readers", .gauge, help: "Connections that read over HTTP/3.",
                [Sample(Double(readers.count))]),
            MetricFamily(
                "midstream_reader_round_trip_seconds", .gauge, unit: "seconds",
                help: "Smoothed round trip to a reader.", each { $0.smoothedRoundTrip / 1000 }),
            MetricFamily(
                "midstream_reader_sent_bytes", .counter, unit: "bytes",
                help: "UDP payload sent to a reader.", each { Double($0.bytesSent) }),
            MetricFamily(
                "midstream_reader_events_behind", .gauge,
                help: "Events of the log that a reader has not been sent.",
                each { Double($0.eventsBehind) }),
        ]
    }

    private static func guests(of state: PeersState?) -> [MetricFamily] {
        let peers = state?.peers.filter { !$0.isReader } ?? []
        func each(_ value: (Peer) -> Double) -> [Sample] {
            peers.map { Sample(value($0), labels: [("peer", $0.id), ("name", $0.name)]) }
        }
        return [
            MetricFamily(
                "midstream_peers", .gauge, help: "Guests that have joined.",
                [Sample(Double(peers.count))]),
            MetricFamily(
                "midstream_peer_round_trip_seconds", .gauge, unit: "seconds",
                help: "Smoothed round trip to a guest.", each { $0.smoothedRoundTrip / 1000 }),
            MetricFamily(
                "midstream_peer_sent_bytes", .counter, unit: "bytes",
                help: "UDP payload sent to a guest.", each { Double($0.bytesSent) }),
            MetricFamily(
                "midstream_peer_lost_packets", .counter,
                help: "Packets to a guest that were declared lost.",
                each { Double($0.packetsLost) }),
            MetricFamily(
                "midstream_peer_events_behind", .gauge,
                help: "Events of the log that a guest has not been sent.",
                each { Double($0.eventsBehind) }),
        ]
    }

    private static var process: MetricFamily {
        MetricFamily(
            "midstream_resident_memory_bytes", .gauge, unit: "bytes",
            help: "Memory of this program that is in use.",
            [MetricFamily.Sample(Double(ProcessMemory.resident))])
    }
}
