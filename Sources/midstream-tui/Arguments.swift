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

/// "127.0.0.1:8765", "[::1]:8765" or ":8765"; a host with colons stands in brackets.
struct ListenAddress {
    var host: String
    var port: Int

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.host = host.isEmpty ? "127.0.0.1" : String(host)
        self.port = port
    }
}
