import Demonstrations
import Foundation
import Recordings
import Timeline

// Writes the bundled recordings into a folder: generate-demos [FOLDER], default "recordings".
let folder = CommandLine.arguments.dropFirst().first ?? "recordings"
do {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for demonstration in Demonstration.allCases {
        let recording = demonstration.recording()
        let bytes = recording.bytes
        let path = folder + "/" + demonstration.rawValue + ".jsonl"
        try Data(bytes).write(to: URL(filePath: path))
        let seconds = Double(recording.events.last?.event.time.nanoseconds ?? 0) / 1e9
        print("\(path): \(recording.events.count) events, \(Int(seconds)) s, \(bytes.count) bytes")
    }
} catch {
    FileHandle.standardError.write(Data("generate-demos: \(error.localizedDescription)\n".utf8))
    exit(1)
}
