import Timeline

/// A word model of order two over the bundled texts: the next word depends on the two before it.
///
/// It knows which topic each of its sentences came from, so that it can stay on one. Built once
/// for the whole program; a word costs O(1).
struct LanguageModel: Sendable {
    /// The words by number; a mark of punctuation stays with its word.
    private var words: [String] = []
    private var numbers: [String: Int] = [:]
    /// The followers of two words, by topic.
    private var followers: [[Pair: [Int]]] = []
    /// The followers of one word over all topics.
    private var anyFollowers: [[Int]] = []
    /// The first two words of each sentence, by topic.
    private var beginnings: [[Pair]] = []
    /// For each plain word longer than three letters: the topics that use it, by count.
    private var uses: [String: [Int]] = [:]

    private struct Pair: Hashable, Sendable {
        var first: Int
        var second: Int
    }

    static let bundled = LanguageModel(Topic.all)

    let topics: [String]

    init(_ topics: [Topic]) {
        self.topics = topics.map(\.name)
        followers = Array(repeating: [:], count: topics.count)
        beginnings = Array(repeating: [], count: topics.count)
        for (topic, source) in topics.enumerated() { learn(source, topic) }
    }

    private mutating func learn(_ source: Topic, _ topic: Int) {
        var before: (Int, Int)?
        var sentence: [Int] = []
        for text in source.text.split(whereSeparator: \.isWhitespace) {
            let number = number(of: String(text))
            let plain = Self.plain(text)
            if plain.count > 3 {
                uses[plain, default: Array(repeating: 0, count: topics.count)][topic] += 1
            }
            sentence.append(number)
            if sentence.count == 2 {
                beginnings[topic].append(Pair(first: sentence[0], second: sentence[1]))
            }
            if let (first, second) = before {
                followers[topic][Pair(first: first, second: second), default: []].append(number)
            }
            if let second = before?.1, sentence.count > 1 { anyFollowers[second].append(number) }
            before = (before?.1 ?? number, number)
            if Self.isEnd(text) { sentence = [] }
        }
        // The topic's name counts for more than any one word of its text.
        uses[Self.plain(source.name), default: Array(repeating: 0, count: topics.count)][topic] +=
            12
    }

    private mutating func number(of word: String) -> Int {
        if let number = numbers[word] { return number }
        numbers[word] = words.count
        words.append(word)
        anyFollowers.append([])
        return words.count - 1
    }

    private static func isEnd(_ word: some StringProtocol) -> Bool {
        word.last.map { ".?!".contains($0) } ?? false
    }

    /// Small letters only, without a plural's s.
    static func plain(_ word: some StringProtocol) -> String {
        var letters = word.lowercased().filter(\.isLetter)
        if letters.count > 4, letters.hasSuffix("s"), !letters.hasSuffix("ss") {
            letters.removeLast()
        }
        return letters
    }

    /// The topic that `text` is nearest to; nil when it shares no telling word with any.
    func topic(of text: String) -> Int? {
        var scores = [Double](repeating: 0, count: topics.count)
        for word in text.split(whereSeparator: { !$0.isLetter }) {
            let word = Self.plain(word)
            guard let uses = uses[word] ?? uses[word + "s"] else { continue }
            // A word that every topic uses tells nothing.
            let topicsWithIt = uses.count { $0 > 0 }
            for (topic, count) in uses.enumerated() where count > 0 {
                scores[topic] += Double(min(count, 4)) / Double(topicsWithIt * topicsWithIt)
            }
        }
        guard let best = scores.max(), best >= 0.3 else { return nil }
        return scores.firstIndex(of: best)
    }

    /// One sentence about `topic`; now and then it takes a turn that only one word suggests.
    func sentence(about topic: Int, _ random: inout SeededRandom) -> String {
        let start = beginnings[topic][Int(random.next() % UInt64(beginnings[topic].count))]
        var result = [start.first, start.second]
        while result.count < 45, !Self.isEnd(words[result[result.count - 1]]) {
            let pair = Pair(first: result[result.count - 2], second: result[result.count - 1])
            var choices = followers[topic][pair] ?? []
            if choices.isEmpty || random.unit() < 0.05 {
                let wide = anyFollowers[pair.second]
                if !wide.isEmpty { choices = wide }
            }
            guard !choices.isEmpty else { break }
            result.append(choices[Int(random.next() % UInt64(choices.count))])
        }
        let text = result.map { words[$0] }.joined(separator: " ")
        return Self.isEnd(text) ? text : text.filter { $0 != "," } + "."
    }
}
