/// What kind of events a source brings, which decides how urgent they are.
package enum SourceClass: UInt8, Equatable, Sendable, CaseIterable {
    case tokens = 0
    case audio = 1
    case video = 2
    case telemetry = 3

    /// Urgency of a source's stream, 0 first and 7 last (RFC 9218); 0 is the control stream's.
    package var urgency: Int {
        switch self {
        case .tokens: 1
        case .audio: 2
        case .video: 4
        case .telemetry: 6
        }
    }

    /// The class that a source's name tells: `realtime`, `mic/2`, `camera` …
    package init(ofSource name: String) {
        let first = name.utf8.prefix { $0 != UInt8(ascii: "/") }
        func named(_ wanted: StaticString) -> Bool {
            unsafe first.elementsEqual(
                UnsafeBufferPointer(start: wanted.utf8Start, count: wanted.utf8CodeUnitCount))
        }
        if named("realtime") {
            self = .tokens
        } else if named("mic") || named("microphone") || named("loudspeaker") || named("audio") {
            self = .audio
        } else if named("camera") || named("video") || named("screen") {
            self = .video
        } else {
            self = .telemetry
        }
    }
}

/// Which sources of a log are meant.
package struct SourceSelection: Equatable, Sendable {
    /// Names of sources; each stands for itself and for what begins with it and a slash. Nil: all.
    package var names: [String]?

    package init(names: [String]?) { self.names = names }

    package static let all = SourceSelection(names: nil)

    package func contains(_ source: String) -> Bool {
        guard let names else { return true }
        return names.contains { name in
            guard source.utf8.starts(with: name.utf8) else { return false }
            let rest = source.utf8.dropFirst(name.utf8.count)
            return rest.isEmpty || rest.first == UInt8(ascii: "/")
        }
    }
}
