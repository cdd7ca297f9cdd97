import Engine
import Foundation
import JSONText
import Recordings
import TemporalLogic
import Testing
import Timeline

/// Recordings to replay: the project's own, and real providers' kept outside the repository, which
/// are skipped where they are absent since they are not ours to commit.
enum RecordedSessions {
    static let packageRoot = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let bundled = files(in: packageRoot.appending(path: "recordings"))

    static let reference: [URL] = {
        let variable = ProcessInfo.processInfo.environment["REFERENCE_RECORDINGS"]
        let folder =
            variable.map { URL(filePath: $0) }
            ?? packageRoot.appending(path: "../shared/recordings")
        return files(in: folder.appending(path: "realtime"))
    }()

    private static func files(in folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return names.sorted().filter { $0.hasSuffix(".jsonl") }.map { folder.appending(path: $0) }
    }

    static func engine(replaying file: URL) throws -> (engine: Engine, events: [Event]) {
        let bytes = [UInt8](try Data(contentsOf: file))
        let format = Importer.detect(Array(bytes.prefix(4096)))
        let recording = try Importer.importing(bytes, format: format)
        let clock = ClockQuality(rawValue: recording.header.clock.rawValue) ?? .none
        var engine = Engine(configuration: EngineConfiguration(clock: clock))
        let events = recording.events.map(\.event)
        for event in events { engine.apply(event) }
        return (engine, events)
    }
}

struct RecordingTests {
    @Test(arguments: RecordedSessions.bundled + RecordedSessions.reference)
    func `every event of a recording is accounted for, twice the same`(file: URL) throws {
        let (engine, events) = try RecordedSessions.engine(replaying: file)
        let ours = events.filter { $0.source.name.hasPrefix("realtime") }
        let counted = engine.sessions.reduce(0) { $0 + $1.eventCount }
        #expect(counted == UInt64(ours.count))
        for state in engine.sessions {
            #expect(state.log.rows.total == Int(state.eventCount))
            let local = state.log.rows.filter { $0.direction == .local }.count
            #expect(state.receivedCount + state.sentCount + UInt64(local) == state.eventCount)
            let unknown = state.log.rows.filter(\.isUnknown).count
            #expect(state.unknownEvents.reduce(0) { $0 + $1.count } <= unknown)
        }
        let again = try RecordedSessions.engine(replaying: file).engine
        #expect(again.json().bytes == engine.json().bytes)
    }

    @Test(.enabled(if: !RecordedSessions.reference.isEmpty))
    func `the tool round of the reference recordings is understood`() throws {
        let file = RecordedSessions.reference.first {
            $0.lastPathComponent == "openai_ws__tool_call_round.jsonl"
        }
        let state = try RecordedSessions.engine(replaying: #require(file)).engine.sessions[0]
        #expect(state.model == "gpt-realtime")
        #expect(state.turns.map(\.trigger) == [.text, .tool])
        #expect(state.turns[0].toolCalls == ["get_weather"])
        #expect(state.conversation.entries.map(\.speaker) == [.user, .tool, .tool, .assistant])
        #expect(state.findings.isEmpty)
        #expect(state.properties.allSatisfy { $0.verdict.holds })
        #expect(state.turns.allSatisfy { ($0.cost ?? 0) > 0 })
    }
}
