import Testing

@testable import TemporalLogic

struct `A property file` {
    @Test func `holds named formulas with macros and comments`() throws {
        let file = PropertyFile(
            parsing: """
                # Speech is answered.
                let answer = response.created | error
                latency: G(speech -> F[<=800ms] answer)

                one at a time: G(response.created -> X (!response.created
                    W response.done))
                """)
        #expect(file.failures.isEmpty)
        #expect(file.properties.map(\.name) == ["latency", "one at a time"])
        #expect(file.properties.map(\.line) == [3, 5])
        #expect(
            file.properties[0].formula
                == (try Formula(parsing: "G(speech -> F[<=800ms] (response.created | error))")))
    }

    @Test func `keeps the comment above a property`() {
        let file = PropertyFile(parsing: "# away\n\n# one\n# two\na: G p\nb: G q\n")
        #expect(file.properties.map(\.comment) == ["one\ntwo", ""])
    }

    @Test func `says the line and the column of what is wrong and reads the rest`() {
        let file = PropertyFile(
            parsing: "a: G(p -> )\nlet = p\nb: F q\nb: F r\nnothing\nc: p &\n   q & Z\n: p")
        #expect(file.properties.map(\.name) == ["b"])
        #expect(file.failures.map(\.line) == [1, 2, 4, 5, 7, 8])
        #expect(file.failures.map(\.column) == [11, 5, 1, 1, 8, 1])
    }

    @Test func `lets the reader replace a macro`() throws {
        let file = PropertyFile(
            parsing: "let limit = false\na: G(p | limit)", definitions: [("limit", "q")])
        #expect(file.properties[0].formula == (try Formula(parsing: "G(p | q)")))
    }

    @Test func `does not let a macro use itself`() throws {
        let file = PropertyFile(parsing: "let p = !p\na: F p")
        #expect(file.properties[0].formula == (try Formula(parsing: "F !p")))
    }
}
