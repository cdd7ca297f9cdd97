import Networking

extension QUICDriver {
    /// Closes the connections and the socket, lets `last` end what still uses the driver, and ends
    /// its threads.
    func close(with threads: NetworkThreads, after last: () -> Void = {}) {
        close()
        last()
        do {
            try threads.shutDown()
        } catch {
            Output.complain(error.message)
        }
    }
}
