import JSONText
import TemporalLogic

/// Anybody's trace as JSON: an array of states, each the array of the propositions that hold, or
/// `{"time": ms, "true": […], "values": {…}}`.
struct TraceFile {
    struct State {
        /// In ms; a state without one comes 1 ms after the state before it.
        var time: Double
        var names: Set<String>
        var values: [String: JSON]
    }

    var states: [State] = []
    /// Whether a state says its time, so that a bound without a unit counts ms, not states.
    private(set) var hasTimes = false

    init(reading path: String) throws(FileError) {
        try self.init(parsing: try FileAccess.read(path), path: path)
    }

    init(parsing bytes: [UInt8], path: String) throws(FileError) {
        let document: JSON
        do {
            document = try JSON(parsing: bytes)
        } catch {
            throw FileError(path: path, message: "\(error)")
        }
        guard let elements = document.arrayValue else {
            throw FileError(path: path, message: "a trace is an array of states")
        }
        for (index, element) in elements.enumerated() {
            let place = "\(path): state \(index)"
            let state = try Self.state(element, after: states.last?.time ?? -1, place: place)
            if let last = states.last, state.time < last.time {
                throw FileError(path: place, message: "time runs backwards")
            }
            if element["time"] != nil { hasTimes = true }
            states.append(state)
        }
    }

    private static func state(
        _ element: JSON, after last: Double, place: String
    ) throws(FileError) -> State {
        if element.arrayValue != nil {
            return State(time: last + 1, names: try names(element, place), values: [:])
        }
        guard let members = element.objectValue else {
            throw FileError(path: place, message: "must be an array of names or an object")
        }
        var state = State(time: last + 1, names: [], values: [:])
        for member in members {
            switch member.key {
            case "time":
                guard let time = member.value.doubleValue else {
                    throw FileError(path: place, message: "time must be a number of ms")
                }
                state.time = time
            case "true": state.names = try names(member.value, place)
            case "values":
                for value in member.value.objectValue ?? [] {
                    state.values[value.key] = value.value
                }
            default:
                throw FileError(
                    path: place, message: "“\(member.key)” is not one of time, true, values")
            }
        }
        return state
    }

    private static func names(_ value: JSON, _ place: String) throws(FileError) -> Set<String> {
        guard let elements = value.arrayValue else {
            throw FileError(path: place, message: "“true” must be an array of names")
        }
        var names: Set<String> = []
        for element in elements {
            guard let name = element.stringValue else {
                throw FileError(path: place, message: "a proposition must be a string")
            }
            names.insert(name)
        }
        return names
    }

    /// How far each proposition of a formula is from changing, in every state: the margin of a
    /// comparison of numbers, for the rest without end; absent when there is no such comparison.
    func margins(_ propositions: [Proposition]) -> [[Double]]? {
        var hasNumbers = false
        let margins = propositions.map { proposition in
            states.map { state -> Double in
                if case .comparison(let field, _, .number) = proposition {
                    hasNumbers = true
                    let value = state.values[field]?.doubleValue
                    if let value, let margin = proposition.margin(of: value) { return margin }
                }
                return Self.holds(proposition, in: state) ? .infinity : -.infinity
            }
        }
        return hasNumbers ? margins : nil
    }

    /// The propositions of a formula that hold in `state`, as bits in the formula's order.
    static func bits(_ propositions: [Proposition], in state: State) -> UInt64 {
        var bits: UInt64 = 0
        for (index, proposition) in propositions.enumerated() where holds(proposition, in: state) {
            bits |= 1 << UInt64(index)
        }
        return bits
    }

    private static func holds(_ proposition: Proposition, in state: State) -> Bool {
        switch proposition {
        case .name(let name):
            guard name.hasSuffix(".*") else { return state.names.contains(name) }
            return state.names.contains { $0.hasPrefix(String(name.dropLast())) }
        case .comparison(let field, let comparison, let literal):
            guard let value = state.values[field] else { return false }
            return compare(value, comparison, literal)
        }
    }

    /// A value of another kind than the literal's compares as unequal and nothing else.
    private static func compare(_ value: JSON, _ comparison: Comparison, _ literal: Literal) -> Bool
    {
        switch (literal, comparison) {
        case (.number(let wanted), _):
            guard let number = value.doubleValue else { return comparison == .notEqual }
            switch comparison {
            case .equal: return number == wanted
            case .notEqual: return number != wanted
            case .less: return number < wanted
            case .lessOrEqual: return number <= wanted
            case .greater: return number > wanted
            case .greaterOrEqual: return number >= wanted
            case .contains, .lacks: return false
            }
        case (.boolean(let wanted), .equal): return value.boolValue == wanted
        case (.boolean(let wanted), .notEqual): return value.boolValue != wanted
        case (.boolean, _): return false
        case (.string(let wanted), _):
            guard let text = value.stringValue else { return comparison == .notEqual }
            switch comparison {
            case .equal: return text == wanted
            case .notEqual: return text != wanted
            case .less: return text < wanted
            case .lessOrEqual: return text <= wanted
            case .greater: return text > wanted
            case .greaterOrEqual: return text >= wanted
            case .contains: return wanted.isEmpty || text.contains(wanted)
            case .lacks: return !wanted.isEmpty && !text.contains(wanted)
            }
        }
    }
}
