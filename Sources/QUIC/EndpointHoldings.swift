/// How many things an endpoint holds for its connections.
package struct EndpointHoldings: Equatable, Sendable {
    package var connections: Int
    package var halfOpen: Int
    /// Connection ids by which datagrams find their connection.
    package var routes: Int
    package var resetTokens: Int
    package var deadlines: Int
    /// Connections and stateless answers that wait to be sent.
    package var waiting: Int

    package init(
        connections: Int = 0, halfOpen: Int = 0, routes: Int = 0, resetTokens: Int = 0,
        deadlines: Int = 0, waiting: Int = 0
    ) {
        self.connections = connections
        self.halfOpen = halfOpen
        self.routes = routes
        self.resetTokens = resetTokens
        self.deadlines = deadlines
        self.waiting = waiting
    }

    package static let none = EndpointHoldings()
}
