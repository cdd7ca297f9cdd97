import Engine
import JSONText
import RealtimeProtocol
import Testing

struct SpendingTests {
    private static let row = PriceTable.Row(
        model: "m", text: .init(input: 4, cached: 0.4, output: 24),
        audio: .init(input: 32, cached: 0.4, output: 64), perMinute: 0.006)

    @Test func `cached tokens are a part of the input and reasoning a part of the output`() {
        let usage = Usage(
            total: 3000, input: 2000, output: 1000, inputText: 1500, inputAudio: 500, cached: 700,
            cachedText: 600, cachedAudio: 100, outputText: 400, outputAudio: 600, reasoning: 300)
        let cost = Self.row.cost(of: usage)
        let text = 900 * 4.0 + 600 * 0.4
        let audio = 400 * 32.0 + 100 * 0.4
        let output = 400 * 24.0 + 600 * 64.0
        #expect((cost.dollars - (text + audio + output) / 1e6).magnitude < 1e-12)
        #expect(!cost.isPartial)
    }

    @Test func `tokens without a split count as text`() {
        let cost = Self.row.cost(of: Usage(total: 30, input: 20, output: 10, cached: 5))
        #expect((cost.dollars - (15 * 4 + 5 * 0.4 + 10 * 24) / 1e6).magnitude < 1e-15)
    }

    @Test func `a kind of token without a price makes the cost partial`() {
        let usage = Usage(total: 10, input: 10, output: 0, inputText: 0, inputImage: 10)
        #expect(Self.row.cost(of: usage).isPartial)
        #expect(Self.row.cost(of: usage).dollars == 0)
    }

    @Test func `transcription is billed by duration or by tokens`() {
        #expect(Self.row.cost(of: .duration(seconds: 30)).dollars == 0.003)
        let tokens = TranscriptionUsage.tokens(
            total: 30, input: 20, output: 10, inputText: 5, inputAudio: 15)
        let cost = Self.row.cost(of: tokens).dollars
        #expect((cost - (5 * 4 + 15 * 32 + 10 * 24) / 1e6).magnitude < 1e-15)
    }

    @Test func `a model is found by its name and by its dated name, not by a longer one`() {
        let table = PriceTable.standard
        #expect(table.row(for: "gpt-realtime")?.model == "gpt-realtime")
        #expect(table.row(for: "gpt-realtime-2025-08-28")?.model == "gpt-realtime")
        #expect(table.row(for: "gpt-realtime-2.1")?.model == "gpt-realtime-2.1")
        #expect(table.row(for: "gpt-realtime-global-standard") == nil)
        #expect(table.row(for: "") == nil)
        #expect(Set(table.rows.map(\.model)).count == table.rows.count)
    }

    @Test func `a session adds up its turns and its transcriptions`() {
        var play = Playbook()
        play.server(
            "session.created",
            [
                "session": [
                    "type": "realtime", "id": "s", "model": "gpt-realtime",
                    "audio": ["input": ["transcription": ["model": "whisper-1"]]],
                ]
            ], at: 0)
        let usage: JSON = [
            "total_tokens": 30, "input_tokens": 20, "output_tokens": 10,
            "input_token_details": ["text_tokens": 20, "audio_tokens": 0, "cached_tokens": 0],
            "output_token_details": ["text_tokens": 10, "audio_tokens": 0],
        ]
        play.created("resp_1", at: 1)
        play.done("resp_1", usage: usage, at: 2)
        play.created("resp_2", at: 3)
        play.done("resp_2", usage: usage, at: 4)
        play.transcribed("hello", at: 5)
        let turn = 20 * 4e-6 + 10 * 16e-6
        let spending = play.state.spending
        #expect(((play.state.turns[0].cost ?? 0) - turn).magnitude < 1e-12)
        #expect(((spending.totalCost ?? 0) - 2 * turn - 3 / 60 * 0.006).magnitude < 1e-12)
        #expect(spending.inputTokens == 40)
        #expect(spending.transcriptionSeconds == 3)
        #expect(spending.priceModel == "gpt-realtime")
        #expect(!spending.isPartial)
    }

    @Test func `a model without a price is said to be partial`() {
        var play = Playbook()
        play.session(model: "house-model")
        play.created("resp_1", at: 1)
        play.done(
            "resp_1", usage: ["total_tokens": 3, "input_tokens": 2, "output_tokens": 1], at: 2)
        #expect(play.state.spending.totalCost == nil)
        #expect(play.state.spending.isPartial)
        #expect(play.state.turns[0].cost == nil)
    }

    @Test(arguments: [
        ("[", "byte 1"), ("{}", "format"),
        ("{\"format\":\"midstream-prices/1\"}", "models"),
        ("{\"format\":\"midstream-prices/1\",\"models\":[{}]}", "models[0].model"),
        (
            "{\"format\":\"midstream-prices/1\",\"models\":[{\"model\":\"a\",\"text\":{\"input\":-1}}]}",
            "models[0].text.input"
        ),
    ])
    func `a wrong price file names the place`(text: String, place: String) {
        #expect { try PriceTable(parsing: Array(text.utf8)) } throws: { error in
            (error as? PriceTableError)?.place == place
        }
    }
}
