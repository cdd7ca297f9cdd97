import Glibc
import Recordings
import Timeline

/// A thread that cuts a stream into lines and posts each as what crossed the boundary.
struct LineEdge: Sendable {
    private let path: String
    private let inbox: Inbox
    private let clock: MonotonicClock
    /// A longer line is broken off: nothing the provider sends is near it.
    private static let lineLimit = 32 << 20

    init(path: String, inbox: Inbox, clock: MonotonicClock) {
        self.path = path
        self.inbox = inbox
        self.clock = clock
    }

    /// Begins to read. Opening a pipe waits for its writer, so that is done by the thread, too.
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
