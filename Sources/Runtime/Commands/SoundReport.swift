import Sound
import Terminal

/// What the doctor says of sound: a replay and text sessions need none, so nothing is a problem.
enum SoundReport {
    static func findings() -> [Capabilities.Finding] {
        var findings: [Capabilities.Finding] = []
        do throws(SoundError) {
            let devices = try SoundDevice.all()
            let counts = SoundDevice.Direction.allCases.map { direction in
                "\(devices.count { $0.directions.contains(direction) }) \(direction.rawValue)"
            }
            findings.append(
                .init(
                    name: "sound",
                    value: "ALSA \(LibraryMessages.version), devices: "
                        + counts.joined(separator: ", ")))
        } catch {
            findings.append(.init(name: "sound", value: "none: \(error)"))
        }
        findings.append(check("microphone", .capture))
        findings.append(check("loudspeaker", .playback))
        findings += LibraryMessages.recent.suffix(4).map { .init(name: "  alsa-lib", value: $0) }
        return findings
    }

    private static func check(
        _ name: String, _ direction: SoundDevice.Direction
    ) -> Capabilities.Finding {
        do throws(SoundError) {
            return .init(name: name, value: try SoundDevice.check("default", direction))
        } catch {
            return .init(name: name, value: "none, --no-audio does without: \(error)")
        }
    }
}
