package import Emulator
package import Engine

/// What the command line says about a conversation of one's own.
package struct LiveOptions: Sendable {
    /// Nil: OpenAI where there is a key for it, else the emulator in this program.
    package var provider: RealtimeEndpoint.Provider?
    package var url: String?
    package var model: String?
    /// `name=value`, as `SettingsField` knows them.
    package var settings: [String] = []
    /// A file of mode 600 with the key, instead of the environment.
    package var keyPath: String?
    /// A JSON file of tools that are programs.
    package var toolsPath: String?
    /// Keep the session as a recording here.
    package var recordPath: String?
    package var devices = SoundEdge.Devices()
    package var allowsInsecure = false
    /// A file of certificates to trust beside the system's.
    package var authorityPath: String?
    /// What the embedded server does.
    package var emulator = EmulatorConfiguration()

    package init() {}

    /// Fills in what the command line left open from the configuration file.
    package mutating func fill(from file: ConfigurationFile) throws(FileError) {
        if provider == nil, url == nil, let name = file.live[.provider] {
            guard let known = RealtimeEndpoint.Provider(rawValue: name) else {
                let all = RealtimeEndpoint.Provider.allCases.map(\.rawValue).joined(separator: ", ")
                throw FileError(path: "[live] provider", message: "“\(name)” is none of \(all)")
            }
            provider = known
        }
        url = url ?? file.live[.url]
        model = model ?? file.live[.model]
        keyPath = keyPath ?? file.live[.keyFile]
        toolsPath = toolsPath ?? file.live[.tools]
        authorityPath = authorityPath ?? file.live[.authority]
        if devices.microphone == SoundEdge.Devices.standard {
            devices.microphone = file.live[.microphone] ?? SoundEdge.Devices.standard
        }
        if devices.loudspeaker == SoundEdge.Devices.standard {
            devices.loudspeaker = file.live[.loudspeaker] ?? SoundEdge.Devices.standard
        }
        settings = file.session + settings
    }
}
