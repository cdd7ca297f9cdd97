import JSONText
package import Sound

/// Lists the sound devices by the names that choose them.
package enum DevicesCommand {
    /// The list as a table or as JSON; a machine without any says so.
    package static func run(asJSON: Bool) throws(SoundError) -> String {
        let devices = try SoundDevice.all()
        if asJSON { return json(devices).pretty(indent: 2) + "\n" }
        if devices.isEmpty {
            return "no sound devices; midstream-tui doctor says more\n"
        }
        var text = ""
        for direction in SoundDevice.Direction.allCases {
            let found = devices.filter { $0.directions.contains(direction) }
            guard !found.isEmpty else { continue }
            text += "\(direction.rawValue)\n"
            for device in found {
                let padding = String(repeating: " ", count: max(1, 40 - device.name.count))
                text += "  \(device.name)\(padding)\(device.description)\n"
            }
        }
        return text
    }

    private static func json(_ devices: [SoundDevice]) -> JSON {
        .array(
            devices.map { device in
                .object([
                    .init(key: "name", value: .string(device.name)),
                    .init(key: "description", value: .string(device.description)),
                    .init(
                        key: "directions",
                        value: .array(device.directions.map { .string($0.rawValue) })),
                ])
            })
    }
}
