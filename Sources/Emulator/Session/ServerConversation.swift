import JSONText

/// What the server remembers of the conversation, oldest first, within bounds.
struct ServerConversation: Sendable {
    let id: String
    private(set) var items: [ServerItem] = []

    /// More is forgotten from the start, as the truncation "auto" does when the context is full.
    static let itemLimit = 256
    static let tokenLimit = 28_672
    /// Bytes of the user's sound that can still be retrieved.
    static let audioLimit = 4 << 20

    init(id: String) { self.id = id }

    var lastID: String? { items.last?.id }

    func index(of id: String) -> Int? { items.lastIndex { $0.id == id } }

    subscript(id: String) -> ServerItem? {
        get { index(of: id).map { items[$0] } }
        set {
            guard let place = index(of: id) else { return }
            if let newValue { items[place] = newValue } else { items.remove(at: place) }
        }
    }

    /// Adds an item after `previous` (nil: at the end, "root": at the start); returns what is
    /// now before it.
    mutating func add(_ item: ServerItem, after previous: String? = nil) -> String? {
        var place = items.count
        if previous == "root" { place = 0 }
        if let previous, let found = index(of: previous) { place = found + 1 }
        let before = place > 0 ? items[place - 1].id : nil
        items.insert(item, at: place)
        forget()
        return before
    }

    private mutating func forget() {
        var tokens = items.reduce(0) { $0 + $1.tokens.total }
        while items.count > Self.itemLimit || tokens > Self.tokenLimit, items.count > 1 {
            tokens -= items.removeFirst().tokens.total
        }
        var kept = 0
        for place in items.indices.reversed() {
            kept += items[place].audio.count
            if kept > Self.audioLimit { items[place].audio = [] }
        }
    }

    /// The tokens of all items.
    var tokens: TokenCount { items.reduce(TokenCount()) { $0 + $1.tokens } }
}

/// One item as the server holds it.
struct ServerItem: Sendable {
    var id: String
    /// As shown on the wire, without long audio.
    var json: JSON
    /// The user's sound, while there is room for it.
    var audio: [UInt8] = []
    /// Of an assistant's message: how much sound it has.
    var milliseconds = 0.0
    /// What it says, for the model.
    var text = ""
    var tokens = TokenCount()

    var type: String { json["type"]?.stringValue ?? "" }
    var role: String? { json["role"]?.stringValue }

    init(id: String, json: JSON, text: String, tokens: TokenCount) {
        self.id = id
        self.json = json
        self.text = text
        self.tokens = tokens
    }
}

/// Tokens by what they stand for.
package struct TokenCount: Equatable, Sendable {
    package var text: Int
    package var audio: Int

    package init(text: Int = 0, audio: Int = 0) {
        self.text = text
        self.audio = audio
    }

    package var total: Int { text + audio }

    package static func + (a: TokenCount, b: TokenCount) -> TokenCount {
        TokenCount(text: a.text + b.text, audio: a.audio + b.audio)
    }
}
