internal import CALSA
internal import Glibc

/// Why a sound device cannot be used: what was tried, what ALSA said, what may help.
package struct SoundError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The device's name, such as `default`.
    package var device: String
    /// What was tried: "open the device".
    package var operation: String
    /// The error number, positive: `ENODEV`.
    package var code: CInt
    /// The system's words for it.
    package var reason: String

    package init(device: String, operation: String, code: CInt, reason: String) {
        self.device = device
        self.operation = operation
        self.code = code
        self.reason = reason
    }

    init(device: String, operation: String, code: CInt) {
        let code = abs(code)
        self.init(
            device: device, operation: operation, code: code,
            reason: unsafe String(cString: snd_strerror(-code)))
    }

    /// What to try, one sentence without a full stop.
    package var advice: String {
        switch code {
        case ENOENT: "there is no such device: midstream-tui devices lists what there is"
        case EBUSY: "another program holds it: close that, or use default, which shares it"
        case ENODEV, ENXIO: "plug it in, or choose another: midstream-tui devices lists them"
        case EACCES, EPERM: "your user may not use it: join the group audio and log in again"
        case EINVAL: "it cannot do 24 kHz mono 16-bit even through plug: choose another"
        case ETIMEDOUT: "it is open but gives no sound: unplug and replug it, or choose another"
        case ECONNREFUSED: "the sound server is not running: start PulseAudio or PipeWire"
        default: "choose another device, or go without sound with --no-audio"
        }
    }

    /// Whether the device is no longer there, so that waiting for it makes sense.
    package var isUnplugged: Bool {
        code == ENODEV || code == ENXIO || code == ENOENT || code == EIO || code == ETIMEDOUT
            || code == EBADFD || code == ECONNREFUSED
    }

    package var description: String {
        "cannot \(operation) '\(device)': \(reason); \(advice)"
    }
}
