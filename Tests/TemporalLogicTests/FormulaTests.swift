import Testing

@testable import TemporalLogic

struct `A formula` {
    @Test func `prints so that reading gives it back`() throws {
        for seed in 0..<1000 {
            var source = RandomFormulas(
                random: TestRandom(seed: UInt64(seed)), bounds: .mixed, hasPast: true)
            let text = source.formula(depth: 1 + seed % 5).description
            let read = try Formula(parsing: text)
            #expect(read.description == text)
            #expect(try Formula(parsing: read.description) == read)
        }
    }

    @Test(arguments: [
        ("G(a->F b)", "G(a -> F b)"), ("□(a → ◇b)", "G(a -> F b)"), ("GFa", "G F a"),
        ("always (a implies eventually b)", "G(a -> F b)"), ("a&b|c", "a & b | c"),
        ("a&(b|c)", "a & (b | c)"), ("a->b->c", "a -> b -> c"), ("(a->b)->c", "(a -> b) -> c"),
        ("a U b U c", "a U b U c"), ("(a U b) U c", "(a U b) U c"), ("WX a", "N a"),
        ("a W X b", "a W X b"), ("P[2,inf] a", "O[2,inf] a"), ("F[<=800ms] a", "F[<=800ms] a"),
        ("G[0,5s]a", "G[<=5s] a"), ("G[1,5s]a", "G[1s,5s] a"), ("F[0:3] a", "F[<=3] a"),
        ("F[<3]a", "F[<=2] a"), ("F[2,4)a", "F[2,3] a"), ("F[>=1.5s]a", "F[1500ms,inf] a"),
        ("F[0,inf]a", "F a"), ("status=\"failed\"", "status = \"failed\""),
        ("G!(x<=-0.5)", "G !(x <= -0.5)"), ("text ~ 'it\\'s'", "text ~ \"it's\""),
        ("\"Hello there\" & b", "\"Hello there\" & b"), ("response.* S a", "response.* S a"),
        ("kind = failed", "kind = \"failed\""), ("⊤ ∧ ¬⊥", "true & !false"),
        ("ALWAYS[0,5] (p() SINCE[3,*) q())", "G[<=5](p S[3,inf] q)"), ("◊a 𝒰 b", "F a U b"),
        ("(once[3:] {r}) IMPLIES NOT {q}", "O[3,inf] r -> !q"), ("X[!](1) & 0", "X true & false"),
        ("pre a & PREVIOUS b EQUIV c", "Y a & Y b <-> c"), ("a UNTIL[<=3] b", "a U[<=3] b"),
        ("PAST_ALWAYS[0,INFINITY) a ⟹ b", "H a -> b"), ("EVENTUALLY NEXT a", "F X a"),
        ("a <-> b <=> c", "a <-> b <-> c"), ("\"not\"", "\"not\""), ("x ≥ 3e2", "x >= 3e2"),
    ])
    func `is read in every spelling`(text: String, printed: String) throws {
        #expect(try Formula(parsing: text).description == printed)
        #expect(try Formula(parsing: printed).description == printed)
    }

    @Test(arguments: [
        ("", 1), ("G(a -> )", 8), ("(a", 3), ("a b", 3), ("a &", 4), ("F[<=5xs] a", 6),
        ("F[5,2] a", 2), ("F[1,2 a", 7), ("F[1ms,3ev] a", 2), ("F[1.5,2] a", 2), ("\"a", 1),
        ("□(ä)", 3), ("status = ", 10), ("x > 800ms", 8), ("Q a", 1), ("a -> Z", 6), ("until", 1),
        ("F[a] b", 3), ("{a", 3), ("{}", 2), ("F[,3] a", 3), ("01", 1), ("a UNTI b", 5),
        ("x = \"\\q\"", 6), ("a )", 3), ("\"\"", 1), ("F[<=9e18s] a", 5),
    ])
    func `that is malformed is an error at the column`(text: String, column: Int) {
        #expect { try Formula(parsing: text) } throws: { error in
            (error as? FormulaError)?.column == column
        }
    }

    @Test func `survives any nesting and any bytes`() {
        for text in [
            String(repeating: "(", count: 100_000), String(repeating: "!", count: 100_000),
            String(repeating: "a -> ", count: 50_000), String(repeating: "G", count: 100_000),
        ] {
            #expect(throws: FormulaError.self) { try Formula(parsing: text) }
        }
        let pieces = Array("GFXUWRMNYOHSP!&|-><()[]\"'ab.=~ 1,≤∧ms*:\\")
        var random = TestRandom(seed: 9)
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<random.below(12) { text.append(pieces[random.below(pieces.count)]) }
            guard let formula = try? Formula(parsing: text) else { continue }
            #expect((try? Formula(parsing: formula.description)) == formula, "\(text)")
        }
    }

    @Test func `names its propositions in the order of first appearance`() throws {
        let formula = try Formula(
            parsing: "G(response.done & status=\"failed\" -> F latency > 800 & response.done)")
        #expect(formula.propositions == ["response.done", "status = \"failed\"", "latency > 800"])
        #expect(
            formula.atomMeanings == [
                .name("response.done"),
                .comparison(field: "status", .equal, .string("failed")),
                .comparison(field: "latency", .greater, .number(800)),
            ])
    }

    @Test func `has at most sixty-four propositions`() throws {
        let names = (0..<65).map { "a\($0)" }
        let formula = try Formula(parsing: names.dropLast().joined(separator: " | "))
        #expect(formula.propositions.count == 64)
        var monitor = Monitor(formula)
        #expect(monitor.observe(1 << 63, at: 0) == .true)
        #expect(throws: FormulaError.self) {
            try Formula(parsing: names.joined(separator: " & "))
        }
    }
}
