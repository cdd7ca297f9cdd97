import HTTP3
import JSONText
import QUIC
import Timeline

/// The resources: what each path answers.
extension WebHost {
    func answer(_ head: RequestHead, on stream: HTTP3Stream, at now: Instant) {
        let target = ResourceTarget(head.path)
        let isWebTransport = head.connectProtocol == "webtransport"
        if isRefused(head, on: stream) { return }
        if head.method == "OPTIONS", pages[stream] != nil,
            head.fields["access-control-request-method"] != nil
        {
            return answerPreflight(head, on: stream)
        }
        guard isWebTransport || head.method == "GET" || head.method == "HEAD" else {
            server.stopReading(stream)
            return refuse(
                405, "only GET and HEAD", on: stream, [HeaderField("allow", "GET, HEAD")])
        }
        let request = Request(stream: stream, head: head, target: target)
        // Whoever has no token yet needs the page to say it.
        if !isWebTransport, target.segments.isEmpty, let page = settings.page,
            request.accepted(["application/json", "text/html"]) == "text/html"
        {
            return respond(
                200, page, "text/html; charset=utf-8", on: stream, isHead: request.isHead,
                Self.pageFields)
        }
        guard hasToken(head, target) else {
            return refuse(
                401, "a token is needed", on: stream, [HeaderField("www-authenticate", "Bearer")])
        }
        if isWebTransport { return watch(head, target, on: stream, at: now) }
        switch target.segments.first {
        case nil: show(index, request)
        case "sessions" where target.segments.count == 1: show(sessions, request)
        case "metrics" where target.segments.count == 1: askMetrics(request)
        case "sessions" where target.segments.count >= 3:
            let name = target.segments[1..<(target.segments.count - 1)].joined(separator: "/")
            guard log.number(of: SourceID(name)) != nil else {
                return refuse(404, "there is no session \(name)", on: stream)
            }
            switch target.segments.last {
            case "events": follow(SourceID(name), request, at: now)
            case "snapshot": askSnapshot(SourceID(name), request)
            default: refuse(404, "there is nothing at this path", on: stream)
            }
        case "watch" where target.segments.count == 1:
            refuse(400, "this path is for WebTransport", on: stream)
        default: refuse(404, "there is nothing at this path", on: stream)
        }
    }

    /// A request for something that is read.
    struct Request {
        var stream: HTTP3Stream
        var head: RequestHead
        var target: ResourceTarget

        var isHead: Bool { head.method == "HEAD" }

        func accepted(_ offers: [String]) -> String? {
            AcceptField(head.fields.filter { $0.name == "accept" }.map(\.value)).choice(of: offers)
        }
    }

    // MARK: Answers

    func refuse(
        _ status: Int, _ reason: String, on stream: HTTP3Stream, _ fields: [HeaderField] = []
    ) {
        let body: JSON = ["error": .string(reason), "status": JSON(status)]
        respond(status, body.bytes, "application/json", on: stream, isHead: false, fields)
    }

    func respond(
        _ status: Int, _ body: [UInt8], _ type: String, on stream: HTTP3Stream, isHead: Bool,
        _ fields: [HeaderField] = []
    ) {
        requestCounts[String(status), default: 0] += 1
        let standard = [
            HeaderField("content-type", type), HeaderField("content-length", String(body.count)),
            HeaderField("cache-control", "no-store"),
            HeaderField("x-content-type-options", "nosniff"),
        ]
        let all = standard + fields + self.fields(forPageOn: stream)
        server.respond(to: stream, ResponseHead(status: status, fields: all))
        if !isHead { server.send(body, on: stream) }
        server.finish(stream)
    }

    private func show(_ value: JSON, _ request: Request) {
        guard request.accepted(["application/json"]) != nil else {
            return refuse(406, "this is application/json", on: request.stream)
        }
        respond(
            200, value.bytes + [UInt8(ascii: "\n")], "application/json", on: request.stream,
            isHead: request.isHead)
    }

    private var index: JSON {
        [
            "name": .string(settings.name), "sessions": "/sessions",
            "events": "/sessions/{id}/events", "snapshot": "/sessions/{id}/snapshot",
            "metrics": "/metrics", "webtransport": "/watch?session={id}&from={sequence}",
            "head": JSON(log.head),
        ]
    }

    private var sessions: JSON {
        let rows = log.sources.map { source -> JSON in
            let path = "/sessions/" + ResourceTarget.encoded(source.name.name)
            return [
                "id": .string(source.name.name), "events": JSON(source.events),
                "first": JSON(source.firstSequence), "last": JSON(source.lastSequence),
                "lastNanoseconds": .number(String(source.lastTime.nanoseconds)),
                "eventsPath": .string(path + "/events"),
                "snapshotPath": .string(path + "/snapshot"),
            ]
        }
        return ["head": JSON(log.head), "sessions": .array(rows)]
    }

    // MARK: Streams of events

    private func follow(_ source: SourceID, _ request: Request, at now: Instant) {
        let events = "text/event-stream"
        let offers = [events, "application/jsonl", "application/x-ndjson"]
        guard let type = request.accepted(offers) else {
            return refuse(406, "this is " + offers.joined(separator: ", "), on: request.stream)
        }
        guard let start = start(request.target, request.head) else {
            return refuse(
                400, "from and Last-Event-ID are numbers of events, from 0 on",
                on: request.stream)
        }
        guard start <= log.head else { return refuseStart(on: request.stream) }
        guard mayFollow(request.stream.connection) else {
            return refuse(
                503, "too many readers", on: request.stream, [HeaderField("retry-after", "5")])
        }
        requestCounts["200", default: 0] += 1
        server.respond(
            to: request.stream,
            ResponseHead(
                status: 200,
                fields: [
                    HeaderField("content-type", type), HeaderField("cache-control", "no-store"),
                ] + fields(forPageOn: request.stream)), isEnd: request.isHead)
        guard !request.isHead else { return }
        // It has no end that others could wait for, so it shares with those of its urgency.
        let urgency = request.head.priority.urgency
        server.setPriority(
            StreamPriority(urgency: urgency, isIncremental: true), of: request.stream)
        if type == events {
            server.send(Array("retry: 1000\n\n".utf8), on: request.stream)
        } else if start == 0 {
            server.send(header + [UInt8(ascii: "\n")], on: request.stream)
        }
        follow(
            WebFollower(
                request.stream, source: source, form: type == events ? .events : .lines,
                urgency: urgency, next: start, end: end(request.target), at: now), at: now)
    }

    /// The first sequence that a reader wants; nil when it says so in a way that is none.
    private func start(_ target: ResourceTarget, _ head: RequestHead) -> UInt64? {
        if let last = head.fields["last-event-id"] {
            return UInt64(last).flatMap { $0 < .max ? $0 + 1 : nil }
        }
        guard let from = target["from"] else { return 0 }
        return UInt64(from)
    }

    /// Whoever waits for what has not come would wait for ever: it knows another log.
    private func refuseStart(on stream: HTTP3Stream) {
        refuse(416, "the log has only \(log.head) events: it may be another one", on: stream)
    }

    private func end(_ target: ResourceTarget) -> UInt64? {
        ["0", "false", "no"].contains(target["follow"] ?? "") ? log.head : nil
    }

    /// A WebTransport session: the server opens one stream of numbered lines.
    private func watch(
        _ head: RequestHead, _ target: ResourceTarget, on stream: HTTP3Stream, at now: Instant
    ) {
        guard !head.isEarly else { return refuse(425, "not as early data", on: stream) }
        guard target.segments == ["watch"] else {
            return refuse(404, "sessions are at /watch", on: stream)
        }
        let name = target["session"] ?? SourceID.realtime.name
        guard log.number(of: SourceID(name)) != nil else {
            return refuse(404, "there is no session \(name)", on: stream)
        }
        guard let start = start(target, head) else {
            return refuse(400, "from is the number of an event, from 0 on", on: stream)
        }
        guard start <= log.head else { return refuseStart(on: stream) }
        guard mayFollow(stream.connection) else {
            return refuse(503, "too many readers", on: stream)
        }
        requestCounts["200", default: 0] += 1
        pages[stream] = nil
        let isDraft2 = head.fields["sec-webtransport-http3-draft02"] != nil
        server.acceptWebTransport(
            stream, fields: isDraft2 ? [HeaderField("sec-webtransport-http3-draft", "draft02")] : []
        )
        do throws(QUICError) {
            let lines = try server.openWebTransportStream(
                .unidirectional, in: stream,
                priority: StreamPriority(urgency: 1, isIncremental: true))
            // By it a reader that comes again sees whether this is still the same log.
            server.send(header + [UInt8(ascii: "\n")], on: lines)
            follow(
                WebFollower(
                    lines, session: stream, source: SourceID(name), form: .webTransport,
                    urgency: 1, next: start, end: end(target), at: now), at: now)
        } catch {
            server.closeWebTransport(stream, code: 1, reason: error.message)
        }
    }

    // MARK: What the program answers

    private func mayAsk(_ request: Request) -> Bool {
        guard questions.count < settings.maximumQuestions else {
            refuse(503, "too many wait", on: request.stream, [HeaderField("retry-after", "1")])
            return false
        }
        return true
    }

    private func askSnapshot(_ source: SourceID, _ request: Request) {
        guard request.accepted(["application/json"]) != nil else {
            return refuse(406, "this is application/json", on: request.stream)
        }
        guard mayAsk(request) else { return }
        let number = ask(.snapshot(request.stream, isHead: request.isHead))
        outputs.append(.snapshotWanted(number, source))
    }

    /// Answers `snapshotWanted` with JSON; nil when the session has none.
    package func supply(snapshot: [UInt8]?, for number: WebRequestNumber) {
        guard case .snapshot(let stream, let isHead)? = questions.removeValue(forKey: number) else {
            return
        }
        guard let snapshot else {
            return refuse(404, "this session has no snapshot", on: stream)
        }
        respond(200, snapshot, "application/json", on: stream, isHead: isHead)
    }

    private func askMetrics(_ request: Request) {
        guard request.accepted([OpenMetrics.mediaType, "text/plain"]) != nil else {
            return refuse(406, "this is \(OpenMetrics.mediaType)", on: request.stream)
        }
        guard mayAsk(request) else { return }
        outputs.append(
            .metricsWanted(ask(.metrics(request.stream, isHead: request.isHead))))
    }

    /// Answers `metricsWanted` with what the program measures; the host adds its own.
    package func supply(metrics: [MetricFamily], for number: WebRequestNumber) {
        guard case .metrics(let stream, let isHead)? = questions.removeValue(forKey: number) else {
            return
        }
        respond(
            200, OpenMetrics.text(metrics + ownMetrics), OpenMetrics.contentType, on: stream,
            isHead: isHead)
    }

    private var ownMetrics: [MetricFamily] {
        let prefix = "midstream_web"
        return [
            MetricFamily(
                "midstream_log_events", .counter, help: "Events of the log.",
                [MetricFamily.Sample(Double(log.head))]),
            MetricFamily(
                "midstream_session_events", .counter, help: "Events of one source of the log.",
                log.sources.map {
                    MetricFamily.Sample(
                        Double($0.events), labels: [("session", $0.name.name)])
                }),
            MetricFamily(
                "\(prefix)_connections", .gauge, help: "Open HTTP/3 connections.",
                [MetricFamily.Sample(Double(server.connectionCount))]),
            MetricFamily(
                "\(prefix)_followers", .gauge, help: "Readers that follow a source.",
                [MetricFamily.Sample(Double(followers.count))]),
            MetricFamily(
                "\(prefix)_events_sent", .counter, help: "Events given to readers.",
                [MetricFamily.Sample(Double(eventsSent))]),
            MetricFamily(
                "\(prefix)_responses", .counter, help: "Responses by status.",
                requestCounts.sorted { $0.key < $1.key }.map {
                    MetricFamily.Sample(Double($0.value), labels: [("status", $0.key)])
                }),
        ]
    }
}
