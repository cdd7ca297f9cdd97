import RealtimeProtocol
import Timeline

/// Counts the traffic by kind: the streams within the one socket.
struct StreamAnalyzer: Analyzer {
    private enum Stream: Int, CaseIterable {
        case textOut, transcriptOut, audioOut, arguments, userTranscript, audioIn, events, requests

        var title: String {
            switch self {
            case .textOut: "text out"
            case .transcriptOut: "transcript out"
            case .audioOut: "audio out"
            case .arguments: "tool arguments"
            case .userTranscript: "user transcript"
            case .audioIn: "audio in"
            case .events: "server events"
            case .requests: "client events"
            }
        }
    }

    /// Where each stream lies in the state; -1 while it has not appeared.
    private var places = [Int](repeating: -1, count: Stream.allCases.count)

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        guard let stream = Self.stream(of: moment) else { return }
        if places[stream.rawValue] < 0 {
            places[stream.rawValue] = state.streams.count
            state.streams.append(
                StreamStatistics(
                    name: stream.title, chunks: 0, bytes: 0, firstAt: moment.time,
                    lastAt: moment.time))
        }
        let place = places[stream.rawValue]
        state.streams[place].chunks += 1
        state.streams[place].bytes += UInt64(Self.payloadBytes(of: moment))
        state.streams[place].lastAt = moment.time
    }

    private static func stream(of moment: Moment) -> Stream? {
        switch moment.body {
        case .server(let event):
            switch event {
            case .textDelta: .textOut
            case .transcriptDelta: .transcriptOut
            case .audioDelta: .audioOut
            case .argumentsDelta, .mcpArgumentsDelta: .arguments
            case .inputTranscriptionDelta, .inputTranscriptionUpdated: .userTranscript
            default: .events
            }
        case .client(.audioAppend): .audioIn
        case .client: .requests
        default:
            moment.signals.contains(.received)
                ? .events : moment.signals.contains(.sent) ? .requests : nil
        }
    }

    /// Bytes of text or audio for the streams of pieces, bytes of the frame for the rest.
    private static func payloadBytes(of moment: Moment) -> Int {
        switch moment.body {
        case .server(.textDelta(_, let text)), .server(.transcriptDelta(_, let text)):
            text.utf8.count
        case .server(.audioDelta(_, let chunk)), .client(.audioAppend(let chunk)):
            chunk.byteCount
        case .server(.argumentsDelta(_, _, _, _, let text)),
            .server(.mcpArgumentsDelta(_, _, _, let text)),
            .server(.inputTranscriptionDelta(_, _, let text)),
            .server(.inputTranscriptionUpdated(_, _, let text)):
            text.utf8.count
        default: moment.byteCount
        }
    }
}
