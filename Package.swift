// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: Swift 6 mode, strict memory safety, warnings are errors.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
]

/// A Swift module of the library floors; `imports` may only name modules further down the table.
func module(_ name: String, imports: [Target.Dependency] = [], resources: [Resource] = []) -> Target
{
    .target(name: name, dependencies: imports, resources: resources, swiftSettings: strict)
}

/// The tests of one module; golden files are read from the source tree, not bundled.
func tests(_ name: String, imports: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: imports + [.init(stringLiteral: name)],
        exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "midstream-tui",
    products: [
        .executable(name: "midstream-tui", targets: ["midstream-tui"]),
        // For the tests of sound only: alsa-lib loads it as a device.
        .library(name: "SoundStandIn", type: .dynamic, targets: ["SoundStandIn"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(
            url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // Ground: the standard library only.
        module("Timeline"),
        module("TextEncodings"),
        module("SequenceMatching"),
        module("Dynamics"),
        module("TemporalLogic"),
        module("Cells"),
        // Protocols: bytes to values and back.
        module("JSONText"),
        module("PeerProtocol", imports: ["TextEncodings", "Timeline"]),
        module("RealtimeProtocol", imports: ["TextEncodings", "JSONText"]),
        module(
            "Emulator", imports: ["TextEncodings", "Timeline", "JSONText", "RealtimeProtocol"]),
        module("Recordings", imports: ["TextEncodings", "Timeline", "JSONText"]),
        module(
            "Demonstrations",
            imports: [
                "TextEncodings", "Timeline", "JSONText", "RealtimeProtocol", "Emulator",
                "Recordings",
            ]),
        // Program: pure values.
        module(
            "Engine",
            imports: [
                "TextEncodings", "Timeline", "SequenceMatching", "Dynamics", "TemporalLogic",
                "JSONText", "RealtimeProtocol",
            ],
            resources: [.embedInCode("Resources/prices.json")]
                + [
                    "turns", "latency", "tools", "interruptions", "failures", "session", "audio",
                    "protocol", "budget", "echo",
                ].map { .embedInCode("Resources/\($0).properties") }),
        module(
            "Interface",
            imports: [
                "Timeline", "SequenceMatching", "Cells", "Dynamics", "TemporalLogic", "JSONText",
                "RealtimeProtocol", "Engine",
            ]),
        // Edges: one C library each.
        .target(
            name: "CNcurses",
            cSettings: [.define("_GNU_SOURCE"), .define("NCURSES_WIDECHAR", to: "1")],
            linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        module("Terminal", imports: ["CNcurses", "TextEncodings", "Timeline", "Cells"]),
        .target(
            name: "COpenSSL",
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        module("TLS", imports: ["COpenSSL"]),
        .target(
            name: "CQUIC",
            linkerSettings: [
                .linkedLibrary("ngtcp2"), .linkedLibrary("ngtcp2_crypto_gnutls"),
                .linkedLibrary("gnutls"),
            ]),
        module("QUIC", imports: ["CQUIC", "Timeline"]),
        .target(name: "CHTTP3", linkerSettings: [.linkedLibrary("nghttp3")]),
        module("HTTP3", imports: ["CHTTP3", "Timeline", "QUIC"]),
        module(
            "Sharing",
            imports: ["Timeline", "JSONText", "PeerProtocol", "Recordings", "QUIC", "HTTP3"]),
        .target(name: "CDatagrams", cSettings: [.define("_GNU_SOURCE")]),
        .target(name: "CScheduling", cSettings: [.define("_GNU_SOURCE")]),
        .target(
            name: "Networking",
            dependencies: [
                "TextEncodings", "Timeline", "TLS", "QUIC", "CDatagrams", "CScheduling",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .target(name: "CALSA", linkerSettings: [.linkedLibrary("asound")]),
        module("Sound", imports: ["CALSA", "Timeline"]),
        // Shell.
        .target(
            name: "Runtime",
            dependencies: [
                "Timeline", "SequenceMatching", "Dynamics", "TemporalLogic", "Cells", "JSONText",
                "RealtimeProtocol", "Emulator", "Recordings", "Engine", "Interface", "Terminal",
                "Sound", "TLS", "HTTP3", "QUIC", "PeerProtocol", "Sharing", "Networking",
                "TextEncodings",
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "TOMLKit", package: "TOMLKit"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: strict, plugins: ["EmbedFiles"]),
        // Build time: themes and recordings become part of the program.
        .plugin(
            name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"],
            path: "Sources/Plugins/EmbedFiles"),
        .executableTarget(name: "embed-files", swiftSettings: strict),
        // Writes recordings/*.jsonl; not a product.
        .executableTarget(
            name: "generate-demos", dependencies: ["Timeline", "Recordings", "Demonstrations"],
            swiftSettings: strict),
        .executableTarget(
            name: "midstream-tui",
            dependencies: [
                "Timeline", "SequenceMatching", "TemporalLogic", "Cells", "Emulator", "Engine",
                "Interface",
                "Terminal", "Sound", "PeerProtocol", "QUIC", "Networking", "Runtime",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        tests("Timeline", imports: []),
        tests("TextEncodings", imports: []),
        tests("SequenceMatching", imports: []),
        tests("Dynamics", imports: []),
        tests("Recordings", imports: ["Timeline", "JSONText", "Demonstrations"]),
        tests("TemporalLogic", imports: []),
        tests("Cells", imports: []),
        tests("JSONText", imports: ["Timeline"]),
        tests("RealtimeProtocol", imports: ["Timeline", "JSONText"]),
        // Emulated sessions in virtual time, for tests and for checks by other people's software.
        .target(
            name: "EmulatedSessions",
            dependencies: ["Timeline", "JSONText", "RealtimeProtocol", "Emulator"],
            path: "Tests/Hosts/EmulatedSessions", swiftSettings: strict),
        .executableTarget(
            name: "emulated-sessions",
            dependencies: ["Timeline", "Recordings", "Emulator", "EmulatedSessions"],
            path: "Tests/Hosts/emulated-sessions", swiftSettings: strict),
        tests(
            "Emulator",
            imports: [
                "Timeline", "JSONText", "RealtimeProtocol", "EmulatedSessions",
            ]),
        tests(
            "Engine",
            imports: [
                "Timeline", "SequenceMatching", "Dynamics", "TemporalLogic", "JSONText",
                "RealtimeProtocol", "Recordings",
            ]),
        .executableTarget(
            name: "terminal-host", dependencies: ["Terminal", "Cells", "Timeline"],
            path: "Tests/Hosts/terminal-host", swiftSettings: strict),
        tests("Terminal", imports: ["Cells", "Timeline", "terminal-host"]),
        // Endpoints on a network with a clock of its own, for whatever speaks over QUIC.
        .target(
            name: "SimulatedNetwork", dependencies: ["QUIC", "Timeline"],
            path: "Tests/Hosts/SimulatedNetwork", swiftSettings: strict),
        // Measures what idle connections cost.
        .executableTarget(
            name: "quic-idle", dependencies: ["QUIC", "Timeline"],
            path: "Tests/Hosts/quic-idle", swiftSettings: strict),
        tests("QUIC", imports: ["Timeline", "SimulatedNetwork"]),
        tests("HTTP3", imports: ["Timeline", "QUIC", "SimulatedNetwork"]),
        // Bare QUIC, for checks by other people's software.
        .executableTarget(
            name: "quic-host",
            dependencies: [
                "QUIC", "HTTP3", "Recordings", "Sharing", "Networking", "Timeline",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/Hosts/quic-host", swiftSettings: strict),
        tests("PeerProtocol", imports: ["Timeline"]),
        // Measures sharing without sockets; not a product.
        .executableTarget(
            name: "sharing-benchmark",
            dependencies: ["Timeline", "PeerProtocol", "QUIC", "Sharing"],
            path: "Tests/Hosts/sharing-benchmark", swiftSettings: strict),
        tests(
            "Sharing",
            imports: [
                "Timeline", "JSONText", "PeerProtocol", "Recordings", "QUIC", "HTTP3",
                "SimulatedNetwork",
            ]),
        // A sound device in a folder, loaded by alsa-lib as a plug-in.
        .target(
            name: "SoundStandIn", path: "Tests/Hosts/sound-stand-in",
            cSettings: [.define("PIC")], linkerSettings: [.linkedLibrary("asound")]),
        tests("Sound", imports: ["Timeline", "Engine", "Interface", "Runtime", "SoundStandIn"]),
        tests(
            "Interface",
            imports: [
                "Cells", "Timeline", "TemporalLogic", "JSONText", "RealtimeProtocol",
                "SequenceMatching", "Engine",
            ]),
        tests(
            "Runtime",
            imports: [
                "Cells", "Timeline", "SequenceMatching", "TemporalLogic", "JSONText", "Emulator",
                "RealtimeProtocol", "Recordings", "Engine", "Interface", "Terminal", "Networking",
                "Sound", "QUIC", "PeerProtocol", "Sharing", "SimulatedNetwork", "midstream-tui",
            ]),
        tests("TLS", imports: []),
        tests(
            "Networking",
            imports: [
                "Timeline", "TLS", "QUIC", .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
