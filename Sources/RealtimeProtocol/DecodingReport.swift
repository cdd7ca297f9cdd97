/// What decoding one frame found besides the event itself.
struct DecodingReport: Sendable {
    var dialect = Dialect.ga
    var unknownFields: [String] = []
    var unknownValues: [String] = []
    var problems: [DecodingProblem] = []

    /// Notes a wrong or missing field; never inlined, so that the usual way stays short.
    @inline(never)
    mutating func note(_ path: String, _ reason: String, offset: Int? = nil) {
        problems.append(DecodingProblem(path: path, reason: reason, offset: offset))
    }

    /// Notes that something at `path` is written as `dialect` writes it.
    mutating func note(_ dialect: Dialect) {
        if self.dialect == .ga || self.dialect == .beta { self.dialect = dialect }
    }

    /// Notes `value` unless it is one of `known`.
    mutating func check(_ value: String?, at path: String, among known: [String]) {
        guard let value, !known.contains(value) else { return }
        unknownValues.append("\(path)=\(value)")
    }
}
