package import HTTP3
package import PeerProtocol
package import Timeline

/// What a web host shows, to whom, and how much it keeps for them.
package struct WebHostSettings: Sendable {
    /// What this machine calls itself.
    package var name: String
    /// What readers must show; nil takes all who can connect.
    package var token: [UInt8]?
    /// Which pages may read when no token is wanted.
    package var origins = OriginPolicy()
    /// What `GET /` gives to browsers; nil gives them what it gives to all.
    package var page: [UInt8]?
    /// The sources that readers may see.
    package var shares = SourceSelection.all
    package var http3 = HTTP3Settings()
    /// Streams of events that are followed at once; more are refused.
    package var maximumFollowers = 512
    /// Answers of the program that are waited for at once; more are refused.
    package var maximumQuestions = 256
    /// Payload bytes of the newest events that are kept; what is older comes from the history.
    package var tail = 16 << 20
    /// Payload bytes of one answer from history; so much more than the transport's share may wait
    /// for a slow reader.
    package var portion = 256 << 10
    /// Bytes of a stream that wait in the transport until no more is given to it.
    package var queue = 256 << 10
    /// Bytes that are given to the transport at once.
    package var piece = 32 << 10
    /// A stream of server-sent events says something at least so often.
    package var keepAlive = Interval.seconds(15)
    /// A reader for whom something has waited so long is slower than the log,
    package var slowTime = Interval.seconds(1)
    /// and is told so often how much happens.
    package var summaryInterval = Interval.seconds(1)

    package init(name: String) { self.name = name }
}

/// A question to the program; it is answered once.
package struct WebRequestNumber: Hashable, Comparable, Sendable {
    package var value: UInt64

    package init(_ value: UInt64) { self.value = value }

    package static func < (a: WebRequestNumber, b: WebRequestNumber) -> Bool {
        a.value < b.value
    }
}

/// A part of the log that a reader needs and the memory no longer has.
package struct WebHistoryRequest: Hashable, Sendable {
    package var number: WebRequestNumber
    /// Events are wanted from this sequence on, all sources, in order,
    package var from: UInt64
    /// at most to before this one,
    package var end: UInt64
    /// and about so many payload bytes, but at least one event.
    package var byteLimit: Int

    package init(number: WebRequestNumber, from: UInt64, end: UInt64, byteLimit: Int) {
        (self.number, self.from, self.end, self.byteLimit) = (number, from, end, byteLimit)
    }
}

/// What a web host asks of the program.
package enum WebHostOutput: Equatable, Sendable {
    /// Answer with `supply(_:for:)` or `fail`.
    case historyWanted(WebHistoryRequest)
    /// Answer with `supply(snapshot:for:)`.
    case snapshotWanted(WebRequestNumber, SourceID)
    /// Answer with `supply(metrics:for:)`.
    case metricsWanted(WebRequestNumber)
    /// Somebody reads now, and this first.
    case joined(WebReaderID, form: WebForm, source: SourceID, address: String)
    /// The reader's connection has ended.
    case left(WebReaderID, reason: String)
}
