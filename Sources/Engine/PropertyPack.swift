package import TemporalLogic

/// A file of properties that comes with the program.
package struct PropertyPack: Sendable {
    package var name: String
    /// The file's text, in the format of `docs/PROPERTIES.md`.
    package var text: String
    /// Whether its properties are watched when nobody chooses.
    package var isDefault: Bool

    package init(name: String, text: String, isDefault: Bool) {
        self.name = name
        self.text = text
        self.isDefault = isDefault
    }

    package static let all: [PropertyPack] = [
        pack("turns", PackageResources.turns_properties),
        pack("latency", PackageResources.latency_properties),
        pack("tools", PackageResources.tools_properties),
        pack("interruptions", PackageResources.interruptions_properties),
        pack("failures", PackageResources.failures_properties),
        pack("session", PackageResources.session_properties),
        pack("audio", PackageResources.audio_properties),
        pack("protocol", PackageResources.protocol_properties, isDefault: false),
        pack("budget", PackageResources.budget_properties, isDefault: false),
        pack("echo", PackageResources.echo_properties, isDefault: false),
    ]

    /// The pack of this name.
    package init?(named name: String) {
        guard let pack = Self.all.first(where: { $0.name == name }) else { return nil }
        self = pack
    }

    /// The pack's file, with parameters of one's own.
    package func file(settings: [(name: String, value: String)] = []) -> PropertyFile {
        PropertyFile(parsing: text, settings: settings)
    }

    private static func pack(
        _ name: String, _ bytes: [UInt8], isDefault: Bool = true
    ) -> PropertyPack {
        PropertyPack(name: name, text: String(decoding: bytes, as: UTF8.self), isDefault: isDefault)
    }
}

extension PropertyFile {
    /// Its properties as an engine watches them.
    package func definitions(pack: String) -> [PropertyDefinition] {
        properties.map {
            PropertyDefinition(
                name: $0.name, formula: $0.formula, pack: pack, comment: $0.comment)
        }
    }
}
