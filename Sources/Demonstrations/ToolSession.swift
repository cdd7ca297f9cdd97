/// Two functions called for one spoken question each, the second one slowly, then speech.
enum ToolSession {
    static let tools = [
        Tool(
            name: "get_trace",
            description: "Fetch the timing of the last turns of a voice session.",
            parameters: ["session": "string", "turns": "integer"]),
        Tool(
            name: "set_turn_detection",
            description: "Change the silence, in milliseconds, that ends a turn.",
            parameters: ["silence_duration_ms": "integer"]),
    ]

    static func play(_ session: inout Conversation) {
        session.connect(modality: "audio", tools: tools)
        session.now += 800
        session.listen(milliseconds: 500)
        _ = session.speak("Pilot, please look at the last three turns of the kitchen assistant.")
        session.callTool(
            "get_trace", arguments: #"{"session":"kitchen-assistant","turns":3}"#,
            output: #"{"turns":[{"first_audio_ms":812},{"first_audio_ms":790},"#
                + #"{"first_audio_ms":2340,"note":"waited for silence"}]}"#,
            delay: 340, modality: "audio")
        session.now += 280
        let verdict = session.answerInAudio(
            "Two turns at eight hundred milliseconds, which is fine, and one at two thousand three "
                + "hundred, which is not. In that one the detector waited for a silence that the "
                + "dishwasher never gave it.")
        session.listen(until: verdict.heardAt + 500)
        _ = session.speak("Then shorten the silence, would you?")
        session.callTool(
            "set_turn_detection", arguments: #"{"silence_duration_ms":300}"#,
            output: #"{"ok":true,"silence_duration_ms":300}"#, delay: 1650, modality: "audio")
        session.now += 280
        let done = session.answerInAudio(
            "Done: three hundred milliseconds. It took a while, because the settings service was "
                + "also waiting for silence. Shall I apologise to the dishwasher?",
            delivery: .generated)
        session.listen(until: done.heardAt + 300)
        session.now += 900
        session.close()
    }
}
