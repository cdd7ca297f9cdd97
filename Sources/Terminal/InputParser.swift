/// The bytes a terminal sends, as events.
///
/// Total: every byte string parses, and any split of it gives the same events. A lone Escape
/// cannot be told from the start of a sequence until time has passed: then `isPending` is
/// true, and whoever reads calls `flush()` when `patience` is over without further bytes.
/// Sources: ECMA-48 §5.4, xterm's ctlseqs.
package struct InputParser: Sendable {
    enum State: Equatable, Sendable {
        case ground
        case escape
        /// After ESC O.
        case singleShift
        /// After ESC [.
        case control
        /// The three bytes after ESC [ M.
        case oldMouse
        /// A string of the terminal (OSC, DCS, APC, PM, SOS); the flag: an ESC came within it.
        case string(escaped: Bool)
        case paste
        /// In a UTF-8 sequence that lacks `missing` bytes; `alt`: after an Escape.
        case scalar(missing: Int, alt: Bool)
    }

    /// A paste is handed on in pieces of at least this many bytes.
    package static let pasteLimit = 1 << 20
    /// A longer control sequence is none; it is dropped to its end.
    static let sequenceLimit = 64
    static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)

    var state = State.ground
    /// The bytes of the sequence, scalar or paste being read.
    var collected: [UInt8] = []
    var events: [InputEvent] = []
    /// How many well-formed sequences meant nothing to us (replies of the terminal, keys
    /// without a name); they are dropped, since they are no text either.
    package internal(set) var unrecognized = 0

    package init() {}

    /// Whether bytes wait for more that may never come.
    package var isPending: Bool { state != .ground }

    /// How many milliseconds to wait for the rest before `flush()`: short where a person
    /// may have pressed Escape, long where only a broken transmission can have stopped.
    package var patienceMilliseconds: Int {
        switch state {
        case .paste, .string: 1000
        default: 25
        }
    }

    /// The events that `bytes`, after all bytes before them, complete.
    package mutating func append(_ bytes: some Sequence<UInt8>) -> [InputEvent] {
        for byte in bytes { consume(byte) }
        defer { events = [] }
        return events
    }

    /// The events of the bytes that wait, given that nothing follows them.
    package mutating func flush() -> [InputEvent] {
        switch state {
        case .ground: break
        case .escape: emit("escape")
        case .singleShift: emit("O", [.alt])
        case .control where collected.isEmpty: emit("[", [.alt])
        case .control, .oldMouse, .string: unrecognized += 1
        case .paste: endPaste()
        case .scalar(_, let alt): emit("\u{FFFD}", alt ? [.alt] : [])
        }
        state = .ground
        collected = []
        defer { events = [] }
        return events
    }

    private mutating func consume(_ byte: UInt8) {
        switch state {
        case .ground: ground(byte, alt: false)
        case .escape: escape(byte)
        case .singleShift: singleShift(byte)
        case .control: control(byte)
        case .oldMouse: oldMouse(byte)
        case .string(let escaped): string(byte, escaped: escaped)
        case .paste: paste(byte)
        case .scalar(let missing, let alt): scalar(byte, missing: missing, alt: alt)
        }
    }

    private mutating func ground(_ byte: UInt8, alt: Bool) {
        state = .ground
        let modifiers: Modifiers = alt ? [.alt] : []
        switch byte {
        case 0x1B: state = .escape
        case 0x00: emit("space", modifiers.union(.ctrl))
        case 0x08, 0x7F: emit("backspace", modifiers)
        case 0x09: emit("tab", modifiers)
        case 0x0D: emit("enter", modifiers)
        case 0x20: emit("space", modifiers)
        case 0x01...0x1A: emit(Self.character(byte + 0x60), modifiers.union(.ctrl))
        case 0x1C...0x1F: emit(Self.character(byte + 0x40), modifiers.union(.ctrl))
        case 0x21...0x7E: emit(Self.character(byte), modifiers)
        case 0xC2...0xDF: begin(byte, missing: 1, alt: alt)
        case 0xE0...0xEF: begin(byte, missing: 2, alt: alt)
        case 0xF0...0xF4: begin(byte, missing: 3, alt: alt)
        default: emit("\u{FFFD}", modifiers)
        }
    }

    private mutating func begin(_ byte: UInt8, missing: Int, alt: Bool) {
        collected = [byte]
        state = .scalar(missing: missing, alt: alt)
    }

    private mutating func scalar(_ byte: UInt8, missing: Int, alt: Bool) {
        guard byte & 0xC0 == 0x80 else {
            emit("\u{FFFD}", alt ? [.alt] : [])
            collected = []
            ground(byte, alt: false)
            return
        }
        collected.append(byte)
        if missing > 1 {
            state = .scalar(missing: missing - 1, alt: alt)
            return
        }
        // Decoding repairs what is well-formed by length only: overlong forms, surrogates.
        let text = String(decoding: collected, as: UTF8.self)
        emit(text.unicodeScalars.count == 1 ? text : "\u{FFFD}", alt ? [.alt] : [])
        collected = []
        state = .ground
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x1B: emit("escape")
        case UInt8(ascii: "["): (state, collected) = (.control, [])
        case UInt8(ascii: "O"): (state, collected) = (.singleShift, [])
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
            state = .string(escaped: false)
        default: ground(byte, alt: true)
        }
    }

    /// ESC O and a final byte; xterm puts the modifier's digit between them at times.
    private mutating func singleShift(_ byte: UInt8) {
        switch byte {
        case 0x30...0x39 where collected.isEmpty: collected.append(byte)
        case 0x40...0x7E:
            let modifiers = Self.modifiers(collected.first.map { Int($0) - 0x30 } ?? 1)
            state = .ground
            collected = []
            if let name = Self.singleShiftNames[byte] { emit(name, modifiers) } else { drop() }
        default: abandon(before: byte)
        }
    }

    private mutating func control(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "M") where collected.isEmpty: state = .oldMouse
        case UInt8(ascii: "[") where collected.isEmpty:
            // The Linux console's F1–F5: ESC [ [ A.
            collected.append(byte)
        case 0x40...0x7E where !(collected == [UInt8(ascii: "[")] && byte > 0x45):
            let parameters = collected
            state = .ground
            collected = []
            if parameters.count <= Self.sequenceLimit {
                finish(parameters, final: byte)
            } else {
                drop()
            }
        case 0x20...0x3F:
            if collected.count <= Self.sequenceLimit { collected.append(byte) }
        default: abandon(before: byte)
        }
    }

    private mutating func oldMouse(_ byte: UInt8) {
        collected.append(byte)
        guard collected.count == 3 else { return }
        // Bytes are values plus 32, coordinates from 1; beyond 223 the protocol cannot count.
        let values = collected.map { Int($0) - 32 }
        state = .ground
        collected = []
        if values[0] >= 0, values[1] > 0, values[2] > 0 {
            mouse(code: values[0], column: values[1], row: values[2], released: false, old: true)
        } else {
            drop()
        }
    }

    private mutating func string(_ byte: UInt8, escaped: Bool) {
        switch byte {
        case 0x07, 0x18, 0x1A: drop()
        case UInt8(ascii: "\\") where escaped: drop()
        case 0x1B: state = .string(escaped: true)
        default: state = .string(escaped: false)
        }
    }

    private mutating func paste(_ byte: UInt8) {
        // A piece ends before a scalar, and not within what may be the end mark.
        if collected.count >= Self.pasteLimit, byte & 0xC0 != 0x80, !endsLikePasteEnd {
            emitPaste(collected)
        }
        collected.append(byte)
        guard byte == UInt8(ascii: "~"), collected.suffix(6).elementsEqual(Self.pasteEnd) else {
            return
        }
        collected.removeLast(6)
        endPaste()
    }

    private var endsLikePasteEnd: Bool {
        (1...5).contains { collected.suffix($0).elementsEqual(Self.pasteEnd.prefix($0)) }
    }

    private mutating func endPaste() {
        emitPaste(collected)
        state = .ground
    }

    private mutating func emitPaste(_ bytes: [UInt8]) {
        events.append(.paste(String(decoding: bytes, as: UTF8.self)))
        collected = []
    }

    /// A sequence broken off by a byte that cannot be in it; the byte itself counts.
    private mutating func abandon(before byte: UInt8) {
        collected = []
        drop()
        ground(byte, alt: false)
    }

    mutating func drop() {
        unrecognized += 1
        state = .ground
    }

    mutating func emit(_ name: String, _ modifiers: Modifiers = []) {
        events.append(.key(Key(modifiers.prefix + name)))
    }

    static func character(_ byte: UInt8) -> String {
        String(Character(Unicode.Scalar(byte)))
    }
}
