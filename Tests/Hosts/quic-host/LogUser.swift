import Networking
import QUIC
import Sharing
import Timeline

/// Shows a recording as a log that grows, over HTTP/3.
final class LogUser: EndpointUser {
    private let journal: Journal
    private let log: ShownLog
    private let host: WebHost
    private var shown = 0
    private var next = Instant.zero

    init(_ journal: Journal, _ log: ShownLog, token: [UInt8]?, tail: Int) {
        self.journal = journal
        self.log = log
        var settings = WebHostSettings(name: "quic-host")
        settings.token = token
        settings.tail = tail
        settings.origins.allowed = ["*"]
        host = WebHost(settings, header: log.header)
        show(log.events.count / 2)
    }

    var deadline: Instant? {
        let grows = shown < log.events.count ? next : nil
        return [host.deadline, grows].compactMap { $0 }.min()
    }

    private func show(_ count: Int) {
        host.append(Array(log.events[shown..<min(shown + count, log.events.count)]))
        shown = min(shown + count, log.events.count)
    }

    func endpointChanged(_ endpoint: Endpoint, at now: Instant) {
        if shown < log.events.count, now >= next {
            show(1)
            next = now + log.interval
        }
        for event in endpoint.takeEvents() {
            journal.note(event)
            host.process(event, on: endpoint, at: now)
        }
        host.advance(on: endpoint, at: now)
        answer(at: now)
    }

    private func answer(at now: Instant) {
        var outputs = host.takeOutput()
        while !outputs.isEmpty {
            for output in outputs {
                switch output {
                case .historyWanted(let request):
                    let end = min(request.end, request.from + 100)
                    host.supply(
                        Array(log.events[Int(request.from)..<Int(end)]), for: request, at: now)
                case .snapshotWanted(let number, let session):
                    let count = log.events.prefix(shown).count { $0.source == session }
                    host.supply(snapshot: Array("{\"events\":\(count)}\n".utf8), for: number)
                case .metricsWanted(let number):
                    let time = MetricFamily(
                        "process_cpu_seconds", .counter, unit: "seconds",
                        help: "Processor time of the program.",
                        [MetricFamily.Sample(Processor.seconds)])
                    host.supply(metrics: [time], for: number)
                case .joined, .left: break
                }
            }
            outputs = host.takeOutput()
        }
    }
}
