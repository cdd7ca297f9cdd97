internal import CALSA
internal import Glibc

/// A sound device by the name that opens it.
package struct SoundDevice: Equatable, Sendable {
    package enum Direction: String, Sendable, CaseIterable {
        case capture, playback
    }

    /// What to give as the device: `default`, `plughw:CARD=Headset,DEV=0`.
    package var name: String
    /// ALSA's words, one line.
    package var description: String
    package var directions: [Direction]

    package init(name: String, description: String, directions: [Direction]) {
        self.name = name
        self.description = description
        self.directions = directions
    }

    /// Every device that ALSA's configuration knows, in its order, except `null`.
    ///
    /// That a name is listed does not say that it opens: see ``check(_:_:)``.
    package static func all() throws(SoundError) -> [SoundDevice] {
        LibraryMessages.route()
        var hints: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        let code = unsafe snd_device_name_hint(-1, "pcm", &hints)
        guard code >= 0, let list = unsafe hints else {
            throw SoundError(device: "all", operation: "list the devices of", code: code)
        }
        defer { _ = unsafe snd_device_name_free_hint(list) }
        var devices: [SoundDevice] = []
        var place = unsafe list
        while let hint = unsafe place.pointee {
            unsafe place += 1
            guard let name = unsafe field("NAME", of: hint), name != "null" else { continue }
            let directions: [Direction] =
                switch unsafe field("IOID", of: hint) {
                case "Input": [.capture]
                case "Output": [.playback]
                default: Direction.allCases
                }
            let description = unsafe field("DESC", of: hint) ?? ""
            devices.append(
                SoundDevice(
                    name: name,
                    description: description.split(separator: "\n").joined(separator: ", "),
                    directions: directions))
        }
        return devices
    }

    /// Opens and closes a device as a conversation would.
    ///
    /// - Returns: what it was opened as.
    package static func check(_ name: String, _ direction: Direction) throws(SoundError) -> String {
        try PCM(name, direction, bufferFrames: 10 * VoiceFormat.periodFrames).summary
    }

    private static func field(_ id: String, of hint: UnsafeMutableRawPointer) -> String? {
        guard let text = unsafe snd_device_name_get_hint(hint, id) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }
}
