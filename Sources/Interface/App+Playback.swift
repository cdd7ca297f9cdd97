import Engine
import Timeline

extension App {
    private static let slowest = 0.1
    private static let fastest = 100.0

    /// Turns a replay action into what the shell shall do.
    mutating func performPlayback(_ action: Action) -> [Command] {
        let now = playback.position
        switch action {
        case .playPause:
            if playback.isPlaying { return [.playback(.pause)] }
            if playback.mode == .replay, playback.isAtEnd {
                return [.playback(.seek(.zero)), .playback(.play)]
            }
            return [.playback(.play)]
        case .stepForward: return [.playback(.step(1))]
        case .stepBack: return [.playback(.step(-1))]
        case .forward: return seek(to: now + .seconds(5))
        case .back: return seek(to: now - .seconds(5))
        case .forwardFar: return seek(to: now + tenth)
        case .backFar: return seek(to: now - tenth)
        case .start: return seek(to: .zero)
        case .end: return seek(to: Instant.zero + playback.duration)
        case .slower: return setSpeed(playback.speed.isFinite ? playback.speed / 2 : Self.fastest)
        case .faster: return setSpeed(playback.speed * 2)
        case .normalSpeed: return setSpeed(1)
        case .maximumSpeed: return setSpeed(.infinity)
        case .loop:
            view.notice = playback.isLooping ? "stops at the end" : "starts again at the end"
            return [.playback(.loop(!playback.isLooping))]
        case .mark: toggleMark(at: now)
        case .nextMark: return jump(forward: true) { $0.kind != .hit }
        case .previousMark: return jump(forward: false) { $0.kind != .hit }
        case .nextFinding: return jumpToFinding(forward: true)
        case .previousFinding: return jumpToFinding(forward: false)
        default: break
        }
        return []
    }

    private var tenth: Interval {
        Interval(nanoseconds: max(1_000_000_000, playback.duration.nanoseconds / 10))
    }

    func seek(to instant: Instant) -> [Command] {
        let end = Instant.zero + playback.duration
        return [.playback(.seek(min(max(instant, .zero), end)))]
    }

    mutating func setSpeed(_ speed: Double) -> [Command] {
        let clamped = speed.isFinite ? min(max(speed, Self.slowest), Self.fastest) : speed
        view.notice = "speed \(Self.speedText(clamped))"
        return [.playback(.speed(clamped))]
    }

    /// "×1", "×0.25", "max".
    static func speedText(_ speed: Double) -> String {
        guard speed.isFinite else { return "max" }
        let digits = speed == speed.rounded() ? 0 : speed * 10 == (speed * 10).rounded() ? 1 : 2
        return "×" + NumberText.fixed(speed, digits)
    }

    private mutating func toggleMark(at instant: Instant) {
        if let index = view.marks.firstIndex(of: instant) {
            view.marks.remove(at: index)
            view.notice = "mark taken away"
        } else {
            view.marks.append(instant)
            view.marks.sort()
            view.notice = "marked \(TimeText.clock(instant - .zero))"
        }
    }

    /// Jumps to the nearest failure, warning or verdict that became false, and says which it is.
    private mutating func jumpToFinding(forward: Bool) -> [Command] {
        let here = playback.position
        let findings = outlook?.findings ?? session.map { Array($0.findings) } ?? []
        var stops = findings.filter { $0.severity != .info }.map {
            (time: $0.time, text: $0.message)
        }
        for mark in timelineMarks where mark.kind == .verdict || mark.kind == .failure {
            if !stops.contains(where: { $0.time == mark.time }) {
                stops.append((mark.time, mark.label))
            }
        }
        stops.sort { $0.time < $1.time }
        let index =
            forward
            ? stops.firstIndex { $0.time > here } : stops.lastIndex { $0.time < here }
        guard let index else {
            view.notice =
                stops.isEmpty
                ? "no failure, warning or false verdict"
                : forward ? "no failure or warning further on" : "no failure or warning before"
            return []
        }
        view.notice = "\(index + 1) of \(stops.count): \(stops[index].text)"
        return [.playback(.pause), .playback(.seek(stops[index].time))]
    }

    /// Jumps to the nearest mark that `isWanted`, strictly before or after where we are.
    private mutating func jump(
        forward: Bool, where isWanted: (TimelineMark) -> Bool
    ) -> [Command] {
        let here = playback.position
        let wanted = timelineMarks.filter(isWanted)
        let target =
            forward
            ? wanted.first { $0.time > here } : wanted.last { $0.time < here }
        guard let target else {
            view.notice =
                forward ? "no mark, turn or failure further on" : "no mark, turn or failure before"
            return []
        }
        if !target.label.isEmpty { view.notice = target.label }
        return [.playback(.seek(target.time))]
    }
}
