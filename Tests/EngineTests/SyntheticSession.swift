import Engine
import JSONText
import Timeline

/// A long session of turns with text, audio, tools, failures, interruptions, unknown events and
/// broken frames, the same for the same seed.
enum SyntheticSession {
    /// Everything on, with series short enough for debug builds.
    static let configuration = EngineConfiguration(
        phaseSpace: PhaseSpaceConfiguration(capacity: 160))

    static func events(count: Int, seed: UInt64) -> [Event] {
        var random = SeededRandom(seed: seed)
        var play = Playbook(EngineConfiguration(patterns: [], properties: [], series: []))
        play.session()
        var time = 0.0
        var turn = 0
        func later() -> Double {
            time += Double(random.next() % 40)
            return time
        }
        while play.events.count < count {
            turn += 1
            let id = "resp_\(turn)"
            let item = "item_\(turn)"
            if random.next() % 3 == 0 {
                play.speechStarted(at: later())
                play.speechStopped(at: later())
                play.committed("user_\(turn)", at: later())
            } else {
                play.client("response.create", at: later())
            }
            play.created(id, at: later())
            for step in 0..<Int(random.next() % 40) {
                play.text(step.isMultiple(of: 7) ? " I'm" : " sorry", id, item: item, at: later())
                if random.next() % 9 == 0 {
                    play.audio(milliseconds: 20, sample: 99, id, item: "a\(item)", at: later())
                }
            }
            switch random.next() % 8 {
            case 0: play.speechStarted(at: later())
            case 1: play.server("new.\(random.next() % 100)", at: later())
            case 2: play.add(.received([0x7B, 0x22]), at: later())
            case 3: play.add(.mark("mark \(turn)"), at: later())
            default: break
            }
            let status = ["completed", "completed", "failed", "cancelled"][Int(random.next() % 4)]
            play.done(id, status: status, at: later())
        }
        return Array(play.events.prefix(count))
    }

    /// FNV-1a of the whole analysis.
    static func fingerprint() -> UInt64 {
        var engine = Engine(configuration: configuration)
        for event in events(count: 3000, seed: 5) { engine.apply(event) }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in engine.json().bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
