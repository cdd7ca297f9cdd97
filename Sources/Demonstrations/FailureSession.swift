import Emulator
import JSONText
import Timeline

/// A bad afternoon: everything a client must survive, in one short session.
enum FailureSession {
    static func play(_ session: inout Conversation) {
        session.connect(modality: "text")
        session.now += 1100
        differingText(&session)
        session.now += 2600
        rateLimit(&session)
        session.now += 1500
        race(&session)
        session.now += 2800
        loop(&session)
        session.now += 2200
        underrun(&session)
        session.put(.failed(reason: "connection reset by peer"), at: session.now)
    }

    /// The final text is not what the deltas gave, and an event nobody has heard of arrives.
    private static func differingText(_ session: inout Conversation) {
        session.type("What should a client do when something goes wrong?")
        session.requestResponse()
        let told =
            "Say so, in the place where it happened, and keep going. Silence is the worst "
            + "error message: it is short, it is always the same, and nobody ever files it."
        session.answerInText(
            told, pacing: .bunched, final: told + " Also, write tests.")
        session.receive(
            "response.thermal_forecast.updated",
            fields([
                "outlook": "warm", "confidence": .number("0.62"),
                "note": "A client that knows no such event keeps it and goes on.",
            ]), at: session.now + 310)
    }

    /// A response fails; nothing but its `done` event says so.
    private static func rateLimit(_ session: inout Conversation) {
        session.type("Give me an example of such a failure.")
        session.requestResponse()
        session.failResponse(
            code: "inference_rate_limit_exceeded",
            message: "We're currently processing too many requests — please try again later.")
    }

    /// The client asks twice; the second request is refused and names the event that caused it.
    private static func race(_ session: inout Conversation) {
        session.requestResponse()
        let second = session.now + 390
        let reply = session.answerInText(
            "That was one: the response failed, the socket stayed open, and no error event was "
                + "sent. Only the status inside response.done told the story.",
            pacing: .local)
        let resume = session.now
        session.now = second
        let cause = session.requestResponse()
        session.error(
            code: "conversation_already_has_active_response",
            message: "Conversation already has an active response in progress: \(reply.id). "
                + "Wait until the response is finished before creating a new one.",
            cause: cause, at: second + 264)
        session.now = resume
    }

    /// The model repeats itself until the token limit stops it.
    private static func loop(_ session: inout Conversation) {
        session.type("Summarise the retry policy in one sentence.")
        session.requestResponse()
        session.answerInText(
            Loop.text(rounds: 11), pacing: .steady, ending: .incomplete("max_output_tokens"))
    }

    /// The audio stalls in the middle of the answer, and the client then cuts at a time that
    /// never was.
    private static func underrun(_ session: inout Conversation) {
        session.type("Say something reassuring, out loud.")
        session.requestResponse(modality: "audio")
        session.now += 276
        let reply = session.answerInAudio(
            "Everything is under control. If you noticed a pause just now, that was the network "
                + "taking a breath.",
            delivery: .stalling(chunk: 4, milliseconds: 2250))
        let wrong = Int(reply.milliseconds) + 60
        let cause = session.send(
            "conversation.item.truncate",
            fields([
                "item_id": .string(reply.itemID), "content_index": 0,
                "audio_end_ms": .init(wrong),
            ]), at: reply.doneAt + 900)
        session.error(
            code: "invalid_value",
            message: "Audio content of \(Int(reply.milliseconds))ms is already shorter than "
                + "\(wrong)ms",
            parameter: "audio_end_ms", cause: cause, at: reply.doneAt + 1164)
        session.now = max(reply.heardAt, reply.doneAt + 1164) + 2600
    }
}

/// What a model says that has lost its way.
enum Loop {
    static func text(rounds: Int) -> String {
        let round = "Wait a little, then try again, then wait a little longer. "
        return "In one sentence: " + String(repeating: round, count: rounds) + "Wait a"
    }
}
