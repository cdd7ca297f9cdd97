import Cells
import Engine
import JSONText
import RealtimeProtocol
import Testing
import Timeline

@testable import Interface

/// A stage whose app drives its session itself.
private struct LiveStage {
    var stage = Stage()
    private var sequence: UInt64 = 0

    init(tools: [ToolDefinition] = []) {
        stage.app.playback = PlaybackState(mode: .live, title: "emulator")
        let client = RealtimeClient(
            configuration: ClientConfiguration(tools: tools, destination: "test"))
        #expect(
            stage.app.add(client, as: .realtime) == [.client(.realtime, .connect(attempt: 0))])
    }

    /// What crossed the boundary; returns what the shell is asked to do.
    mutating func see(_ payload: Payload) -> [Command] {
        defer { sequence += 1 }
        return stage.app.apply(
            Event(
                sequence: sequence, time: .milliseconds(Double(sequence) * 20), source: .realtime,
                payload: payload))
    }

    mutating func open() {
        _ = see(.opened(detail: "test"))
        let created: JSON = [
            "type": "session.created", "session": ["id": "sess_1", "model": "gpt-realtime-2.1"],
        ]
        _ = see(.received(created.bytes))
    }

    static func types(_ commands: [Command]) -> [String] {
        commands.compactMap { command in
            guard case .client(_, let order) = command else { return nil }
            switch order {
            case .send(let frame): return RealtimeDecoder.client(frame).type
            case .stopPlayback: return "stop"
            case .disconnect: return "disconnect"
            case .connect: return "connect"
            case .capture(let on): return "capture \(on)"
            default: return "other"
            }
        }
    }
}

struct ClientKeyTests {
    @Test func `a message is written in the footer and sent with enter`() {
        var live = LiveStage()
        live.open()
        live.stage.press("i")
        #expect(live.stage.app.isTyping)
        live.stage.type("hello qi")
        live.stage.press("backspace")
        #expect(live.stage.text().contains("say: hello q"))
        #expect(
            LiveStage.types(live.stage.press("enter"))
                == ["stop", "conversation.item.create", "response.create"])
        #expect(live.stage.app.view.composer?.text == "", "the line stays for the next message")
        live.stage.press("escape")
        #expect(!live.stage.app.isTyping)
    }

    @Test func `the status says open only after the greeting`() {
        var live = LiveStage()
        _ = live.see(.opened(detail: "test"))
        #expect(live.stage.text().contains("waits for the server"))
        live.open()
        #expect(live.stage.text().contains("live emulator"))
    }

    @Test func `settings are sent once they are right`() {
        var live = LiveStage()
        live.open()
        live.stage.press("E", "j", "l")
        #expect(live.stage.text().contains("session settings"))
        #expect(LiveStage.types(live.stage.press("s")) == ["session.update"])
        #expect(live.stage.app.clients[0].client.settings.voice == "cedar")
        #expect(live.stage.app.view.overlay == nil)
    }

    @Test func `a wrong setting is refused with its reason and not taken`() {
        var live = LiveStage()
        live.open()
        live.stage.press("E", "j", "j", "enter", "ctrl-u")
        live.stage.type("9")
        live.stage.press("enter")
        #expect(live.stage.text().contains("wants a number from 0.25 to 1.5"))
        live.stage.press("escape", "s")
        #expect(live.stage.app.clients[0].client.settings.speed == 1)
    }

    @Test func `without a microphone talking says so`() {
        var live = LiveStage()
        live.open()
        #expect(live.stage.press("v").isEmpty)
        #expect(live.stage.text().contains("no microphone"))
        var sound = SoundState()
        sound.microphone = "test"
        live.stage.app.sound = sound
        #expect(LiveStage.types(live.stage.press("v")) == ["stop", "capture true"])
        #expect(LiveStage.types(live.stage.press("v")) == ["capture false"])
    }

    @Test func `hanging up and connecting again are one key`() {
        var live = LiveStage()
        live.open()
        #expect(LiveStage.types(live.stage.press("H")) == ["stop", "disconnect"])
        #expect(LiveStage.types(live.stage.press("H")) == ["connect"])
    }

    @Test func `a call without a command is answered by hand`() {
        let tool = ToolDefinition(
            name: "ask", description: "", parameters: ["type": "object"], kind: .manual)
        var live = LiveStage(tools: [tool])
        live.open()
        let call: JSON = [
            "type": "response.output_item.done", "response_id": "r", "output_index": 0,
            "item": [
                "id": "i", "type": "function_call", "status": "completed", "call_id": "c",
                "name": "ask", "arguments": "{}",
            ],
        ]
        _ = live.see(.received(call.bytes))
        live.stage.press("W")
        live.stage.type("yes")
        #expect(
            LiveStage.types(live.stage.press("enter"))
                == ["conversation.item.create", "response.create"])
        #expect(live.stage.app.clients[0].client.openCalls.isEmpty)
    }

    @Test func `in a replay the conversation's keys say what they need`() {
        var stage = Stage()
        stage.open()
        for key in ["i", "v", "V", "u", "b", "B", "R", "K", "U", "D", "W", "E", "H"] {
            #expect(stage.press(key).isEmpty)
            #expect(stage.app.view.notice?.contains("replay") == true)
        }
    }

    @Test func `the list switches and pins`() {
        var stage = Stage()
        stage.open()
        for number in 2...4 {
            _ = stage.app.apply(
                Event(
                    sequence: 100, time: .zero, source: SourceID("realtime/\(number)"),
                    payload: .opened(detail: "test")))
        }
        stage.press("S", "G", "p")
        #expect(stage.app.view.pinned == [SourceID("realtime/4")])
        #expect(stage.text().contains("realtime/3"))
        stage.press("g", "enter")
        #expect(stage.app.session?.id == SourceID("realtime/4"))
    }
}
