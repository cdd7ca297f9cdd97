import JSONText
import RealtimeProtocol

/// The reward that a log may carry: how good somebody found what the model did.
///
/// A bookmark `reward 0.5` gives one, and so does the number (or its text) in
/// `response.metadata.reward` of a `response.done`.
enum Reward {
    static func value(of moment: Moment) -> Double? {
        switch moment.body {
        case .mark(let label): return value(ofMark: label)
        case .server(.responseDone):
            // Most logs carry none: the bytes are looked at before they are parsed.
            guard mentionsReward(moment.raw) else { return nil }
            guard let json = try? JSON(parsing: moment.raw),
                let reward = json["response"]?["metadata"]?["reward"]
            else { return nil }
            let value = reward.doubleValue ?? reward.stringValue.flatMap(Double.init)
            return value.flatMap { $0.isFinite ? $0 : nil }
        default: return nil
        }
    }

    /// Whether `"reward"` stands somewhere.
    private static func mentionsReward(_ raw: [UInt8]) -> Bool {
        let text = raw.span
        var index = 0
        while index + word.count <= text.count {
            if text[index] == word[0], text[index + 1] == word[1],
                word.indices.allSatisfy({ text[index + $0] == word[$0] })
            {
                return true
            }
            index += 1
        }
        return false
    }

    private static let word = Array("\"reward\"".utf8)

    private static func value(ofMark label: String) -> Double? {
        let parts = label.split(separator: " ")
        guard parts.count == 2, parts[0] == "reward", let value = Double(parts[1]) else {
            return nil
        }
        return value.isFinite ? value : nil
    }
}
