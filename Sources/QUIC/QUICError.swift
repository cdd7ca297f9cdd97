internal import CQUIC

/// What a C library refused: the operation, its code and its words for it.
package struct QUICError: Error, Equatable, Sendable, CustomStringConvertible {
    package var operation: String
    package var code: Int32
    package var message: String

    package init(operation: String, code: Int32 = 0, message: String) {
        (self.operation, self.code, self.message) = (operation, code, message)
    }

    package var description: String { "\(operation): \(message)" }

    static func transport(_ operation: String, _ code: Int32) -> QUICError {
        QUICError(
            operation: operation, code: code,
            message: unsafe String(cString: ngtcp2_strerror(code)))
    }

    /// Throws when GnuTLS answers a negative number.
    @discardableResult
    static func check(_ operation: String, _ code: Int32) throws(QUICError) -> Int32 {
        guard code < 0 else { return code }
        throw QUICError(
            operation: operation, code: code, message: unsafe String(cString: gnutls_strerror(code))
        )
    }
}
