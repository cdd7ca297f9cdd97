import Emulator
import Foundation
import JSONText
import Recordings
import Testing
import Timeline

@testable import Engine
@testable import Interface
@testable import Runtime

/// An hour of conversation with everything that can go wrong, chosen by the seed.
///
/// `SIMULATION_SEEDS` says how many hours; without it there are two short ones, for a debug build.
struct LiveSimulationTests {
    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    }

    private static let seeds = 1...UInt64(number("SIMULATION_SEEDS") ?? 2)
    private static let minutes = number("SIMULATION_SEEDS") == nil ? 6.0 : 60

    /// What may go wrong in a debug build: frames of eight megabytes take it seconds each.
    private static let menu = EmulatorScript.allCases.filter {
        $0 != .hugeFrame || number("SIMULATION_SEEDS") != nil
    }

    @Test(arguments: seeds)
    func `an hour of failures loses nothing and never gets stuck`(seed: UInt64) throws {
        var simulation = try LiveSimulation(seed: seed, menu: Self.menu)
        defer { #expect(throws: Never.self) { try simulation.removeFile() } }
        try simulation.run(until: .zero + .seconds(Self.minutes * 60))
        let sizes = StoredSizes(of: simulation)
        try simulation.finish()
        #expect(simulation.problems.isEmpty, "\(simulation.problems)")
        #expect(simulation.edge.unsent.isEmpty)
        #expect(simulation.client.phase == .open)
        #expect(sizes.largest.count <= 20_000, "\(sizes.largest)")

        let recording = try simulation.recording()
        #expect(recording.warnings.isEmpty)
        #expect(recording.events.map(\.event.payload) == simulation.edge.crossings)
        #expect(
            zip(recording.events, recording.events.dropFirst())
                .allSatisfy { $0.event.time <= $1.event.time })
        var engine = Engine(configuration: simulation.app.engine.configuration)
        for recorded in recording.events { engine.apply(recorded.event) }
        #expect(engine.json().bytes == simulation.app.engine.json().bytes)

        let known = Self.knownTexts(recording)
        let recent = simulation.messages.suffix(20)
        for message in recent where !known.contains(message) {
            Issue.record("the last server was never told “\(message)”")
        }
        if Self.number("SIMULATION_SEEDS") != nil {
            print(
                "seed \(seed): \(recording.events.count) events,",
                "\(simulation.edge.connectionCount) connections,",
                "\(simulation.reconnections) opened, \(simulation.messages.count) messages,",
                "endings \(Set(simulation.endings).sorted()), largest \(sizes.largest),",
                "scripts \(simulation.edge.usedScripts.count)")
        }
    }

    /// The texts of the items that the last server has said it has.
    private static func knownTexts(_ recording: Recording) -> Set<String> {
        var texts: Set<String> = []
        for recorded in recording.events {
            guard case .received(let bytes) = recorded.event.payload,
                let event = try? JSON(parsing: bytes)
            else { continue }
            switch event["type"]?.stringValue {
            case "session.created": texts = []
            case "conversation.item.added":
                for part in event["item"]?["content"]?.arrayValue ?? [] {
                    if let text = part["text"]?.stringValue { texts.insert(text) }
                }
            default: break
            }
        }
        return texts
    }
}

/// How much an app holds: every collection inside it, found by reflection.
private struct StoredSizes {
    private(set) var largest: (path: String, count: Int) = ("", 0)

    init(of simulation: LiveSimulation) {
        for session in simulation.app.engine.sessions { visit(session, "session", depth: 0) }
        visit(simulation.client, "client", depth: 0)
    }

    private mutating func visit(_ value: Any, _ path: String, depth: Int) {
        if value is String || value is [UInt8] { return }
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .collection, .dictionary, .set:
            if mirror.children.count > largest.count {
                largest = (path, mirror.children.count)
            }
            guard depth < 6 else { return }
            // One element stands for all.
            if let last = mirror.children.first { visit(last.value, path + "[]", depth: depth + 1) }
        default:
            guard depth < 8 else { return }
            for child in mirror.children {
                visit(child.value, path + "." + (child.label ?? "?"), depth: depth + 1)
            }
        }
    }
}
