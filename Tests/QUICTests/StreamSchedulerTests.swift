import QUIC
import Testing
import Timeline

struct StreamSchedulerTests {
    @Test func `an urgent stream comes before every other`() {
        var scheduler = StreamScheduler()
        scheduler.insert(4, priority: StreamPriority(urgency: 7))
        scheduler.insert(8, priority: StreamPriority(urgency: 0, isIncremental: true))
        scheduler.insert(12, priority: StreamPriority(urgency: 3))
        #expect(drain(&scheduler) == [8, 12, 4])
    }

    @Test func `streams that are not incremental follow each other by id`() {
        var scheduler = StreamScheduler()
        for id in [12, 0, 8, 4] as [Int64] { scheduler.insert(id, priority: .standard) }
        for _ in 0..<3 {
            #expect(scheduler.next() == 0)
            scheduler.tookTurn(0)
        }
        #expect(drain(&scheduler) == [0, 4, 8, 12])
    }

    @Test func `incremental streams take turns`() {
        var scheduler = StreamScheduler()
        for id in [0, 4, 8] as [Int64] {
            scheduler.insert(id, priority: StreamPriority(urgency: 3, isIncremental: true))
        }
        #expect(turns(&scheduler, 7) == [0, 4, 8, 0, 4, 8, 0])
        scheduler.remove(8)
        #expect(turns(&scheduler, 4) == [4, 0, 4, 0])
    }

    @Test func `the others of an urgency have one turn among the incremental ones`() {
        var scheduler = StreamScheduler()
        scheduler.insert(0, priority: .standard)
        scheduler.insert(4, priority: .standard)
        scheduler.insert(8, priority: StreamPriority(urgency: 3, isIncremental: true))
        #expect(turns(&scheduler, 6) == [0, 8, 0, 8, 0, 8])
    }

    @Test func `a priority can change while the stream waits`() {
        var scheduler = StreamScheduler()
        scheduler.insert(0, priority: .standard)
        scheduler.insert(4, priority: .standard)
        scheduler.setPriority(StreamPriority(urgency: 0), of: 4)
        #expect(scheduler.next() == 4)
        #expect(scheduler.urgency == 0)
        scheduler.setPriority(StreamPriority(urgency: 7, isIncremental: true), of: 4)
        #expect(drain(&scheduler) == [0, 4])
        #expect(scheduler.isEmpty && scheduler.urgency == nil)
    }

    @Test func `a naive scheduler chooses the same`() {
        for seed in 0..<200 {
            var random = SeededRandom(seed: UInt64(seed))
            var scheduler = StreamScheduler()
            var naive = NaiveScheduler()
            for _ in 0..<400 {
                let id = Int64(random.next() % 12) * 4
                let priority = StreamPriority(
                    urgency: Int(random.next() % 3), isIncremental: random.next() % 2 == 0)
                switch random.next() % 5 {
                case 0:
                    scheduler.insert(id, priority: priority)
                    naive.insert(id, priority)
                case 1:
                    scheduler.remove(id)
                    naive.remove(id)
                case 2:
                    scheduler.setPriority(priority, of: id)
                    naive.setPriority(id, priority)
                default:
                    let chosen = scheduler.next()
                    #expect(chosen == naive.next())
                    if let chosen {
                        scheduler.tookTurn(chosen)
                        naive.tookTurn(chosen)
                    }
                }
                #expect(scheduler.count == naive.waiting.count)
            }
        }
    }

    private func drain(_ scheduler: inout StreamScheduler) -> [Int64] {
        var out: [Int64] = []
        while let id = scheduler.next() {
            out.append(id)
            scheduler.remove(id)
        }
        return out
    }

    private func turns(_ scheduler: inout StreamScheduler, _ count: Int) -> [Int64] {
        (0..<count).compactMap { _ in
            let id = scheduler.next()
            if let id { scheduler.tookTurn(id) }
            return id
        }
    }
}

/// Looks at every stream for every choice.
private struct NaiveScheduler {
    /// In the order of their turns.
    var waiting: [(id: Int64, priority: StreamPriority)] = []
    var sequentialIsNext = [true, true, true, true, true, true, true, true]

    mutating func insert(_ id: Int64, _ priority: StreamPriority) {
        if waiting.contains(where: { $0.id == id }) { return setPriority(id, priority) }
        waiting.append((id, priority))
    }

    mutating func remove(_ id: Int64) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        let urgency = waiting.remove(at: index).priority.urgency
        if !waiting.contains(where: { $0.priority.urgency == urgency }) {
            sequentialIsNext[urgency] = true
        }
    }

    mutating func setPriority(_ id: Int64, _ priority: StreamPriority) {
        guard let old = waiting.first(where: { $0.id == id }), old.priority != priority else {
            return
        }
        remove(id)
        insert(id, priority)
    }

    func next() -> Int64? {
        guard let urgency = waiting.map(\.priority.urgency).min() else { return nil }
        let level = waiting.filter { $0.priority.urgency == urgency }
        let sequential = level.filter { !$0.priority.isIncremental }.map(\.id).min()
        let turn = level.first { $0.priority.isIncremental }?.id
        return sequentialIsNext[urgency] ? sequential ?? turn : turn ?? sequential
    }

    mutating func tookTurn(_ id: Int64) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        let entry = waiting[index]
        if entry.priority.isIncremental {
            waiting.append(waiting.remove(at: index))
            sequentialIsNext[entry.priority.urgency] = true
        } else {
            sequentialIsNext[entry.priority.urgency] = false
        }
    }
}
