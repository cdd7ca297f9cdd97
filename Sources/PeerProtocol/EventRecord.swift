/// Numbers of the records of an event stream.
enum RecordKind {
    /// Where the next record stands, and how far before it the source has no events.
    static let position: UInt8 = 0
    static let received: UInt8 = 1
    static let sent: UInt8 = 2
    static let receivedBinary: UInt8 = 3
    static let sentBinary: UInt8 = 4
    static let key: UInt8 = 5
    static let resize: UInt8 = 6
    static let opened: UInt8 = 7
    static let closed: UInt8 = 8
    static let failed: UInt8 = 9
    static let statistics: UInt8 = 10
    static let mark: UInt8 = 11
    static let unknown: UInt8 = 12
    static let last: UInt8 = 12
}

/// What stands at the beginning of a stream of events.
package struct EventStreamHeader: Equatable, Sendable {
    package var source: AnnouncedSource
    /// All events of the source before this sequence are not on the stream: the guest has them.
    package var next: UInt64

    /// Tells streams of events from kinds that may come.
    static let streamType: UInt64 = 1

    package init(source: AnnouncedSource, next: UInt64) {
        (self.source, self.next) = (source, next)
    }

    package var encoded: [UInt8] {
        var out: [UInt8] = []
        out.append(number: Self.streamType)
        source.encode(into: &out)
        out.append(number: next)
        return out
    }

    init(_ reader: inout ByteReader) throws(ReadStop) {
        guard try reader.number() == Self.streamType else {
            throw .invalid("this is no stream of events")
        }
        source = try AnnouncedSource(&reader)
        next = try reader.number()
    }
}
