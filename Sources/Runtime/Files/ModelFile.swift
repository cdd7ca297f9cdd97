import JSONText
import TemporalLogic

/// A small explicit model as JSON: `{"states": [{"name", "true": […], "next": […], "initial"}, …]}`.
struct ModelFile {
    var names: [String] = []
    /// The propositions that hold in each state.
    var holds: [Set<String>] = []
    var successors: [[Int]] = []
    var initial: [Int] = []

    static let maximumStates = 10_000

    init(parsing bytes: [UInt8], path: String) throws(FileError) {
        let document: JSON
        do {
            document = try JSON(parsing: bytes)
        } catch {
            throw FileError(path: path, message: "\(error)")
        }
        guard let states = document["states"]?.arrayValue, !states.isEmpty else {
            throw FileError(path: path, message: "a model is {\"states\": […]} with a state")
        }
        guard states.count <= Self.maximumStates else {
            throw FileError(
                path: path, message: "a model has at most \(Self.maximumStates) states")
        }
        var numbers: [String: Int] = [:]
        for (index, state) in states.enumerated() {
            let name = state["name"]?.stringValue ?? String(index)
            guard numbers[name] == nil else {
                throw FileError(path: path, message: "there are two states “\(name)”")
            }
            numbers[name] = index
            names.append(name)
        }
        for (index, state) in states.enumerated() {
            try read(state, index, numbers, path)
        }
        for name in try Self.texts(document["initial"], "\(path): initial") {
            initial.append(try Self.number(of: name, numbers, "\(path): initial"))
        }
        guard !initial.isEmpty else {
            throw FileError(
                path: path, message: "no state is initial: say \"initial\": true in one")
        }
    }

    private mutating func read(
        _ state: JSON, _ index: Int, _ numbers: [String: Int], _ path: String
    ) throws(FileError) {
        let place = "\(path): state \(names[index])"
        guard let members = state.objectValue else {
            throw FileError(path: place, message: "must be an object")
        }
        for member in members
        where !["name", "true", "next", "initial"].contains(member.key) {
            throw FileError(
                path: place, message: "“\(member.key)” is not one of name, true, next, initial")
        }
        holds.append(Set(try Self.texts(state["true"], place + ", true")))
        var next: [Int] = []
        for name in try Self.texts(state["next"], place + ", next") {
            next.append(try Self.number(of: name, numbers, place + ", next"))
        }
        successors.append(next)
        guard let isInitial = state["initial"] else { return }
        guard let flag = isInitial.boolValue else {
            throw FileError(path: place, message: "initial must be true or false")
        }
        if flag { initial.append(index) }
    }

    /// Names as texts, or numbers of states that have no name.
    private static func texts(_ value: JSON?, _ place: String) throws(FileError) -> [String] {
        guard let value else { return [] }
        guard let elements = value.arrayValue else {
            throw FileError(path: place, message: "must be an array")
        }
        var texts: [String] = []
        for element in elements {
            guard let text = element.stringValue ?? element.intValue.map(String.init) else {
                throw FileError(path: place, message: "may hold names only")
            }
            texts.append(text)
        }
        return texts
    }

    private static func number(
        of name: String, _ numbers: [String: Int], _ place: String
    ) throws(FileError) -> Int {
        guard let number = numbers[name] else {
            throw FileError(path: place, message: "there is no state “\(name)”")
        }
        return number
    }

    /// The states' labels for a formula: bit `i` says that proposition `i` holds.
    func labels(_ propositions: [Proposition], path: String) throws(FileError) -> [UInt64] {
        var labels = [UInt64](repeating: 0, count: names.count)
        for (index, proposition) in propositions.enumerated() {
            guard case .name(let name) = proposition else {
                throw FileError(
                    path: path, message: "a model's states have names, no fields to compare")
            }
            for state in labels.indices where holds[state].contains(name) {
                labels[state] |= 1 << UInt64(index)
            }
        }
        return labels
    }
}
