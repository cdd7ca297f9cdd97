import Interface
import Networking
import Sharing
import Synchronization
import Timeline

/// What a host's two threads know of each other: the loop's and the endpoint's.
final class HostBoard: Sendable {
    /// What a reader wants to know of the app: a session's snapshot, or with nil its metrics.
    struct Question: Sendable {
        var number: WebRequestNumber
        var session: SourceID?
    }

    enum Answer: Sendable {
        /// JSON; nil when there is no such session.
        case snapshot([UInt8]?)
        case metrics([MetricFamily])
    }

    private struct State {
        var peers: PeersState
        var notices: [String] = []
        var questions: [Question] = []
        var driver: QUICDriver?
        var isDelivering = true
    }

    private let state: Mutex<State>
    let inbox: Inbox
    /// Whether comings and goings are events of the log.
    let logsPeers: Bool

    init(_ peers: PeersState, inbox: Inbox, logsPeers: Bool) {
        state = Mutex(State(peers: peers))
        self.inbox = inbox
        self.logsPeers = logsPeers
    }

    var peers: PeersState { state.withLock { $0.peers } }

    /// The driver that the endpoint's user runs on, once it is bound.
    var driver: QUICDriver? { state.withLock { $0.driver } }

    func begin(_ driver: QUICDriver, at address: String) {
        state.withLock {
            $0.driver = driver
            $0.peers.address = address
        }
    }

    /// Whether guests have not got yet all that was sent to them; for who ends.
    var isDelivering: Bool { state.withLock { $0.isDelivering } }

    func note(isDelivering: Bool) { state.withLock { $0.isDelivering = isDelivering } }

    /// Nothing is shared any more.
    func end(_ reason: String) {
        state.withLock { $0.peers.link = .ended(reason: reason) }
        tell(reason)
    }

    /// The driver is to be used no more.
    func end() { state.withLock { $0.driver = nil } }

    /// Tells the loop how the guests are; it is woken when that is news.
    func show(_ guests: [Peer]) {
        let isNews = state.withLock { state in
            defer { state.peers.peers = guests }
            return state.peers.peers != guests
        }
        if isNews { inbox.wake() }
    }

    func put(_ question: Question) {
        state.withLock { $0.questions.append(question) }
        inbox.wake()
    }

    func takeQuestions() -> [Question] {
        state.withLock { state in
            defer { state.questions = [] }
            return state.questions
        }
    }

    /// Says a sentence on the screen.
    func tell(_ notice: String) {
        // Only the last would be read; the other side may cause as many as it likes.
        state.withLock { $0.notices = $0.notices.suffix(63) + [notice] }
        inbox.wake()
    }

    func takeNotices() -> [String] {
        state.withLock { state in
            defer { state.notices = [] }
            return state.notices
        }
    }
}
