import JSONText
import RealtimeProtocol
import Timeline

/// How a session begins, is configured, kept alive and ended.
extension Emulator {
    /// How long a session may last, in seconds.
    static let lifetime = 3600

    mutating func begin(_ request: HandshakeRequest) {
        let start = now + .milliseconds(timings.created.draw(&random))
        let model = request.parameter("model") ?? configuration.model
        for (script, code, message) in Self.fatal {
            let isOld = script == .betaDisabled && request.beta == "realtime=v1"
            if mischief.has(script) || isOld { return fail(code, message, model, at: start) }
        }
        settings = SessionSettings(
            model: model.isEmpty ? configuration.model : model,
            isTranscription: request.parameter("intent") == "transcription")
        input.configure(settings.inputFormat, settings.turnDetection)
        sendSession("session.created", at: start)
        lastAnswer = start
        if configuration.profile == .xAI {
            let later = start + .milliseconds(between(120, 160))
            send(
                "conversation.created",
                [
                    "conversation": [
                        "id": .string(conversation.id), "object": "realtime.conversation",
                    ]
                ], at: later)
            agenda.add(.ping, at: later + .milliseconds(0.4))
        } else {
            agenda.add(.ping, at: now + .seconds(20.3))
        }
        let lifetime =
            mischief.has(.sessionExpired) ? mischief.between(20, 60) : Double(Self.lifetime)
        agenda.add(.expiry, at: now + .seconds(lifetime))
        if mischief.has(.slowConsumer) {
            agenda.add(.slowness, at: now + .seconds(mischief.between(2, 8)))
        }
    }

    private static let fatal: [(EmulatorScript, String, String)] = [
        (.invalidKey, "invalid_api_key", "Incorrect API key provided."),
        (.invalidModel, "invalid_model", "The model does not exist or you have no access to it."),
        (
            .betaDisabled, "beta_api_shape_disabled",
            "The Realtime Beta API is no longer supported. Please use /v1/realtime for the GA API."
        ),
    ]

    /// The error and the close that come instead of a session.
    private mutating func fail(_ code: String, _ message: String, _ model: String, at time: Instant)
    {
        sendError(code, message, at: time)
        let reason = "invalid_request_error.\(code)"
        agenda.add(
            .act(.close(code: code == "invalid_api_key" ? 3000 : 4000, reason: reason)), at: time)
    }

    private mutating func sendError(_ code: String, _ message: String, at time: Instant) {
        send(
            "error",
            [
                "error": [
                    "type": "invalid_request_error", "code": .string(code),
                    "message": .string(message), "param": nil, "event_id": nil,
                ]
            ], at: time)
    }

    mutating func sendSession(_ type: String, at time: Instant) {
        guard case .object(var members) = settings.json else { return }
        members.insert(.init(key: "id", value: .string(sessionID)), at: min(2, members.count))
        if type == "session.updated", mischief.strikes(.clockJump, every: 1...2) {
            clockOffset -= mischief.draw(2...90)
        }
        members.append(
            .init(
                key: "expires_at",
                value: JSON(configuration.startedAt + clockOffset + Self.lifetime)))
        if type == "session.updated", mischief.has(.hugeFrame),
            let place = members.firstIndex(where: { $0.key == "instructions" })
        {
            let line = "Say it again, and then once more. "
            members[place].value = .string(
                String(repeating: line, count: (8 << 20) / line.utf8.count))
        }
        send(type, ["session": .object(members)], at: time)
    }

    mutating func keepAlive() {
        if configuration.profile == .xAI {
            if mischief.strikes(.clockJump, every: 1...3) { clockOffset -= mischief.draw(2...90) }
            send("ping", ["timestamp": JSON(serverMilliseconds)], at: now)
        } else {
            agenda.add(.act(.ping), at: now)
        }
        agenda.add(.ping, at: now + .seconds(20.3))
    }

    mutating func expire() {
        let message = "Your session hit the maximum duration of 60 minutes."
        sendError("session_expired", message, at: now)
        agenda.add(.act(.close(code: 1001, reason: message)), at: now)
    }

    mutating func slowDown() {
        agenda.add(.act(.stopReading), at: now)
        let end = now + .seconds(mischief.between(2, 6))
        agenda.add(.act(.resumeReading), at: end)
        agenda.add(.slowness, at: end + .seconds(mischief.between(4, 20)))
    }

    mutating func updateSession(_ update: JSON, eventID: String?) {
        let isTranscription = update["type"]?.stringValue == "transcription"
        guard isTranscription == settings.isTranscription || jobs.isEmpty && !hasSpoken else {
            return refuse(
                Complaint(
                    code: "invalid_session_type",
                    message: "A session's type cannot change after it was used.",
                    parameter: "session.type"), eventID: eventID)
        }
        if isTranscription != settings.isTranscription {
            settings = SessionSettings(
                model: settings.json["model"]?.stringValue ?? configuration.model,
                isTranscription: isTranscription)
        }
        if hasSpoken, let voice = update["audio"]?["output"]?["voice"], !voice.isNull,
            voice != settings.voice
        {
            return refuse(
                Complaint(
                    code: "cannot_update_voice",
                    message: "Cannot update a conversation's voice if assistant audio is present.",
                    parameter: "session.audio.output.voice"), eventID: eventID)
        }
        settings.apply(update)
        input.configure(settings.inputFormat, settings.turnDetection)
        sendSession("session.updated", at: answerTime())
    }
}
