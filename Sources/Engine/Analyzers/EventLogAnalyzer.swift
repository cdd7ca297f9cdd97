import JSONText
import RealtimeProtocol
import Timeline

/// Decodes what crosses the boundary, counts it and keeps the last rows of it.
struct EventLogAnalyzer: Sendable {
    /// What decoding a frame gave, for both directions.
    private struct Frame {
        var type: String
        var body: Moment.Body?
        var eventID: String?
    }

    /// The decoded event; every event gives exactly one moment and one row.
    mutating func moment(
        of event: Event, names: inout EventNames, in state: inout SessionState
    ) -> Moment {
        var direction = EventRow.Direction.local
        var raw: [UInt8] = []
        let frame: Frame
        switch event.payload {
        case .received(let bytes):
            (direction, raw) = (.received, bytes)
            frame = self.frame(of: RealtimeDecoder.server(bytes), event, in: &state) { .server($0) }
        case .sent(let bytes):
            (direction, raw) = (.sent, bytes)
            frame = self.frame(of: RealtimeDecoder.client(bytes), event, in: &state) { .client($0) }
        case .receivedBinary(let bytes):
            (direction, raw) = (.received, bytes)
            frame = Frame(type: "binary", body: .other)
        case .sentBinary(let bytes):
            (direction, raw) = (.sent, bytes)
            frame = Frame(type: "binary", body: .other)
        case .statistics(let bytes):
            raw = bytes
            frame = Frame(type: "statistics", body: .other)
        case .key(let key):
            raw = Array(key.utf8)
            frame = Frame(type: "key", body: .other)
        case .resize(let columns, let rows):
            raw = Array("\(columns)x\(rows)".utf8)
            frame = Frame(type: "resize", body: .other)
        case .opened(let detail):
            raw = Array(detail.utf8)
            frame = Frame(type: "connection.opened", body: .opened(detail: detail))
        case .closed(let code, let reason):
            raw = Array((code.map { "\($0) " } ?? "").utf8) + Array(reason.utf8)
            frame = Frame(type: "connection.closed", body: .closed(code: code, reason: reason))
        case .failed(let reason):
            raw = Array(reason.utf8)
            frame = Frame(type: "connection.failed", body: .failed(reason: reason))
        case .mark(let label):
            raw = Array(label.utf8)
            frame = Frame(type: "mark", body: .mark(label))
        case .unknown(let kind, let line):
            raw = line
            frame = Frame(type: kind, body: nil)
        }
        let name = names.id(of: frame.type)
        var moment = Moment(
            sequence: event.sequence, time: max(event.time, state.now),
            body: frame.body ?? .other, name: name, byteCount: raw.count, eventID: frame.eventID)
        moment.raw = raw
        moment.signals = Self.signals(of: moment.body, direction: direction)
        if frame.body == nil { moment.signals.insert(.unknown) }
        count(&moment, event, type: names[name], direction: direction, raw: raw, in: &state)
        return moment
    }

    /// A decoded event as the analyzers see it; what is amiss with it is noted.
    private func frame<Body>(
        of decoded: Decoded<Body>, _ event: Event, in state: inout SessionState,
        as side: (Body) -> Moment.Body
    ) -> Frame {
        record(
            type: decoded.type, isKnown: decoded.body != nil || !decoded.problems.isEmpty,
            dialect: decoded.dialect, fields: decoded.unknownFields,
            values: decoded.unknownValues, problems: decoded.problems, event, in: &state)
        return Frame(
            type: decoded.type.isEmpty ? "undecodable" : decoded.type,
            body: decoded.body.map(side), eventID: decoded.eventID)
    }

    private func record(
        type: String, isKnown: Bool, dialect: Dialect, fields: [String], values: [String],
        problems: [DecodingProblem], _ event: Event, in state: inout SessionState
    ) {
        if dialect != .ga, !state.dialects.contains(dialect.rawValue) {
            state.dialects.append(dialect.rawValue)
        }
        for field in fields { state.unknownFieldCounts.add(field) }
        for value in values { state.unknownFieldCounts.add(value) }
        let moment = Moment(
            sequence: event.sequence, time: event.time, body: .other, name: 0, byteCount: 0)
        if type.isEmpty {
            state.undecodable += 1
            state.note(
                .undecodable, .failure, problems.first?.description ?? "no type", at: moment)
        } else if !isKnown {
            let isFirst = !state.unknownEventCounts.names.contains { $0.name == type }
            state.unknownEventCounts.add(type)
            if isFirst {
                state.note(.unknownEvent, .info, "unknown event \(type)", at: moment)
            }
        } else if let problem = problems.first {
            state.undecodable += 1
            state.note(.undecodable, .warning, "\(type): \(problem.description)", at: moment)
        }
    }

    private func count(
        _ moment: inout Moment, _ event: Event, type: String, direction: EventRow.Direction,
        raw: [UInt8], in state: inout SessionState
    ) {
        if event.time < state.now {
            state.note(
                .clockWentBack, .warning,
                "time went back by \((state.now - event.time).milliseconds) ms", at: moment)
        }
        if type == "binary" {
            state.note(
                .binaryFrame, .warning, "a binary frame of \(raw.count) bytes", at: moment)
        }
        state.eventCount += 1
        if direction != .local { state.byteCount += UInt64(raw.count) }
        if direction == .received {
            state.receivedCount += 1
            state.lastReceivedAt = moment.time
        } else if direction == .sent {
            state.sentCount += 1
        }
        state.log.append(
            EventRow(
                sequence: event.sequence, time: moment.time, source: event.source,
                direction: direction, type: type, byteCount: raw.count, raw: raw,
                gap: moment.time - state.now, isUnknown: moment.signals.contains(.unknown),
                isDelta: moment.signals.contains(.delta)))
        state.now = moment.time
    }

    /// What can be said of an event by itself.
    private static func signals(
        of body: Moment.Body, direction: EventRow.Direction
    ) -> Signals {
        var signals: Signals =
            switch direction {
            case .received: .received
            case .sent: .sent
            case .local: []
            }
        switch body {
        case .server(let event): signals.formUnion(serverSignals(event))
        case .client(.audioAppend): signals.insert(.delta)
        case .client(.itemCreate(let item, _)):
            switch item["type"]?.stringValue {
            case "function_call_output": signals.insert(.functionCallOutput)
            case "message" where item["role"]?.stringValue == "user": signals.insert(.userMessage)
            default: break
            }
        default: break
        }
        return signals
    }

    private static func serverSignals(_ event: ServerEvent) -> Signals {
        switch event {
        case .textDelta, .transcriptDelta: [.delta, .token]
        case .audioDelta: [.delta, .audio]
        case .argumentsDelta, .mcpArgumentsDelta, .inputTranscriptionDelta: .delta
        case .argumentsDone: .functionCall
        case .responseDone(let response):
            switch response.status {
            case .completed: .completed
            case .failed: .failed
            case .cancelled: .cancelled
            case .incomplete: .incomplete
            default: []
            }
        default: []
        }
    }
}
