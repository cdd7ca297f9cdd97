/// The latest rows of a table of numbers, newest first, each column contiguous in memory.
///
/// Rows are written downwards into room for twice as many and moved up once it is used up, so that
/// a loop over the past runs over plain memory. O(1) amortised per row.
struct RecentColumns: Sendable {
    private(set) var storage: [Double]
    let columns: Int
    private let capacity: Int
    private(set) var head: Int

    /// Keeps `capacity` rows of `columns` numbers, zero at first.
    init(columns: Int, capacity: Int) {
        self.columns = columns
        self.capacity = capacity
        storage = [Double](repeating: 0, count: columns * 2 * capacity)
        head = 2 * capacity
    }

    /// Room from one column to the next.
    var stride: Int { 2 * capacity }

    /// The number of column `column` in the row `age` rows before the latest.
    subscript(column: Int, age: Int) -> Double {
        get { storage[column * stride + head + age] }
        set { storage[column * stride + head + age] = newValue }
    }

    /// Begins a new latest row, whose numbers are to be set.
    mutating func push() {
        if head == 0 {
            for column in 0..<columns {
                let base = column * stride
                for row in 0..<capacity - 1 {
                    storage[base + capacity + 1 + row] = storage[base + row]
                }
            }
            head = capacity + 1
        }
        head -= 1
    }

    /// Calls `body` with a pointer to the first column's latest row; the others lie `stride` apart.
    @inline(__always)
    @unsafe mutating func withLatest<Result>(
        _ body: (UnsafeMutablePointer<Double>) -> Result
    ) -> Result? {
        let head = head
        return unsafe storage.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            return unsafe body(base + head)
        }
    }
}
