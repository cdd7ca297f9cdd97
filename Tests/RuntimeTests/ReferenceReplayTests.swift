import Engine
import Foundation
import Interface
import JSONText
import Recordings
import Runtime
import Testing
import Timeline

/// Real sessions of several providers; skipped where they are absent, since they are not ours to
/// commit (REFERENCE_RECORDINGS names their folder).
@Suite(.enabled(if: !PackageFiles.references.isEmpty, "the reference recordings are absent"))
struct ReferenceReplayTests {
    @Test(arguments: PackageFiles.references)
    func `a real session replays to its end with every event accounted for`(file: URL) throws {
        let lines = try Data(contentsOf: file).split(separator: 0x0A).count
        let source = try EventSource(opening: file.path())
        #expect(source.count == UInt64(lines - 1))
        var playing = try Playing(source)
        try playing.perform(.speed(.infinity))
        try playing.go(to: .zero)
        #expect(playing.app.playback.isAtEnd)
        #expect(playing.app.playback.eventIndex == UInt64(lines - 1))
        let seen = playing.app.engine.sessions.reduce(UInt64(0)) { $0 + $1.eventCount }
        #expect(seen == UInt64(lines - 1))
        var sought = try Playing(source)
        try sought.perform(.speed(.infinity), .pause, .seek(.zero + source.duration))
        expectSame(playing.state(), sought.state(), file.lastPathComponent)
    }

    @Test(arguments: PackageFiles.references)
    func `the analysis is the same twice and for any size of batch`(file: URL) throws {
        let first = try AnalyzeCommand.analyze(file.path()).0.json().bytes
        let second = try AnalyzeCommand.analyze(file.path()).0.json().bytes
        #expect(first == second ? true : false)
        let source = try EventSource(opening: file.path())
        for batch in [1, 7, 64] {
            var playing = try Playing(source, readsAhead: batch == 7)
            try playing.perform(.speed(.infinity))
            try playing.go(to: .zero, limit: batch)
            #expect(playing.app.engine.json().bytes == first ? true : false, "batches of \(batch)")
        }
    }
}
