import Foundation
import JSONText
import RealtimeProtocol
import Testing

/// Needs the recordings in the folder named by REFERENCE_RECORDINGS, or ../shared/recordings,
/// which are not part of the repository.
@Suite(.enabled(if: Samples.reference("REFERENCE_RECORDINGS", "recordings") != nil))
struct `Recorded sessions` {
    @Test func `every frame of every provider decodes, and only other families are unknown`() throws
    {
        let folder = try #require(Samples.reference("REFERENCE_RECORDINGS", "recordings"))
            .appendingPathComponent("realtime")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files.count == 22)
        var unknown: [String: Int] = [:]
        var frames = 0
        for file in files {
            let data = try Data(contentsOf: folder.appendingPathComponent(file))
            for line in data.split(separator: 0x0A).dropFirst() {
                let record = try JSONObjectScan(Array(line))
                let event = Array(try #require(record.raw("event")))
                frames += 1
                if record.string("dir") == "s2c" {
                    check(RealtimeDecoder.server(event), file, &unknown)
                } else {
                    check(RealtimeDecoder.client(event), file, &unknown)
                }
            }
        }
        #expect(frames == 1069)
        #expect(
            unknown == [
                "": 8, "session.input_transcript.delta": 8, "session.output_transcript.delta": 15,
                "session.output_audio.delta": 1, "session.closed": 1,
            ])
    }

    private func check<Body>(
        _ decoded: Decoded<Body>, _ file: String, _ unknown: inout [String: Int]
    ) {
        #expect(decoded.unknownFields == [], "\(file) \(decoded.type)")
        #expect(decoded.unknownValues == [], "\(file) \(decoded.type)")
        let dialects: [Dialect] =
            file.hasPrefix("xai")
            ? [.ga, .beta, .xai]
            : file.contains("voice_live") || file.hasPrefix("beta")
                ? [.ga, .beta, .voiceLive] : [.ga]
        #expect(dialects.contains(decoded.dialect), "\(file) \(decoded.type)")
        if decoded.body == nil {
            unknown[decoded.type, default: 0] += 1
        } else if !file.hasPrefix("beta_ws") {
            // The one file left out was printed by a console that abbreviates inner objects.
            #expect(decoded.problems == [], "\(file) \(decoded.type)")
        }
    }
}
