import HTTP3
import JSONText
import QUIC
import Timeline

/// Telling slow readers how much happens; they get the events at their own pace.
extension WebHost {
    /// What of summaries may wait; one that would come too late anyway is left out.
    private static let summaryBacklog = 16 << 10

    /// Whether a reader is slower than the log: the memory no longer has what it needs, or
    /// something has waited for it for longer than a second.
    func isBehind(_ follower: WebFollower, at now: Instant) -> Bool {
        let end = min(follower.end ?? log.head, log.head)
        if follower.next < min(end, log.tailStart) { return true }
        return follower.lag.time.map { now - $0 >= settings.slowTime } ?? false
    }

    /// Tells a reader that is behind how much happens, and once when it is not any more.
    ///
    /// Server-sent events carry it between the events; a WebTransport session has a stream for it,
    /// which does not wait for the other. JSON Lines are a recording and have none.
    func tellSummary(_ follower: WebFollower, at now: Instant) {
        guard follower.form != .lines else { return }
        let isBehind = isBehind(follower, at: now)
        guard isBehind || follower.summaryTime != nil else { return }
        if let time = follower.summaryTime, now < time, isBehind || follower.hasSummaryFailed {
            return
        }
        follower.hasSummaryFailed = false
        switch follower.form {
        case .lines: return
        case .events:
            guard hasRoom(follower) else { return }
            let text = "event: summary\ndata: ".utf8 + summary(follower, isBehind).bytes
            follower.lastSent = now
            follower.isHeld = !server.send(text + Array("\n\n".utf8), on: follower.stream)
        case .webTransport:
            guard let stream = summaryStream(of: follower),
                server.unsentBytes(stream) < Self.summaryBacklog
            else {
                follower.hasSummaryFailed = true
                follower.summaryTime = now + settings.summaryInterval
                return
            }
            let line: JSON = ["summary": summary(follower, isBehind)]
            server.send(line.bytes + [UInt8(ascii: "\n")], on: stream)
        }
        follower.summaryTime = isBehind ? now + settings.summaryInterval : nil
    }

    /// When a summary is due at the latest; nil when none is to come.
    func summaryTime(of follower: WebFollower) -> Instant? {
        guard let time = follower.summaryTime ?? follower.lag.time.map({ $0 + settings.slowTime })
        else { return nil }
        switch follower.form {
        case .lines: return nil
        case .events: return hasRoom(follower) ? time : nil
        case .webTransport: return time
        }
    }

    private func summary(_ follower: WebFollower, _ isBehind: Bool) -> JSON {
        let source = log.number(of: follower.source).map { log.sources[$0] }
        return [
            "session": .string(follower.source.name), "events": JSON(source?.events ?? 0),
            "bytes": JSON(source?.bytes ?? 0), "head": JSON(log.head),
            "next": JSON(follower.next), "behind": .bool(isBehind),
        ]
    }

    /// The stream for summaries of a session, which is opened with the first; nil when the session
    /// is over.
    private func summaryStream(of follower: WebFollower) -> HTTP3Stream? {
        if let known = follower.summaries { return known }
        guard let session = follower.session else { return nil }
        do throws(QUICError) {
            let stream = try server.openWebTransportStream(
                .unidirectional, in: session, priority: StreamPriority(urgency: 0))
            follower.summaries = stream
            return stream
        } catch {
            // The session's end has not been read yet.
            return nil
        }
    }
}

/// Since when something has waited: the oldest event that was not given on.
///
/// One mark stands for all: it is set where the log ends, and moves on when the reader has come
/// there. So what waits for a time T is found after T to 2 T.
struct Lag {
    private var mark: UInt64 = 0
    private(set) var time: Instant?

    mutating func note(next: UInt64, head: UInt64, at now: Instant) {
        if next >= head {
            time = nil
        } else if time == nil || next >= mark {
            (mark, time) = (head, now)
        }
    }
}
