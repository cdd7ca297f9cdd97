/// Cuts a stream of bytes into lines, keeping only what has not been taken.
struct LineSplitter: Sendable {
    /// A line in the buffer, without its newline; valid until the next `append`.
    struct Line {
        /// From 1.
        var number: Int
        /// Byte offset in the file.
        var offset: Int
        fileprivate var range: Range<Int>
    }

    private var buffer: [UInt8] = []
    /// Where the line being read begins, in the buffer, in the file and counted from 1.
    private var start = 0
    private var offset: Int
    private var number: Int
    /// No newline lies in the buffer between `start` and here.
    private var searched = 0
    private let lineLimit: Int
    /// The line being read was refused as too long and is being passed over.
    private var isSkipping = false
    private var isFinished = false

    init(line: Int, offset: Int, lineLimit: Int) {
        precondition(lineLimit > 0)
        number = line
        self.offset = offset
        self.lineLimit = lineLimit
    }

    mutating func append(_ bytes: some Collection<UInt8>) {
        precondition(!isFinished, "bytes after the end")
        if start > 65_536, start > buffer.count / 2 {
            buffer.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next whole line; throws once for a line that is too long.
    mutating func next() throws(RecordingError) -> Line? {
        while true {
            let newline = Self.newline(buffer.span, from: searched)
            let end = newline ?? buffer.count
            searched = end
            if isSkipping {
                pass(to: newline.map { $0 + 1 } ?? end)
                guard newline != nil else { return nil }
                isSkipping = false
                number += 1
                continue
            }
            if end - start > lineLimit {
                isSkipping = true
                throw RecordingError(
                    line: number, message: "longer than \(lineLimit) bytes; skipped")
            }
            guard newline != nil || (isFinished && start < end) else { return nil }
            let line = Line(number: number, offset: offset, range: start..<end)
            pass(to: newline.map { $0 + 1 } ?? end)
            number += 1
            return line
        }
    }

    /// Makes `line`, the last one taken, the next one again.
    mutating func unread(_ line: Line) {
        number = line.number
        offset = line.offset
        start = line.range.lowerBound
        searched = line.range.upperBound
    }

    /// Marks the end: bytes without a newline become a last line when `isWhole`, else are torn.
    mutating func finish(isWhole: (Span<UInt8>) -> Bool) -> TornLine? {
        isFinished = true
        let count = buffer.count - start
        guard count > 0, count <= lineLimit, !isSkipping else { return nil }
        let last = Line(number: number, offset: offset, range: start..<buffer.count)
        if read(last, isWhole) { return nil }
        pass(to: buffer.count)
        searched = buffer.count
        return TornLine(line: last.number, offset: last.offset, byteCount: count)
    }

    /// Gives `body` the bytes of a line, without a byte order mark at the beginning of the file.
    func read<Value, Failure: Error>(
        _ line: Line, _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let bytes = buffer.span.extracting(line.range)
        let hasMark =
            line.offset == 0 && bytes.count >= 3
            && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
        return try body(hasMark ? bytes.extracting(3...) : bytes)
    }

    private mutating func pass(to place: Int) {
        offset += place - start
        start = place
        searched = place
    }

    /// The first newline at or after `from`, eight bytes at a time.
    private static func newline(_ bytes: Span<UInt8>, from: Int) -> Int? {
        let raw = unsafe bytes.bytes
        let ones: UInt64 = 0x0101_0101_0101_0101
        var at = from
        while at &+ 8 <= bytes.count {
            let word = UInt64(
                littleEndian: unsafe raw.unsafeLoadUnaligned(
                    fromUncheckedByteOffset: at, as: UInt64.self))
            let zeros = word ^ (ones &* 0x0A)
            let hits = (zeros &- ones) & ~zeros & (ones &* 0x80)
            if hits != 0 { return at &+ hits.trailingZeroBitCount >> 3 }
            at &+= 8
        }
        while at < bytes.count {
            if bytes[at] == 0x0A { return at }
            at &+= 1
        }
        return nil
    }
}
