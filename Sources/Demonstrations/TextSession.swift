import Emulator

/// Three typed questions, three answers as text, each with its own rhythm.
enum TextSession {
    static func play(_ session: inout Conversation) {
        session.connect(modality: "text")
        session.now += 1400
        ask(
            &session, "My agent pauses for two seconds before every answer. Where do I look?",
            "Climb the ladder from the bottom: speech end, commit, response created, first "
                + "transcript, first audio. Somewhere a rung is missing. Nine times in ten it is "
                + "the first one: the silence the detector waits for before it believes you.",
            .bunched)
        session.now += 3600
        ask(
            &session, "And if every rung looks fine?",
            "Then measure the part the server cannot see. Your player buffers, your proxy "
                + "buffers, your headset buffers, and none of them signs the guest book. Stamp "
                + "the first audio frame on arrival, stamp it again when the speaker moves, and "
                + "subtract. The difference is usually wearing a Bluetooth logo.",
            .local)
        session.now += 4200
        ask(
            &session, "Write that on a sticky note for me.",
            "Latency is a sum. Print the terms, fix the largest, print them again. "
                + "Stop when the largest one is you.",
            .steady)
        session.now += 1800
        session.close()
    }

    private static func ask(
        _ session: inout Conversation, _ question: String, _ answer: String, _ pacing: Pacing
    ) {
        session.type(question)
        session.requestResponse()
        session.answerInText(answer, pacing: pacing)
    }
}
