import EmulatedSessions
import Emulator
import Foundation
import Recordings
import Timeline

// Writes recordings of emulated sessions: emulated-sessions FOLDER. Every story under every
// profile, and under every script that keeps to the protocol.
guard let folder = CommandLine.arguments.dropFirst().first else {
    FileHandle.standardError.write(Data("usage: emulated-sessions FOLDER\n".utf8))
    exit(2)
}

/// The session's frames as a recording; what is no frame is left out.
func recording(_ session: VirtualSession, _ name: String) -> Recording {
    var events: [RecordedEvent] = []
    for (time, crossing) in session.crossings.sorted(by: { $0.time < $1.time }) {
        let payload: Payload? =
            if case .sent(let bytes) = crossing {
                .sent(bytes)
            } else {
                VirtualSession.text(crossing).map { .received($0) }
            }
        guard let payload else { continue }
        let event = Event(
            sequence: UInt64(events.count), time: time, source: .realtime, payload: payload)
        events.append(RecordedEvent(event: event))
    }
    let header = RecordingHeader(
        startedAt: "2026-08-21T10:00:00.000Z", clock: .measured,
        origin: "midstream-tui emulated-sessions", sessionName: name)
    return Recording(header: header, events: events)
}

/// The stories in which a script shows; all of them without one.
func stories(_ script: EmulatorScript?) -> [Story] {
    switch script {
    case nil: Story.allCases
    case .transcriptionFailed, .lateTranscription: [.voice]
    default: [.tools, .editing]
    }
}

do {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for profile in EmulatorProfile.allCases {
        for script in [nil] + EmulatorScript.allCases.filter(\.keepsToTheProtocol).map(\.self) {
            // The profiles differ in order and pace; the scripts are shown under one of them.
            if script != nil, profile != .openAI { continue }
            // Frames of eight megabytes say nothing new about their shape.
            if script == .hugeFrame { continue }
            for story in stories(script) {
                let name = "\(profile.rawValue)-\(script?.rawValue ?? "plain")-\(story.rawValue)"
                let session = story.tell(
                    EmulatorConfiguration(profile: profile, scripts: script.map { [$0] } ?? []))
                guard case .accept = session.answer else { continue }
                let bytes = recording(session, name).bytes
                try Data(bytes).write(to: URL(filePath: "\(folder)/\(name).jsonl"))
            }
        }
    }
} catch {
    FileHandle.standardError.write(Data("emulated-sessions: \(error.localizedDescription)\n".utf8))
    exit(1)
}
