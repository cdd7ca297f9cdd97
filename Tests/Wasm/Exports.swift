import Dynamics
import SequenceMatching
import TemporalLogic
import Timeline

// What the page or node calls. Arguments lie in memory that `reserve` gave; no result is a pointer
// except of `reserve`.

/// Memory for `count` bytes, aligned for numbers of any kind.
@_expose(wasm, "reserve") @_cdecl("reserve")
func reserve(_ count: Int32) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer.allocate(byteCount: max(8, Int(count)), alignment: 16)
}

/// Gives memory of `reserve` back.
@_expose(wasm, "release") @_cdecl("release")
func release(_ memory: UnsafeMutableRawPointer) { unsafe memory.deallocate() }

/// The distance of two sequences of ids: 0 LCS length, 1 Levenshtein, 2 optimal string alignment,
/// 3 indel, 4 Damerau, 5 the number of runs of the Levenshtein script.
@_expose(wasm, "edit") @_cdecl("edit")
func edit(
    _ measure: Int32, _ a: UnsafePointer<Int32>, _ aCount: Int32, _ b: UnsafePointer<Int32>,
    _ bCount: Int32
) -> Int32 {
    let left = unsafe array(a, aCount)
    let right = unsafe array(b, bCount)
    var comparer = SequenceComparer()
    switch measure {
    case 0: return Int32(comparer.lcsLength(left, right))
    case 1: return Int32(comparer.levenshteinDistance(left, right))
    case 2: return Int32(comparer.alignmentDistance(left, right))
    case 3: return Int32(comparer.indelDistance(left, right))
    case 4: return Int32(damerauDistance(left, right))
    case 5: return Int32(SequenceAlignment(left, right, measure: .levenshtein).runs.count)
    default: return -1
    }
}

/// The warping distance of two series within a radius, or without one when it is negative.
@_expose(wasm, "warp") @_cdecl("warp")
func warp(
    _ a: UnsafePointer<Double>, _ aCount: Int32, _ b: UnsafePointer<Double>, _ bCount: Int32,
    _ radius: Int32
) -> Double {
    unsafe DynamicTimeWarping(radius: radius < 0 ? nil : Int(radius))
        .distance(array(a, aCount), array(b, bCount))
}

/// Feeds a stream to SPRING; writes start, end and cost of each report to `reports`, which holds
/// `capacity` numbers, and answers how many reports there are.
@_expose(wasm, "spring") @_cdecl("spring")
func spring(
    _ query: UnsafePointer<Double>, _ queryCount: Int32, _ stream: UnsafePointer<Double>,
    _ streamCount: Int32, _ threshold: Double, _ reports: UnsafeMutablePointer<Double>,
    _ capacity: Int32
) -> Int32 {
    var search = unsafe Spring(query: array(query, queryCount), threshold: threshold)
    var matches: [SubsequenceMatch] = []
    for sample in unsafe array(stream, streamCount) {
        if let match = search.observe(sample) { matches.append(match) }
    }
    if let match = search.finish() { matches.append(match) }
    for (place, match) in matches.prefix(Int(capacity) / 3).enumerated() {
        unsafe reports[3 * place] = Double(match.start)
        unsafe reports[3 * place + 1] = Double(match.end)
        unsafe reports[3 * place + 2] = match.cost
    }
    return Int32(matches.count)
}

/// The matrix profile of a series: the distances, to `distances`; how many there are.
@_expose(wasm, "profile") @_cdecl("profile")
func profile(
    _ series: UnsafePointer<Double>, _ count: Int32, _ length: Int32,
    _ distances: UnsafeMutablePointer<Double>
) -> Int32 {
    var stream = MatrixProfileStream(length: Int(length), history: Int(count))
    for sample in unsafe array(series, count) { _ = stream.observe(sample) }
    let entries = stream.profile()
    for (place, entry) in entries.enumerated() { unsafe distances[place] = entry.distance }
    return Int32(entries.count)
}

/// Monitors a formula over one-letter propositions. The trace has one line per state, the letters
/// that hold. Writes per state the verdict (`1`, `0`, `t` or `f` as in RV-LTL) and after the last
/// one `1` or `0` for the ended trace; answers the bytes written, or the negative column of an
/// error in the formula.
@_expose(wasm, "monitor") @_cdecl("monitor")
func monitor(
    _ formula: UnsafePointer<UInt8>, _ formulaCount: Int32, _ trace: UnsafePointer<UInt8>,
    _ traceCount: Int32, _ verdicts: UnsafeMutablePointer<UInt8>
) -> Int32 {
    let parsed: Formula
    do throws(FormulaError) {
        parsed = try unsafe Formula(
            parsing: String(decoding: array(formula, formulaCount), as: UTF8.self))
    } catch {
        return Int32(-error.column)
    }
    var monitor = Monitor(parsed)
    var written = 0
    for state in unsafe states(array(trace, traceCount), parsed) {
        unsafe verdicts[written] = letter(monitor.observe(state, at: Double(written)))
        written += 1
    }
    unsafe verdicts[written] = monitor.verdictAtEnd ? 0x31 : 0x30
    return Int32(written + 1)
}

/// Answers a formula at every position of a trace as for `monitor`, at the given times in
/// milliseconds, with `1` or `0`; `?` where the answer is still open when the trace ends.
@_expose(wasm, "pointwise") @_cdecl("pointwise")
func pointwise(
    _ formula: UnsafePointer<UInt8>, _ formulaCount: Int32, _ trace: UnsafePointer<UInt8>,
    _ traceCount: Int32, _ times: UnsafePointer<Double>, _ answers: UnsafeMutablePointer<UInt8>
) -> Int32 {
    let parsed: Formula
    do throws(FormulaError) {
        parsed = try unsafe Formula(
            parsing: String(decoding: array(formula, formulaCount), as: UTF8.self))
    } catch {
        return Int32(-error.column)
    }
    var monitor = PointwiseMonitor(parsed)
    var count = 0
    for state in unsafe states(array(trace, traceCount), parsed) {
        unsafe answers[count] = 0x3F
        for answer in unsafe monitor.observe(state, at: times[count]) {
            unsafe answers[answer.position] = answer.holds ? 0x31 : 0x30
        }
        count += 1
    }
    return Int32(count)
}

/// The largest Lyapunov exponent per sample with automatic parameters; NaN when there is none.
@_expose(wasm, "lyapunov") @_cdecl("lyapunov")
func lyapunov(_ series: UnsafePointer<Double>, _ count: Int32) -> Double {
    unsafe PhaseSpace.lyapunov(array(series, count))?.estimate.perSample ?? .nan
}

/// The class of a series by its place in `Assessment.Class.allCases`; writes confidence, λ,
/// period and point to `numbers`, NaN where there is none.
@_expose(wasm, "classify") @_cdecl("classify")
func classify(
    _ series: UnsafePointer<Double>, _ count: Int32, _ numbers: UnsafeMutablePointer<Double>
) -> Int32 {
    let answer = unsafe PhaseSpace.assess(array(series, count))
    unsafe numbers[0] = answer.confidence ?? .nan
    unsafe numbers[1] = answer.lyapunov?.perSample ?? .nan
    unsafe numbers[2] = answer.period ?? .nan
    unsafe numbers[3] = answer.point ?? .nan
    switch answer.attractorClass {
    case .fixedPoint: return 0
    case .periodic: return 1
    case .quasiPeriodic: return 2
    case .chaotic: return 3
    case .stochastic: return 4
    case .drifting: return 5
    case .undetermined: return 6
    }
}

/// The median of a stream's quantile sketch after the given samples.
@_expose(wasm, "median") @_cdecl("median")
func median(_ samples: UnsafePointer<Double>, _ count: Int32) -> Double {
    var sketch = QuantileSketch()
    for sample in unsafe array(samples, count) { sketch.add(sample) }
    return sketch.quantile(0.5) ?? .nan
}

/// The states of a trace with one line per state, each the letters that hold.
private func states(_ trace: [UInt8], _ formula: Formula) -> [UInt64] {
    var bits = [UInt64](repeating: 0, count: 256)
    for (bit, name) in formula.propositions.enumerated() {
        if let letter = name.utf8.first { bits[Int(letter)] = 1 << UInt64(bit) }
    }
    var states: [UInt64] = []
    var state: UInt64 = 0
    for byte in trace {
        if byte == 0x0A {
            states.append(state)
            state = 0
        } else {
            state |= bits[Int(byte)]
        }
    }
    return states
}

private func letter(_ verdict: Verdict) -> UInt8 {
    switch verdict {
    case .true: 0x31
    case .false: 0x30
    case .presumablyTrue: 0x74
    case .presumablyFalse: 0x66
    }
}

private func array<Element>(_ start: UnsafePointer<Element>, _ count: Int32) -> [Element] {
    unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
}
