package import JSONText

/// What a client of the Realtime API says: the 11 events of the GA API.
package enum ClientEvent: Equatable, Sendable {
    case sessionUpdate(JSON)
    case itemCreate(item: JSON, previous: String?)
    case itemDelete(itemID: String)
    case itemRetrieve(itemID: String)
    case itemTruncate(itemID: String, contentIndex: Int, audioEndMilliseconds: Int)
    case audioAppend(AudioChunk)
    case audioClear
    case audioCommit
    case outputAudioClear
    case responseCreate(JSON?)
    case responseCancel(responseID: String?)
}
