import Emulator
import JSONText
import Timeline

/// What the bare command plays: text, voice, an interruption, a tool, a loop, a failure.
enum Tour {
    static func play(_ session: inout Conversation) {
        session.connect(modality: "audio", tools: [ToolSession.tools[0]])
        session.now += 1000
        welcome(&session)
        session.now += 4200
        session.put(.mark("voice"), at: session.now)
        voice(&session)
        interruption(&session)
        network(&session)
        tool(&session)
        session.now += 1200
        session.put(.mark("loop"), at: session.now)
        loop(&session)
        session.now += 3400
        failure(&session)
        session.now += 3200
        farewell(&session)
        session.close()
    }

    private static func welcome(_ session: inout Conversation) {
        session.type("My voice agent answers late, and then apologises for it. Where do I start?")
        session.requestResponse(modality: "text")
        session.answerInText(
            "Start with the clock, not with the model. Between your last word and its first "
                + "there are five waits: the silence, the commit, the response, the first "
                + "transcript, the first audio. Name them and they stop being a mystery. The "
                + "apology you can simply delete; it is the slowest part.",
            pacing: .bunched)
    }

    private static func voice(_ session: inout Conversation) {
        session.listen(milliseconds: 600)
        _ = session.speak("Fine. Which of the five is it, usually?")
        let answer = session.answerInAudio(
            "The silence. You stop talking, and the detector waits to be sure. It is being polite, "
                + "and you are paying for the politeness.")
        session.listen(until: answer.heardAt + 500)
    }

    private static func interruption(_ session: inout Conversation) {
        _ = session.speak("So I should turn the waiting off?")
        session.interrupt(
            answering: "Not off, no. Without any silence every comma becomes the end of your turn, "
                + "every breath a question, and every thoughtful pause an invitation for me to "
                + "explain something you already know, at length, with examples, beginning with "
                + "the history of the telephone and the gentleman who",
            at: session.now + 1900, with: "Stop, stop. One number, please.")
        let number = session.answerInAudio("Two hundred milliseconds.")
        session.listen(until: number.heardAt + 700)
    }

    private static func network(_ session: inout Conversation) {
        _ = session.speak("And what about the network in between?")
        let answer = session.answerInAudio(
            "The network is honest. It is late, and it never denies it. Watch the gaps between the "
                + "chunks: when the buffer runs dry there is a hole, the caller says hello, hello, "
                + "and that is a new turn.", delivery: .generated)
        session.listen(until: answer.heardAt + 600)
    }

    private static func tool(_ session: inout Conversation) {
        _ = session.speak(
            "And how long does the kitchen assistant wait today?", transcription: .late(3300))
        session.callTool(
            "get_trace", arguments: #"{"session":"kitchen-assistant","turns":2}"#,
            output: #"{"turns":[{"silence_ms":500,"first_audio_ms":1120},"#
                + #"{"silence_ms":500,"first_audio_ms":1190}]}"#,
            delay: 620, modality: "audio")
        session.now += 280
        let answer = session.answerInAudio(
            "Half a second of silence, and then it takes another six hundred milliseconds to find "
                + "its voice. I would call that Tuesday, not an emergency.", delivery: .generated)
        session.listen(until: answer.heardAt)
    }

    private static func loop(_ session: inout Conversation) {
        session.type("Give me the retry policy in one sentence.")
        session.requestResponse(modality: "text")
        session.answerInText(
            Loop.text(rounds: 9), pacing: .local, ending: .incomplete("max_output_tokens"))
    }

    private static func failure(_ session: inout Conversation) {
        session.type("That was not one sentence. Again, without the echo.")
        session.requestResponse(modality: "text")
        session.failResponse(
            code: "inference_rate_limit_exceeded",
            message: "We're currently processing too many requests — please try again later.")
        session.now += 1500
        session.requestResponse(modality: "text")
        let second = session.now + 420
        let reply = session.answerInText(
            "Wait twice as long after each failure, add a little chance so that not everybody "
                + "returns at once, and give up after five. Like a sensible guest at a closed door.",
            pacing: .bunched)
        let resume = session.now
        session.now = second
        let cause = session.requestResponse(modality: "text")
        session.error(
            code: "conversation_already_has_active_response",
            message: "Conversation already has an active response in progress: \(reply.id). "
                + "Wait until the response is finished before creating a new one.",
            cause: cause, at: second + 264)
        session.now = resume
    }

    private static func farewell(_ session: inout Conversation) {
        session.listen(milliseconds: 400)
        _ = session.speak("Perfect. Goodbye, Pilot.")
        let answer = session.answerInAudio(
            "Goodbye. Mind the gap between your last word and my first.")
        session.listen(until: answer.heardAt + 200)
        session.now += 1300
    }
}
