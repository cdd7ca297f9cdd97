/// A spoken conversation: a plain turn, an answer interrupted while it is generated, one
/// interrupted after it was sent whole, and a transcript that comes late.
enum VoiceSession {
    static func play(_ session: inout Conversation) {
        session.connect(modality: "audio")
        session.now += 700
        session.listen(milliseconds: 600)
        _ = session.speak("Hi Pilot, can you hear me?")
        let greeting = session.answerInAudio(
            "Loud and clear, and only two hundred milliseconds late. What are we debugging?")
        session.listen(until: greeting.heardAt + 700)
        interruptedWhileGenerating(&session)
        interruptedWhilePlaying(&session)
        _ = session.speak(
            "Good. That is all I wanted, thank you.", transcription: .late(4100))
        let farewell = session.answerInAudio(
            "Any time. I will be here, listening to the silence and timing it.",
            delivery: .generated)
        session.now = farewell.heardAt + 1500
        session.close()
    }

    private static func interruptedWhileGenerating(_ session: inout Conversation) {
        _ = session.speak("How does turn detection decide that I am finished?")
        let start = session.now
        let explanation =
            "It listens for energy, and then for the lack of it. When the level stays under the "
            + "threshold for the configured silence, it cuts the turn, commits the buffer, and "
            + "wakes the model. Set the silence too short and it interrupts people who think "
            + "before they speak. Set it too long and it feels like calling a ministry. There is "
            + "also a semantic mode, which waits for the sentence to sound finished, and which "
            + "has opinions about trailing off, about lists, and about people who say um."
        session.interrupt(
            answering: explanation, at: start + 2300,
            with: "Sorry, just tell me the number.")
        let number = session.answerInAudio(
            "Five hundred milliseconds by default. Two hundred if your users are brisk.")
        session.listen(until: number.heardAt + 500)
    }

    private static func interruptedWhilePlaying(_ session: inout Conversation) {
        _ = session.speak("And how do I stop the agent from interrupting itself?")
        let advice = session.answerInAudio(
            "Use headphones, or cancel the echo before the microphone reaches me. Otherwise I "
                + "hear my own voice, assume it is yours, and politely stop talking to myself.")
        // The answer came whole in a second or two, but it plays for several.
        session.listen(until: (advice.firstAudioAt ?? advice.doneAt) + 4300)
        _ = session.speak("Headphones it is.") { session, time in
            session.truncate(advice, at: time)
        }
        let joke = session.answerInAudio("A wise and inexpensive choice.")
        session.listen(until: joke.heardAt + 600)
    }
}

extension Conversation {
    /// Keeps the microphone open until `time`.
    mutating func listen(until time: Double) {
        if time > now { listen(milliseconds: Int(time - now)) }
    }

    /// Begins an answer to what was said and lets the user speak into it at `time`.
    mutating func interrupt(answering text: String, at time: Double, with words: String) {
        // The voice is heard some 50 ms after it begins.
        var reply: Reply?
        let answerFrom = now
        now = answerFrom
        listen(until: time)
        _ = speak(words) { session, noticed in
            let later = session.now
            session.now = answerFrom
            let answer = session.answerInAudio(text, ending: .interrupted(noticed))
            session.now = later
            session.truncate(answer, at: noticed + 12)
            reply = answer
        }
        precondition(reply != nil, "an interruption cuts an answer")
    }
}
