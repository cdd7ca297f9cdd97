import Testing
import Timeline

@testable import Interface

struct TimeTextTests {
    @Test(arguments: [
        ("12.5", 12.5), ("12.5s", 12.5), ("300ms", 0.3), ("2m", 120), ("1h", 3600), ("1:20", 80),
        ("1:02:03.4", 3723.4), ("0", 0), ("90:00", 5400),
    ])
    func `a time is read`(text: String, seconds: Double) {
        #expect(TimeText.parse(text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "s", "ms", ":", "1:", ":1", "1:2:3:4", "-1", "-1s", "inf", "nan", "1e999", "soon",
        "1 s x",
        "1e300", "1e300h", "9999999999h",
    ])
    func `anything else is no time`(text: String) { #expect(TimeText.parse(text) == nil) }

    @Test(arguments: [
        (Int64(0), "00:00.0"), (12_340_000_000, "00:12.3"), (59_999_999_999, "00:59.9"),
        (60_000_000_000, "01:00.0"), (3_612_300_000_000, "1:00:12.3"), (-5, "00:00.0"),
        (.max, "2562047:47:16.8"),
    ])
    func `a clock has tenths`(nanoseconds: Int64, text: String) {
        #expect(TimeText.clock(Interval(nanoseconds: nanoseconds)) == text)
        #expect(
            TimeText.clock(Interval(nanoseconds: nanoseconds), tenths: false)
                == String(text.dropLast(2)))
    }

    @Test(arguments: [
        (0.0, "0.0 ms"), (9.94, "9.9 ms"), (843, "843 ms"), (1240, "1.24 s"), (123_000, "2 m 03 s"),
        (-843, "-843 ms"),
    ])
    func `a short time has three digits that matter`(milliseconds: Double, text: String) {
        #expect(TimeText.short(.milliseconds(milliseconds)) == text)
    }

    @Test func `a clock reads back to the tenth`() {
        for tenths in stride(from: Int64(0), to: 80_000, by: 7) {
            let interval = Interval(nanoseconds: tenths * 100_000_000)
            #expect(TimeText.parse(TimeText.clock(interval)) == interval)
        }
    }
}

struct NumberTextTests {
    @Test(arguments: [
        (0.0, 0, "0"), (0.5, 0, "1"), (-0.5, 0, "-1"), (-0.4, 0, "0"), (1.005, 1, "1.0"),
        (12.345, 2, "12.35"), (999.999, 2, "1000.00"), (0.05, 1, "0.1"), (-3.14159, 3, "-3.142"),
        (.infinity, 1, "∞"), (-.infinity, 1, "-∞"), (.nan, 1, "–"), (1e300, 2, "1e+300"),
    ])
    func `a number has fixed decimals`(value: Double, digits: Int, text: String) {
        #expect(NumberText.fixed(value, digits) == text)
    }

    @Test(arguments: [
        (0.0, "0 B"), (999, "999 B"), (1400, "1.4 kB"), (3.2e6, "3.2 MB"), (1.25e9, "1.25 GB"),
    ])
    func `bytes have a unit`(count: Double, text: String) {
        #expect(NumberText.bytes(count) == text)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"),
        (Int.min, "-9,223,372,036,854,775,808"), (Int.max, "9,223,372,036,854,775,807"),
    ])
    func `digits stand in groups`(value: Int, text: String) {
        #expect(NumberText.grouped(value) == text)
    }
}
