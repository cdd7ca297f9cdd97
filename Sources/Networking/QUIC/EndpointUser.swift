package import QUIC
package import Timeline

/// Whoever uses an endpoint's connections; confined to the thread of its event loop.
package protocol EndpointUser: AnyObject {
    /// Called after datagrams were received, a deadline passed, or `execute` ran: take events, make
    /// requests.
    func endpointChanged(_ endpoint: Endpoint, at now: Instant)
    /// When it wants to be called at the latest; nil: only when something happens.
    var deadline: Instant? { get }
}
