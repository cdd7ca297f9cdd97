import Recordings

/// Turns any supported file into a recording of the present version.
package enum ConvertCommand {
    /// Converts `input` to `output` ("-" is standard output); returns how many events it has.
    ///
    /// What could not be read as it stood is told on standard error; nothing is written when
    /// nothing could be read.
    package static func run(input: String, output: String, replaces: Bool) throws(FileError) -> Int
    {
        let bytes = try FileAccess.read(input)
        let recording: Recording
        do throws(RecordingError) {
            recording = try Importer.importing(
                bytes, format: Importer.detect(Array(bytes.prefix(1 << 16))))
        } catch {
            throw FileError(path: input, message: "\(error)")
        }
        for warning in recording.warnings { Output.complain("\(input): \(warning)") }
        if output == "-" {
            try Output.write(String(decoding: recording.bytes, as: UTF8.self))
        } else {
            try FileAccess.write(recording.bytes, to: output, replaces: replaces)
        }
        return recording.events.count
    }
}
