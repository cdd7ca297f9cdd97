import NIOCore
import NIOPosix
import TLS

extension NetworkError {
    /// What an error of the channel means.
    init(translating error: any Error) {
        switch error {
        case let error as NetworkError: self = error
        case let error as TLSError: self.init(.tls(error), error.message)
        case let error as IOError:
            self.init(.lost, "the connection was lost: \(Self.words(error))")
        default: self.init(.lost, "the connection was lost: \(error)")
        }
    }

    /// What an error while connecting to `place` means.
    static func connecting(to place: String, _ error: any Error) -> NetworkError {
        switch error {
        case let error as NetworkError: return error
        case let error as TLSError: return NetworkError(.tls(error), error.message)
        case ChannelError.connectTimeout:
            return NetworkError(.timeout, "\(place) did not answer in time")
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first {
                return connecting(to: place, first.error)
            }
            let lookup = error.dnsAError ?? error.dnsAAAAError
            let words = lookup.map { "\($0)" } ?? "no address"
            return NetworkError(.unreachable, "\(place) was not found: \(words)")
        case let error as IOError:
            return NetworkError(.unreachable, "\(place) cannot be reached: \(words(error))")
        default:
            return NetworkError(.unreachable, "\(place) cannot be reached: \(error)")
        }
    }

    private static func words(_ error: IOError) -> String { SystemMessage.text(error.errnoCode) }
}
