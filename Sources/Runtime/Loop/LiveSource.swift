import Engine
import Glibc
import Interface
import Recordings
package import Terminal
import Timeline

/// Realtime events that arrive now, one JSON object a line, from a pipe or a growing file.
///
/// A thread reads and stamps them; the loop gives them their place in the log, writes the log
/// and applies them.
package final class LiveSource {
    package let inbox: Inbox
    private let recorder: Recorder
    private let isKept: Bool
    private let title: String
    private let clock: MonotonicClock

    /// Reads lines from `path` and records to `recorder`. Opening a pipe waits for its writer, so
    /// that is done by the reading thread, too.
    package init(
        path: String, recorder: Recorder, isKept: Bool, clock: MonotonicClock
    ) throws(TerminalError) {
        inbox = try Inbox()
        self.recorder = recorder
        self.isKept = isKept
        title = path
        self.clock = clock
        let reader = LineEdge(path: path, inbox: inbox, clock: clock)
        reader.start()
    }

    /// Takes in what has arrived.
    func advance(_ app: inout App, to now: Instant) throws(FileError) {
        let (arrivals, dropped) = inbox.take()
        for arrival in arrivals {
            let event = recorder.append(arrival.payload, from: arrival.source, at: arrival.time)
            app.observe(event)
        }
        try recorder.flush()
        if dropped > 0 { app.notify("\(dropped) events came faster than they could be taken") }
        guard !arrivals.isEmpty || app.playback.title.isEmpty else { return }
        let position = arrivals.last?.time ?? now
        app.playback = PlaybackState(
            mode: .live, position: position, duration: position - .zero,
            eventIndex: recorder.nextSequence, eventCount: recorder.nextSequence, title: title,
            isRecording: isKept)
    }
}

/// A thread that cuts a stream into lines and posts each as what crossed the boundary.
private struct LineEdge: Sendable {
    let path: String
    let inbox: Inbox
    let clock: MonotonicClock
    /// A longer line is broken off: nothing the provider sends is near it.
    static let lineLimit = 32 << 20

    func start() {
        let edge = unsafe Unmanaged.passRetained(Box(self))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                let edge = unsafe Unmanaged<Box>.fromOpaque(context).takeRetainedValue()
                edge.value.run()
                return nil
            }, unsafe edge.toOpaque())
        if code != 0 {
            unsafe edge.release()
            post(.failed(reason: "no thread to read with: \(systemMessage(code))"))
        } else {
            pthread_detach(thread)
        }
    }

    private final class Box: Sendable {
        let value: LineEdge
        init(_ value: LineEdge) { self.value = value }
    }

    private func post(_ payload: Payload) {
        inbox.post(.init(time: clock.now, source: .realtime, payload: payload))
    }

    private func run() {
        let input = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else {
            post(.failed(reason: systemMessage(errno)))
            return
        }
        defer { close(input) }
        post(.opened(detail: path))
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(input, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                if !line.isEmpty { postLine(line) }
                if count < 0 {
                    post(.failed(reason: systemMessage(errno)))
                } else {
                    post(.closed(code: nil, reason: "the input ended"))
                }
                return
            }
            for byte in buffer[..<count] {
                if byte == 0x0A {
                    if !line.isEmpty { postLine(line) }
                    line.removeAll(keepingCapacity: true)
                } else {
                    line.append(byte)
                }
            }
            if line.count > Self.lineLimit {
                post(.failed(reason: "a line is longer than \(Self.lineLimit) bytes"))
                return
            }
        }
    }

    private func postLine(_ line: [UInt8]) { post(Importer.payload(ofRealtimeEvent: line)) }
}
