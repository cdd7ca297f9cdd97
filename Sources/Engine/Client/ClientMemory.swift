import JSONText
import RealtimeProtocol

/// What a conversation was so far, as far as a new session can be told of it.
///
/// Texts only: audio that was said cannot be said again. The oldest items go when there are more
/// than `itemLimit` or more text than `textLimit`.
struct ClientMemory: Equatable, Sendable {
    private struct Remembered: Equatable, Sendable {
        var id: String
        var kind: Kind
        var text: String
    }

    private enum Kind: Equatable, Sendable {
        case message(role: String)
        case call(callID: String, name: String)
        case output(callID: String)
    }

    private var items: [Remembered] = []
    /// Of the names that this side gave to items.
    private var nameCount = 0
    /// A server has greeted before.
    var hasServed = false

    static let itemLimit = 100
    static let textLimit = 64 << 10

    /// A new name for an item that this side makes, so that it is known when the server takes it.
    mutating func nextItemID() -> String {
        nameCount += 1
        return "msg_client_\(nameCount)"
    }

    /// Takes in a message that is on its way: a connection that breaks now must not lose it.
    mutating func note(message text: String, id: String) { set(id, .message(role: "user"), text) }

    /// Takes an item in, or what more is known of it.
    mutating func note(_ item: Item) {
        switch item.type {
        case "message":
            let text = item.content.compactMap { $0.text ?? $0.transcript }.joined(separator: " ")
            set(item.id, .message(role: item.role ?? "user"), text)
        case "function_call":
            guard let callID = item.callID, let name = item.name else { return }
            set(item.id, .call(callID: callID, name: name), item.arguments ?? "")
        default: break
        }
    }

    mutating func note(callID: String, output: String) {
        set("output:" + callID, .output(callID: callID), output)
    }

    mutating func note(transcript: String, of id: String) {
        guard let index = items.lastIndex(where: { $0.id == id }) else { return }
        items[index].text = transcript
    }

    mutating func remove(_ id: String) { items.removeAll { $0.id == id } }

    /// The server forgets the text of a truncated item, so we do.
    mutating func truncate(_ id: String) {
        guard let index = items.lastIndex(where: { $0.id == id }) else { return }
        items[index].text = ""
    }

    private mutating func set(_ id: String, _ kind: Kind, _ text: String) {
        if let index = items.lastIndex(where: { $0.id == id }) {
            if !text.isEmpty { items[index].text = text }
            return
        }
        items.append(Remembered(id: id, kind: kind, text: text))
        var size = items.reduce(0) { $0 + $1.text.utf8.count }
        while items.count > Self.itemLimit || size > Self.textLimit, items.count > 1 {
            size -= items.removeFirst().text.utf8.count
        }
    }

    /// The items for `conversation.item.create`, oldest first; each call with its output only, for
    /// the server refuses an output whose call it does not know.
    ///
    /// They stay remembered, under the names that they are made with: the connection may break
    /// before the server has taken them.
    mutating func seeds() -> [JSON] {
        let calls = Set(
            items.compactMap { item -> String? in
                if case .call(let id, _) = item.kind { id } else { nil }
            })
        let answered = Set(
            items.compactMap { item -> String? in
                if case .output(let id) = item.kind { id } else { nil }
            })
        items.removeAll { item in
            switch item.kind {
            case .message: item.text.isEmpty
            case .call(let id, _): !answered.contains(id)
            case .output(let id): !calls.contains(id)
            }
        }
        return items.indices.map { place in
            items[place].id = nextItemID()
            return Self.seed(items[place])
        }
    }

    private static func seed(_ item: Remembered) -> JSON {
        switch item.kind {
        case .message(let role):
            let type = role == "assistant" ? "output_text" : "input_text"
            return [
                "id": .string(item.id), "type": "message", "role": .string(role),
                "content": [["type": .string(type), "text": .string(item.text)]],
            ]
        case .call(let callID, let name):
            return [
                "id": .string(item.id), "type": "function_call", "call_id": .string(callID),
                "name": .string(name),
                "arguments": .string(item.text),
            ]
        case .output(let callID):
            return [
                "id": .string(item.id), "type": "function_call_output", "call_id": .string(callID),
                "output": .string(item.text),
            ]
        }
    }
}
