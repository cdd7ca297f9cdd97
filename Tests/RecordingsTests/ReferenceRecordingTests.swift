import Foundation
import JSONText
import Recordings
import Testing
import Timeline

/// Recordings of real providers, kept outside the repository; the tests are skipped without them.
enum ReferenceRecordings {
    static let packageRoot = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let folder: URL = {
        let variable = ProcessInfo.processInfo.environment["REFERENCE_RECORDINGS"]
        return variable.map { URL(filePath: $0) }
            ?? packageRoot.appending(path: "../shared/recordings")
    }()

    static let files: [URL] = {
        let realtime = folder.appending(path: "realtime")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: realtime.path())) ?? []
        return names.sorted().filter { $0.hasSuffix(".jsonl") }.map { realtime.appending(path: $0) }
    }()
}

/// Skipped where the reference recordings are absent, since they are not ours to commit.
@Suite(.enabled(if: !ReferenceRecordings.files.isEmpty))
struct ReferenceRecordingTests {
    @Test(arguments: ReferenceRecordings.files)
    func `every event of a reference recording is accounted for`(file: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: file))
        let lines = bytes.split(separator: 0x0A)
        #expect(Importer.detect(Array(bytes.prefix(4096))) == .capture)
        let recording = try Importer.importing(bytes, format: .capture)
        #expect(recording.events.count == lines.count - 1)
        let isBackwards = file.lastPathComponent.hasPrefix("translation_ws__vercel")
        #expect(recording.warnings.count == (isBackwards ? 1 : 0))
        for (line, recorded) in zip(lines.dropFirst(), recording.events) {
            let tree = try JSON(parsing: line)
            let frame: [UInt8]
            switch recorded.event.payload {
            case .sent(let bytes):
                #expect(tree["dir"] == "c2s")
                frame = bytes
            case .received(let bytes):
                #expect(tree["dir"] == "s2c")
                frame = bytes
            default:
                Issue.record("an event is no frame: \(recorded.event.payload)")
                continue
            }
            #expect(try JSON(parsing: frame) == tree["event"])
            #expect(line.firstRange(of: frame) != nil)
        }
    }

    @Test(arguments: ReferenceRecordings.files)
    func `a reference recording survives conversion to our format`(file: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: file))
        let recording = try Importer.importing(bytes, format: .capture)
        let converted = recording.bytes
        #expect(Importer.detect(Array(converted.prefix(200))) == .recording)
        let again = try Importer.importing(converted, format: .recording)
        #expect(again.header == recording.header)
        #expect(again.events == recording.events)
        #expect(again.warnings.isEmpty)
        #expect(again.bytes == converted)
    }

    @Test(arguments: ReferenceRecordings.files)
    func `known times of a reference recording are kept and the others stand between`(
        file: URL
    ) throws {
        let bytes = [UInt8](try Data(contentsOf: file))
        let recording = try Importer.importing(bytes, format: .capture)
        let known = try bytes.split(separator: 0x0A).dropFirst().map {
            try JSON(parsing: $0)["t_ms"]?.doubleValue
        }
        let clock: RecordingHeader.Clock = known.contains { $0 != nil } ? .partial : .none
        #expect(recording.header.clock == clock)
        var last = -Double.infinity
        for (time, recorded) in zip(known, recording.events) {
            let milliseconds = (recorded.event.time - .zero).milliseconds
            if let time { #expect(milliseconds == max(time, last)) }
            #expect(milliseconds >= last)
            last = milliseconds
        }
    }
}
