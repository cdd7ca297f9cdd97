import Timeline

/// What the emulated model says: it picks a topic from the user's words, remembers what was said,
/// and reads a tool's output aloud.
struct Speaker: Sendable {
    /// What the last message asked for.
    enum Prompt: Equatable, Sendable {
        /// Nothing was said; the model opens the conversation.
        case nothing
        case user(String)
        case toolOutput(tool: String?, output: String)
    }

    private let model = LanguageModel.bundled
    private var topic: Int?
    /// The last few things the user said, newest last.
    private var remembered: [String] = []
    let loops: Bool
    let drifts: Bool

    init(loops: Bool, drifts: Bool) {
        self.loops = loops
        self.drifts = drifts
    }

    /// Notes a message of the user.
    mutating func hear(_ text: String) {
        let text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !text.isEmpty else { return }
        remembered.append(String(text.prefix(160)))
        if remembered.count > 8 { remembered.removeFirst() }
    }

    /// The answer to `prompt`, of a length that the words asked for.
    mutating func answer(_ prompt: Prompt, _ random: inout SeededRandom) -> String {
        switch prompt {
        case .nothing:
            return "Hello, this is the emulator. Ask me about "
                + model.topics.dropLast().joined(separator: ", ") + " or "
                + (model.topics.last ?? "") + "."
        case .toolOutput(let tool, let output):
            let name = tool.map { $0.split(separator: "_").joined(separator: " ") } ?? "tool"
            let words = output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return "The \(name) says: \(words.prefix(400))"
                + (words.last.map { ".?!".contains($0) } == true ? "" : ".")
        case .user(let text):
            return answer(toUser: text, &random)
        }
    }

    private mutating func answer(toUser text: String, _ random: inout SeededRandom) -> String {
        let lowered = text.lowercased()
        if lowered.contains("did i say") || lowered.contains("did i ask") {
            guard remembered.count > 1 else { return "Nothing before this." }
            return "Before this you said: \(remembered[remembered.count - 2])"
        }
        let chosen =
            model.topic(of: text) ?? topic ?? Int(random.next() % UInt64(model.topics.count))
        let isNew = chosen != topic
        topic = chosen
        var sentences: [String] = []
        if isNew { sentences.append("Let us talk about \(model.topics[chosen]).") }
        let count = Self.sentenceCount(lowered, &random)
        for number in 0..<count {
            // Drifting, the model leaves its topic after a third of the way and never comes back.
            if drifts, number > count / 3 {
                topic = ((topic ?? 0) + Int(random.next() % 3)) % model.topics.count
            }
            sentences.append(model.sentence(about: topic ?? chosen, &random))
        }
        if loops { sentences.append(Self.loop(sentences[sentences.count - 1], &random)) }
        return sentences.joined(separator: " ")
    }

    /// How long an answer the words ask for.
    private static func sentenceCount(_ text: String, _ random: inout SeededRandom) -> Int {
        let isShort = ["brief", "short", "one sentence", "few words", "quick"].contains {
            text.contains($0)
        }
        if isShort { return 1 }
        let isLong = ["long", "story", "detail", "everything", "lecture"].contains {
            text.contains($0)
        }
        return isLong ? 18 + Int(random.next() % 16) : 2 + Int(random.next() % 4)
    }

    /// The last words of a sentence again and again, as a model says them that cannot stop.
    private static func loop(_ sentence: String, _ random: inout SeededRandom) -> String {
        let words = sentence.split(separator: " ")
        let phrase = words.suffix(3 + Int(random.next() % 5)).joined(separator: " ")
        let times = 14 + Int(random.next() % 20)
        return Array(repeating: phrase, count: times).joined(separator: " ")
    }

    /// What the user probably said in `milliseconds` of speech whose sound has the hash
    /// `fingerprint`: invented words of the right length, the same for the same sound.
    ///
    /// Nothing here understands speech; a transcript is needed all the same, so that a client
    /// sees one and the answer has something to go by.
    func guess(milliseconds: Int, fingerprint: UInt64) -> String {
        var random = SeededRandom(seed: fingerprint)
        let topic = model.topics[Int(random.next() % UInt64(model.topics.count))]
        // People speak some two and a half words a second.
        let count = max(1, milliseconds / 400)
        let openings = [
            "Tell me about", "What about", "Please explain", "I would like to hear about",
        ].map { $0.split(separator: " ").map(String.init) }.filter { $0.count < count }
        guard !openings.isEmpty else {
            return topic.prefix(1).uppercased() + topic.dropFirst() + "?"
        }
        var words = openings[Int(random.next() % UInt64(openings.count))] + [topic]
        let number = model.topics.firstIndex(of: topic) ?? 0
        while words.count + 4 < count {
            words[words.count - 1] += words[words.count - 1].last == "." ? "" : "."
            words += model.sentence(about: number, &random).split(separator: " ").map(String.init)
        }
        let text = words.joined(separator: " ")
        return text.last.map { ".?!".contains($0) } == true ? text : text + "?"
    }
}
