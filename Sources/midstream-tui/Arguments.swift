import ArgumentParser
import Cells
import Interface
import Timeline

/// "0.25", "8" or "max".
struct Speed: ExpressibleByArgument {
    var value: Double

    init?(argument: String) {
        if argument == "max" {
            value = .infinity
        } else if let number = Double(argument), (0.1...100).contains(number) {
            value = number
        } else {
            return nil
        }
    }

    init(_ value: Double) { self.value = value }

    var defaultValueDescription: String { value.isFinite ? "\(Int(value))" : "max" }
}

/// "1:20", "12.5s", "300ms", or "end", which is nil.
struct Moment: ExpressibleByArgument {
    var time: Interval?

    init?(argument: String) {
        if argument == "end" { return }
        guard let time = TimeText.parse(argument) else { return nil }
        self.time = time
    }
}

/// "120x40".
struct FrameSize: ExpressibleByArgument {
    var size: Size

    init?(argument: String) {
        let parts = argument.split(separator: "x", omittingEmptySubsequences: false)
        guard parts.count == 2, let columns = Int(parts[0]), let rows = Int(parts[1]),
            (1...1000).contains(columns), (1...1000).contains(rows)
        else { return nil }
        size = Size(columns: columns, rows: rows)
    }
}
