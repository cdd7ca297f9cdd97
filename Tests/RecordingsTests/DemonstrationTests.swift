import Demonstrations
import Foundation
import JSONText
import Recordings
import Testing
import Timeline

struct DemonstrationTests {
    /// One frame of a session as JSON, with its time in milliseconds.
    private struct Frame {
        var milliseconds: Double
        var isSent: Bool
        var event: JSON
        var type: String { event["type"]?.stringValue ?? "" }
        var response: String? {
            event["response_id"]?.stringValue ?? event["response"]?["id"]?.stringValue
        }
    }

    private func frames(_ demonstration: Demonstration) throws -> [Frame] {
        try demonstration.recording().events.compactMap { recorded in
            let time = (recorded.event.time - .zero).milliseconds
            switch recorded.event.payload {
            case .sent(let bytes):
                return Frame(milliseconds: time, isSent: true, event: try JSON(parsing: bytes))
            case .received(let bytes):
                return Frame(milliseconds: time, isSent: false, event: try JSON(parsing: bytes))
            default: return nil
            }
        }
    }

    @Test(arguments: Demonstration.allCases)
    func `the generator writes the bundled recording byte for byte`(demonstration: Demonstration)
        throws
    {
        let file = ReferenceRecordings.packageRoot
            .appending(path: "recordings/\(demonstration.rawValue).jsonl")
        let bundled = [UInt8](try Data(contentsOf: file))
        let written = demonstration.recording().bytes
        // Compared first, so that a failure does not print a megabyte.
        let isSame = bundled == written
        #expect(isSame, "run `swift run generate-demos`")
        #expect(bundled.count < 1_500_000)
    }

    @Test(arguments: Demonstration.allCases)
    func `a bundled recording reads back as it was made`(demonstration: Demonstration) throws {
        let made = demonstration.recording()
        let read = try Importer.importing(made.bytes, format: Importer.detect(made.bytes))
        let isSame = read == made
        #expect(isSame)
        #expect(read.header.clock == .measured)
        guard case .opened = read.events.first?.event.payload else {
            Issue.record("a session begins with an open socket")
            return
        }
        switch read.events.last?.event.payload {
        case .closed(code: 1000, _): #expect(demonstration != .failure)
        case .failed: #expect(demonstration == .failure)
        default: Issue.record("a session ends")
        }
    }

    @Test(arguments: Demonstration.allCases)
    func `every event has an id of its own and every error names its cause`(
        demonstration: Demonstration
    ) throws {
        var ids: Set<String> = []
        for frame in try frames(demonstration) {
            let id = try #require(frame.event["event_id"]?.stringValue)
            #expect(ids.insert(id).inserted)
            guard frame.type == "error" else { continue }
            let cause = try #require(frame.event["error"]?["event_id"]?.stringValue)
            #expect(ids.contains(cause))
        }
    }

    @Test(arguments: Demonstration.allCases)
    func `deltas give the final text, but for one answer of the failures`(
        demonstration: Demonstration
    ) throws {
        var joined: [String: String] = [:]
        var differing = 0
        for frame in try frames(demonstration) {
            let kind = frame.type.split(separator: ".").dropLast().joined(separator: ".")
            let key = kind + (frame.response ?? frame.event["item_id"]?.stringValue ?? "")
            if frame.type.hasSuffix(".delta"), !frame.type.hasSuffix("audio.delta") {
                joined[key, default: ""] += frame.event["delta"]?.stringValue ?? ""
            }
            let final =
                frame.event["text"]?.stringValue ?? frame.event["transcript"]?.stringValue
                ?? frame.event["arguments"]?.stringValue
            guard let final, let text = joined[key] else { continue }
            let isSame = text == final || text == " " + final
            if !isSame { differing += 1 }
        }
        #expect(!joined.isEmpty)
        #expect(differing == (demonstration == .failure ? 1 : 0))
    }

    @Test(arguments: Demonstration.allCases)
    func `usage adds up, cached is a part of input, and audio tokens are 50 ms`(
        demonstration: Demonstration
    ) throws {
        var audio: [String: Int] = [:]
        var responses = 0
        for frame in try frames(demonstration) {
            let response = frame.response ?? ""
            if frame.type == "response.output_audio.delta" {
                audio[response, default: 0] +=
                    Data(base64Encoded: frame.event["delta"]?.stringValue ?? "")?.count ?? 0
            }
            guard frame.type == "response.done" else { continue }
            responses += 1
            let usage = try #require(frame.event["response"]?["usage"])
            func count(_ path: String...) -> Int {
                path.reduce(usage as JSON?) { $0?[$1] }?.intValue ?? -1
            }
            #expect(count("total_tokens") == count("input_tokens") + count("output_tokens"))
            let input = "input_token_details"
            let cached = "cached_tokens_details"
            #expect(
                count("input_tokens") == count(input, "text_tokens") + count(input, "audio_tokens"))
            #expect(
                count(input, "cached_tokens")
                    == count(input, cached, "text_tokens") + count(input, cached, "audio_tokens"))
            for part in ["text_tokens", "audio_tokens"] {
                #expect(0...count(input, part) ~= count(input, cached, part))
            }
            let output = "output_token_details"
            #expect(count(output, "audio_tokens") == (audio[response] ?? 0) / 8 / 50)
            let sum = count(output, "text_tokens") + count(output, "audio_tokens")
            #expect(count("output_tokens") == sum)
        }
        #expect(responses >= 3)
    }

    @Test(arguments: Demonstration.allCases)
    func `a response begins, says everything and is done, in this order`(
        demonstration: Demonstration
    ) throws {
        var open: Set<String> = []
        var done: Set<String> = []
        for frame in try frames(demonstration) {
            guard let response = frame.response else { continue }
            if frame.type == "response.created" {
                #expect(open.isEmpty, "two responses at once")
                open.insert(response)
            } else {
                #expect(open.contains(response), "\(frame.type) outside its response")
            }
            if frame.type == "response.done" {
                open.remove(response)
                done.insert(response)
            }
        }
        #expect(open.isEmpty)
        #expect(!done.isEmpty)
    }

    @Test func `an interrupted answer is cut where it was heard, and that is less than was sent`()
        throws
    {
        for (demonstration, cuts) in [(Demonstration.voiceBargeIn, 2), (.tour, 1)] {
            var first: [String: Double] = [:]
            var bytes: [String: Int] = [:]
            var truncated = 0
            for frame in try frames(demonstration) {
                let item = frame.event["item_id"]?.stringValue ?? ""
                if frame.type == "response.output_audio.delta" {
                    first[item] = first[item] ?? frame.milliseconds
                    bytes[item, default: 0] +=
                        Data(base64Encoded: frame.event["delta"]?.stringValue ?? "")?.count ?? 0
                }
                guard frame.type == "conversation.item.truncate" else { continue }
                truncated += 1
                let heard = Double(try #require(frame.event["audio_end_ms"]?.intValue))
                #expect(heard > 500)
                #expect(heard + 500 < Double(bytes[item] ?? 0) / 8)
                #expect(heard <= frame.milliseconds - (first[item] ?? 0))
            }
            #expect(truncated == cuts)
            let statuses = try frames(demonstration).compactMap {
                $0.event["response"]?["status_details"]?["reason"]?.stringValue
            }
            #expect(statuses.contains("turn_detected"))
        }
    }

    @Test func `a transcript comes after the answer to it is complete`() throws {
        var done = -1.0
        var isLate = false
        for frame in try frames(.voiceBargeIn) {
            if frame.type == "input_audio_buffer.speech_stopped" { done = -1 }
            if frame.type == "response.done" { done = frame.milliseconds }
            if frame.type.hasSuffix("input_audio_transcription.completed"), done > 0 {
                isLate = true
            }
        }
        #expect(isLate)
    }

    @Test func `the failures are all there`() throws {
        let frames = try frames(.failure)
        let statuses = frames.filter { $0.type == "response.done" }.map {
            $0.event["response"]?["status"]?.stringValue ?? ""
        }
        #expect(statuses == ["completed", "failed", "completed", "incomplete", "completed"])
        let codes = frames.compactMap { $0.event["error"]?["code"]?.stringValue }
        #expect(codes == ["conversation_already_has_active_response", "invalid_value"])
        #expect(frames.count { $0.type == "response.thermal_forecast.updated" } == 1)
        let audio = frames.filter { $0.type == "response.output_audio.delta" }
        let gaps = zip(audio, audio.dropFirst()).map { $1.milliseconds - $0.milliseconds }
        #expect((gaps.max() ?? 0) > 2000)
    }

    @Test func `tools are called and their outputs are followed by speech`() throws {
        let types = try frames(.toolCall).map(\.type)
        #expect(types.count { $0 == "response.function_call_arguments.done" } == 2)
        #expect(types.count { $0 == "response.output_audio.done" } == 2)
        #expect(types.count { $0 == "conversation.item.create" } == 2)
    }

    @Test func `the voice is loud and soft as speech is`() throws {
        var levels: [Double] = []
        for frame in try frames(.voiceBargeIn) where frame.type == "response.output_audio.delta" {
            let bytes = Data(base64Encoded: frame.event["delta"]?.stringValue ?? "") ?? Data()
            for start in stride(from: 0, to: bytes.count - 160, by: 160) {
                let window = bytes.dropFirst(start).prefix(160)
                let sum = window.reduce(0.0) { $0 + Self.linear($1) * Self.linear($1) }
                levels.append((sum / 160).squareRoot())
            }
        }
        levels.sort()
        #expect(levels[levels.count / 10] < 0.002)
        #expect(levels[levels.count / 2] > 0.02)
        #expect((levels.last ?? 1) < 0.3)
    }

    /// ITU-T G.711 µ-law, by the definition.
    private static func linear(_ byte: UInt8) -> Double {
        let code = Int(~byte)
        let magnitude = ((code & 0x0F) << 3 + 0x84) << ((code >> 4) & 7) - 0x84
        return Double(code & 0x80 != 0 ? -magnitude : magnitude) / 32_768
    }
}
