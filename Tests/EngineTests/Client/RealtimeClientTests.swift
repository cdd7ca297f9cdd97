import JSONText
import RealtimeProtocol
import Testing
import Timeline

@testable import Engine

/// A client with a server made of sentences.
private struct Table {
    var client: RealtimeClient
    var now = Instant.zero

    init(tools: [ToolDefinition] = BuiltInTool.allCases.map(\.definition)) {
        client = RealtimeClient(
            configuration: ClientConfiguration(tools: tools, destination: "test"))
    }

    mutating func wish(_ wish: ClientWish) -> [ClientOrder] {
        client.perform(wish, session: nil)
    }

    mutating func see(_ payload: Payload) -> [ClientOrder] {
        client.observe(payload, at: now, session: nil)
    }

    mutating func receive(_ event: JSON) -> [ClientOrder] { see(.received(event.bytes)) }

    @discardableResult
    mutating func greet() -> [ClientOrder] {
        _ = see(.opened(detail: "test"))
        return receive(["type": "session.created", "session": ["id": "sess_1"]])
    }

    @discardableResult
    mutating func open() -> [ClientOrder] {
        _ = wish(.connect)
        return greet()
    }

    mutating func respond(_ id: String) -> [ClientOrder] {
        receive([
            "type": "response.created", "response": ["id": .string(id), "status": "in_progress"],
        ])
    }

    mutating func finish(_ id: String, _ status: String = "completed") -> [ClientOrder] {
        receive([
            "type": "response.done",
            "response": ["id": .string(id), "status": .string(status), "output": []],
        ])
    }

    mutating func call(_ id: String, _ name: String, _ arguments: String = "{}") -> [ClientOrder] {
        receive([
            "type": "response.output_item.done", "response_id": "r1", "output_index": 0,
            "item": [
                "id": .string("item_" + id), "type": "function_call", "status": "completed",
                "call_id": .string(id), "name": .string(name), "arguments": .string(arguments),
            ],
        ])
    }
}

/// The client events among orders; every one must decode without a remark.
private func sent(_ orders: [ClientOrder]) -> [ClientEvent] {
    orders.compactMap { order in
        guard let frame = frame(of: order) else { return nil }
        let decoded = RealtimeDecoder.client(frame)
        #expect(decoded.problem == nil)
        #expect(decoded.eventID?.isEmpty == false)
        return decoded.body
    }
}

private func frame(of order: ClientOrder) -> [UInt8]? {
    switch order {
    case .send(let frame), .sendAudio(let frame, _): frame
    default: nil
    }
}

private func types(_ orders: [ClientOrder]) -> [String] {
    orders.map { order in
        switch order {
        case .send(let frame), .sendAudio(let frame, _): RealtimeDecoder.client(frame).type
        case .connect(let attempt): "connect \(attempt)"
        case .disconnect: "disconnect"
        case .play(let piece): "play \(piece.bytes.count)"
        case .stopPlayback: "stop"
        case .capture(let on): "capture \(on)"
        case .run(let call, _, _): "run \(call.name)"
        }
    }
}

struct RealtimeClientTests {
    @Test func `open is said only when the server has greeted`() {
        var table = Table()
        #expect(types(table.wish(.connect)) == ["connect 0"])
        #expect(table.client.phase == .connecting(attempt: 0))
        #expect(table.see(.opened(detail: "test")).isEmpty)
        #expect(table.client.phase == .greeting)
        #expect(types(table.greet()) == ["session.update"])
        #expect(table.client.phase == .open)
    }

    @Test(arguments: [
        (3000, "invalid_api_key"), (4000, "invalid_model"), (4000, "beta_api_shape_disabled"),
    ])
    func `a refusal after the handshake is not tried again`(code: Int, error: String) {
        var table = Table()
        _ = table.wish(.connect)
        _ = table.see(.opened(detail: "test"))
        _ = table.receive(["type": "error", "error": ["code": .string(error), "message": "no"]])
        let orders = table.see(.closed(code: code, reason: "invalid_request_error." + error))
        #expect(!types(orders).contains { $0.hasPrefix("connect") })
        guard case .ended = table.client.phase else {
            Issue.record("\(table.client.phase)")
            return
        }
    }

    @Test(arguments: ["insufficient_quota", "account_deactivated", "billing_hard_limit_reached"])
    func `an error of the account is not tried again even when the close is an ordinary one`(
        code: String
    ) {
        var table = Table()
        table.open()
        _ = table.receive(["type": "error", "error": ["code": .string(code), "message": "no"]])
        _ = table.see(.closed(code: 1011, reason: ""))
        #expect(table.client.phase == .ended(reason: "closed 1011"))
    }

    @Test func `five attempts follow a loss, each after twice the time, then none`() {
        var table = Table()
        table.open()
        var delays: [Double] = []
        for attempt in 1...5 {
            _ = table.see(.failed(reason: "connection reset"))
            guard case .retrying(attempt, let time, _) = table.client.phase else {
                Issue.record("\(table.client.phase)")
                return
            }
            #expect(table.client.nextDeadline == time)
            delays.append((time - table.now).milliseconds)
            #expect(table.client.advance(to: time - .milliseconds(1)).isEmpty)
            table.now = time
            #expect(types(table.client.advance(to: time)) == ["connect \(attempt)"])
        }
        #expect(delays == [500, 1000, 2000, 4000, 8000])
        _ = table.see(.failed(reason: "connection reset"))
        #expect(table.client.phase == .ended(reason: "connection reset"))
        #expect(table.client.nextDeadline == nil)
    }

    @Test func `a success forgets the attempts before it`() {
        var table = Table()
        table.open()
        for _ in 1...8 {
            _ = table.see(.closed(code: 1001, reason: "session expired"))
            guard case .retrying(1, let time, _) = table.client.phase else {
                Issue.record("\(table.client.phase)")
                return
            }
            table.now = time
            _ = table.client.advance(to: time)
            table.greet()
        }
    }

    @Test func `leaving is not a loss`() {
        var table = Table()
        table.open()
        #expect(types(table.wish(.disconnect)) == ["stop", "disconnect"])
        _ = table.see(.closed(code: 1006, reason: ""))
        #expect(table.client.phase == .ended(reason: "you left"))
        #expect(types(table.wish(.connect)) == ["connect 0"])
    }

    @Test(arguments: [(400, false), (401, false), (403, false), (429, true), (503, true)])
    func `the status of a refused handshake decides`(status: Int, retries: Bool) {
        var table = Table()
        _ = table.wish(.connect)
        let refusal = HandshakeRefusal(status: status, body: "{\"error\":{}}")
        #expect(HandshakeRefusal(reason: refusal.reason) == refusal)
        _ = table.see(.failed(reason: refusal.reason))
        if case .retrying = table.client.phase {
            #expect(retries)
        } else {
            #expect(!retries)
        }
    }

    @Test func `a server that does not greet is given up and tried again`() {
        var table = Table()
        _ = table.wish(.connect)
        _ = table.see(.opened(detail: "test"))
        let deadline = Instant.zero + RealtimeClient.greetingTimeout
        #expect(table.client.nextDeadline == deadline)
        table.now = deadline
        #expect(types(table.client.advance(to: deadline)) == ["disconnect", "stop"])
        guard case .retrying(1, _, _) = table.client.phase else {
            Issue.record("\(table.client.phase)")
            return
        }
    }
}

struct RealtimeClientTurnTests {
    @Test func `a message is an item and an answer`() {
        var table = Table()
        table.open()
        let orders = table.wish(.say("hello"))
        #expect(types(orders) == ["stop", "conversation.item.create", "response.create"])
        #expect(sent(orders).count == 2)
    }

    @Test func `a message in mid answer cancels it and is answered after its end`() {
        var table = Table()
        table.open()
        _ = table.respond("r1")
        let orders = table.wish(.say("wait"))
        #expect(types(orders) == ["response.cancel", "stop", "conversation.item.create"])
        #expect(types(table.finish("r1", "cancelled")) == ["response.create"])
    }

    @Test func `an answer that an unknown one stands in the way of is asked for again`() {
        var table = Table()
        table.open()
        _ = table.wish(.createResponse)
        let error: JSON = [
            "type": "error",
            "error": ["code": "conversation_already_has_active_response", "message": "wait"],
        ]
        _ = table.receive(error)
        let due = table.now + RealtimeClient.responseRetryDelay
        #expect(table.client.nextDeadline == due)
        table.now = due
        #expect(types(table.client.advance(to: due)) == ["response.create"])
        #expect(table.client.nextDeadline == nil)
    }

    @Test func `what was not heard is truncated away`() {
        var table = Table()
        table.open()
        _ = table.respond("r1")
        let audio = JSON.string(
            String(decoding: AudioChunk(encoding: [0, 0]).base64, as: UTF8.self))
        let delta: JSON = [
            "type": "response.output_audio.delta", "response_id": "r1", "item_id": "i1",
            "output_index": 0, "content_index": 0, "delta": audio,
        ]
        #expect(types(table.receive(delta)) == ["play 2"])
        #expect(types(table.wish(.interrupt)) == ["response.cancel", "stop"])
        let cut = HeardAudio(itemID: "i1", contentIndex: 0, milliseconds: 1234)
        #expect(
            sent(table.wish(.playbackStopped([cut])))
                == [.itemTruncate(itemID: "i1", contentIndex: 0, audioEndMilliseconds: 1234)])
        #expect(table.receive(delta).isEmpty, "late audio of a cancelled answer is not heard")
    }

    @Test func `the user's voice stops the playing when the session says so`() {
        var table = Table()
        table.open()
        let start: JSON = [
            "type": "input_audio_buffer.speech_started", "item_id": "u1", "audio_start_ms": 0,
        ]
        #expect(types(table.receive(start)) == ["stop"])
        var settings = table.client.settings
        settings.interruptsResponse = false
        _ = table.wish(.update(settings))
        #expect(table.receive(start).isEmpty)
    }

    @Test func `push to talk without a detector commits and asks`() {
        var table = Table()
        table.open()
        var settings = table.client.settings
        settings.turnDetection = .off
        _ = table.wish(.update(settings))
        #expect(types(table.wish(.talk(true))) == ["stop", "capture true"])
        for _ in 0..<6 {
            let second = [UInt8](repeating: 1, count: 960)
            let orders = table.wish(.captured(second, at: .zero))
            #expect(types(orders) == ["input_audio_buffer.append"])
        }
        #expect(
            types(table.wish(.talk(false)))
                == ["capture false", "input_audio_buffer.commit", "response.create"])
        #expect(table.wish(.captured([0, 0], at: .zero)).isEmpty)
    }

    @Test func `push to talk with a detector ends in the silence that it waits for`() {
        var table = Table()
        table.open()
        _ = table.wish(.talk(true))
        _ = table.wish(.captured([UInt8](repeating: 1, count: 9600), at: .zero))
        let orders = table.wish(.talk(false))
        #expect(types(orders) == ["capture false", "input_audio_buffer.append"])
        guard case .audioAppend(let chunk)? = sent(orders).first else {
            Issue.record("no audio")
            return
        }
        #expect(chunk.byteCount == 800 * 48)
        #expect(chunk.decoded().allSatisfy { $0 == 0 })
    }

    @Test func `a muted microphone sends nothing`() {
        var table = Table()
        table.open()
        _ = table.wish(.openMicrophone(true))
        _ = table.wish(.mute(true))
        #expect(table.wish(.captured([1, 2], at: .zero)).isEmpty)
        _ = table.wish(.mute(false))
        #expect(types(table.wish(.captured([1, 2], at: .zero))) == ["input_audio_buffer.append"])
    }

    @Test func `less audio than the server takes is not committed`() {
        var table = Table()
        table.open()
        _ = table.wish(.openMicrophone(true))
        _ = table.wish(.captured([UInt8](repeating: 0, count: 4798), at: .zero))
        #expect(table.wish(.commitAudio).isEmpty)
        #expect(table.client.takeNotices().count == 1)
        _ = table.wish(.captured([0, 0], at: .zero))
        #expect(types(table.wish(.commitAudio)) == ["input_audio_buffer.commit"])
    }
}

struct RealtimeClientToolTests {
    @Test func `a built-in tool answers, and the model goes on after its response`() throws {
        var table = Table()
        table.open()
        _ = table.respond("r1")
        let orders = table.call("c1", "roll_dice", #"{"count":3,"sides":6}"#)
        guard case .itemCreate(let item, _)? = sent(orders).first else {
            Issue.record("\(orders)")
            return
        }
        let output = try JSON(parsing: Array((item["output"]?.stringValue ?? "").utf8))
        #expect(output["rolls"]?.arrayValue?.count == 3)
        #expect(item["call_id"]?.stringValue == "c1")
        #expect(types(table.finish("r1")) == ["response.create"])
    }

    @Test(arguments: ["", "{", #"{"count":0}"#, #"{"count":2,"sides":1}"#])
    func `bad arguments are told to the model`(arguments: String) {
        var random = SeededRandom(seed: 1)
        let answer = BuiltInTool.rollDice.answer(arguments, session: nil, random: &random)
        #expect(answer.contains("error"))
    }

    @Test func `the model goes on only when every call was answered`() {
        let manual = ToolDefinition(
            name: "ask", description: "", parameters: ["type": "object"], kind: .manual)
        let outside = ToolDefinition(
            name: "run", description: "", parameters: ["type": "object"],
            kind: .command("true", timeoutMilliseconds: 100))
        var table = Table(tools: [manual, outside])
        table.open()
        _ = table.respond("r1")
        #expect(table.call("c1", "ask").isEmpty)
        #expect(types(table.call("c2", "run")) == ["run run"])
        #expect(table.client.openCalls.map(\.callID) == ["c1", "c2"])
        #expect(table.finish("r1").isEmpty)
        #expect(
            types(table.wish(.toolAnswered(callID: "c2", output: "ok")))
                == ["conversation.item.create"])
        #expect(
            types(table.wish(.answerTool(callID: "c1", output: "yes")))
                == ["conversation.item.create", "response.create"])
        #expect(table.wish(.answerTool(callID: "c1", output: "again")).isEmpty)
    }

    @Test func `a tool that does not exist is said to be missing`() {
        var table = Table()
        table.open()
        guard case .itemCreate(let item, _)? = sent(table.call("c9", "nothing")).first else {
            Issue.record("no answer")
            return
        }
        #expect(item["output"]?.stringValue?.contains("no such tool") == true)
    }
}

struct RealtimeClientMemoryTests {
    @Test func `a new session is told what the conversation was`() {
        var table = Table()
        table.open()
        for (number, role) in ["user", "assistant"].enumerated() {
            _ = table.receive([
                "type": "conversation.item.done",
                "item": [
                    "id": .string("i\(number)"), "type": "message", "role": .string(role),
                    "content": [["type": "output_text", "text": .string("text \(number)")]],
                ],
            ])
        }
        _ = table.call("c1", "roll_dice", #"{"count":1}"#)
        _ = table.see(.closed(code: 1001, reason: "session expired"))
        _ = table.wish(.say("are you there?"))
        _ = table.client.advance(to: Instant.zero + .seconds(60))
        let events = sent(table.greet())
        let items = events.compactMap { event -> String? in
            guard case .itemCreate(let item, _) = event else { return nil }
            return item["type"]?.stringValue
        }
        #expect(
            items == ["message", "message", "function_call", "function_call_output", "message"])
        #expect(events.first.map { if case .sessionUpdate = $0 { true } else { false } } == true)
        #expect(events.last == .responseCreate(nil))
    }

    /// The texts of the messages that orders create.
    private func messages(_ orders: [ClientOrder]) -> [String] {
        sent(orders).compactMap { event in
            guard case .itemCreate(let item, _) = event else { return nil }
            return item["content"]?.arrayValue?.first?["text"]?.stringValue
        }
    }

    @Test func `a message that the server never took is told to the next one, and answered`() {
        var table = Table()
        table.open()
        _ = table.wish(.say("do not lose me"))
        for _ in 0..<3 {
            _ = table.see(.failed(reason: "no pong"))
            table.now = table.now + .seconds(60)
            _ = table.client.advance(to: table.now)
            let orders = table.greet()
            #expect(messages(orders) == ["do not lose me"])
            #expect(sent(orders).last == .responseCreate(nil))
        }
    }

    @Test func `a message that waited for a connection is told once, and again after a loss`() {
        var table = Table()
        table.open()
        _ = table.see(.failed(reason: "no pong"))
        _ = table.wish(.say("later"))
        for _ in 0..<2 {
            table.now = table.now + .seconds(60)
            _ = table.client.advance(to: table.now)
            #expect(messages(table.greet()) == ["later"])
            _ = table.see(.failed(reason: "no pong"))
        }
    }

    @Test func `what was heard of an answer is told to no other session`() {
        var table = Table()
        table.open()
        _ = table.see(.failed(reason: "no pong"))
        let cut = HeardAudio(itemID: "i1", contentIndex: 0, milliseconds: 10)
        #expect(table.wish(.playbackStopped([cut])).isEmpty)
        table.now = table.now + .seconds(60)
        _ = table.client.advance(to: table.now)
        #expect(types(table.greet()) == ["session.update"])
    }

    @Test(arguments: [true, false])
    func `an answer whose events were lost on the way does not block the next`(isNamed: Bool) {
        var table = Table()
        table.open()
        _ = table.wish(.createResponse)
        if isNamed { _ = table.respond("r1") }
        // Its end never comes.
        #expect(
            types(table.wish(.say("hello")))
                == ["response.cancel", "stop", "conversation.item.create"])
        let refusal: JSON = [
            "type": "error", "error": ["code": "response_cancel_not_active", "message": "no"],
        ]
        #expect(types(table.receive(refusal)) == ["response.create"])
    }

    @Test func `a truncated item is not restored`() {
        var memory = ClientMemory()
        memory.note(
            Item(
                id: "a", type: "message", role: "assistant",
                content: [Part(type: "output_audio", transcript: "long")]))
        memory.truncate("a")
        #expect(memory.seeds().isEmpty)
    }

    @Test func `memory is bounded`() {
        var memory = ClientMemory()
        for number in 0..<1000 {
            memory.note(
                Item(
                    id: "\(number)", type: "message", role: "user",
                    content: [Part(type: "input_text", text: String(repeating: "x", count: 4000))]))
        }
        let seeds = memory.seeds()
        #expect(seeds.count <= ClientMemory.itemLimit)
        #expect(seeds.reduce(0) { $0 + $1.bytes.count } <= ClientMemory.textLimit + 4096)
    }

    @Test func `what waits for a connection is bounded and the rest is counted`() {
        var table = Table()
        _ = table.wish(.connect)
        let text = String(repeating: "x", count: 100_000)
        for _ in 0..<20 { _ = table.wish(.say(text)) }
        #expect(table.client.droppedBytes > 0)
        #expect(!table.client.takeNotices().isEmpty)
        let total = table.greet().reduce(0) { sum, order in
            if case .send(let frame) = order { sum + frame.count } else { sum }
        }
        #expect(total < RealtimeClient.queueLimit + 10_000)
    }
}

struct SessionSettingsTests {
    @Test(arguments: SettingsField.allCases)
    func `every field takes the text that it shows`(field: SettingsField) throws {
        var settings = SessionSettings()
        let before = settings
        try field.set(field.value(in: settings), in: &settings)
        #expect(settings == before)
        for choice in field.choices ?? [] {
            try field.set(choice, in: &settings)
            #expect(field.value(in: settings) == choice)
        }
    }

    @Test(arguments: [
        "threshold=2", "threshold=x", "silence=1.5", "modality=video", "tools=maybe", "speed=9",
        "voice=", "volume=3", "voice",
    ])
    func `a bad assignment says which field and what it wants`(text: String) {
        var settings = SessionSettings()
        do {
            try settings.apply(assignment: text)
            Issue.record("taken")
        } catch {
            #expect("\(error)".hasPrefix(text.split(separator: "=").first ?? ""))
        }
        #expect(settings == SessionSettings())
    }

    @Test func `the voice is sent once`() {
        let settings = SessionSettings()
        let first = settings.json(tools: [], after: nil)
        let again = settings.json(tools: [], after: settings)
        #expect(first["audio"]?["output"]?["voice"]?.stringValue == "marin")
        #expect(again["audio"]?["output"]?["voice"] == nil)
    }

    @Test func `a detector that is off is null`() {
        var settings = SessionSettings()
        settings.turnDetection = .off
        #expect(settings.json(tools: [], after: nil)["audio"]?["input"]?["turn_detection"] == .null)
    }
}
