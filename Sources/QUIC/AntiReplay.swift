internal import CQUIC
import Synchronization
import Timeline

/// GnuTLS's protection against replayed early data, over a bounded window of ours.
@safe
final class AntiReplay {
    let handle: gnutls_anti_replay_t
    private let record: AntiReplayRecord

    /// GnuTLS takes no early data with tickets from before this, so what a server that ran before
    /// with the same secret took is not taken again.
    init(_ record: AntiReplayRecord, window length: Interval) throws(QUICError) {
        self.record = record
        var made: gnutls_anti_replay_t?
        try QUICError.check("prepare anti-replay", unsafe gnutls_anti_replay_init(&made))
        guard let made = unsafe made else {
            throw QUICError(operation: "prepare anti-replay", message: "out of memory")
        }
        unsafe handle = made
        unsafe gnutls_anti_replay_set_window(handle, UInt32(max(1, length.milliseconds)))
        unsafe gnutls_anti_replay_set_add_function(handle) { context, expiry, key, _ in
            guard let context = unsafe context, let key = unsafe key else {
                return GNUTLS_E_DB_ERROR
            }
            let replay = unsafe Unmanaged<AntiReplay>.fromOpaque(context).takeUnretainedValue()
            let bytes = unsafe GnuTLSBytes.copy(key.pointee)
            let isNew = replay.record.insert(bytes, expiry: Int64(expiry), now: Int64(time(nil)))
            return isNew ? 0 : GNUTLS_E_DB_ENTRY_EXISTS
        }
        unsafe gnutls_anti_replay_set_ptr(handle, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { unsafe gnutls_anti_replay_deinit(handle) }
}

/// The tickets seen lately; shared by endpoints that have one secret, since a copy of early data
/// may come to another of them.
package final class AntiReplayRecord: Sendable {
    private let window: Mutex<AntiReplayWindow>

    package init(capacity: Int) { window = Mutex(AntiReplayWindow(capacity: capacity)) }

    func insert(_ key: [UInt8], expiry: Int64, now: Int64) -> Bool {
        window.withLock { $0.insert(key, expiry: expiry, now: now) }
    }
}
