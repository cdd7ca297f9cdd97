import RealtimeProtocol
import Timeline

/// Adds up tokens and money.
struct SpendingAnalyzer: Analyzer {
    let prices: PriceTable
    private var hasNotedMissingUsage = false

    init(prices: PriceTable) { self.prices = prices }

    mutating func observe(_ moment: inout Moment, in state: inout SessionState) {
        guard case .server(let event) = moment.body else { return }
        switch event {
        case .responseDone(let response):
            if let usage = response.usage {
                charge(usage, response.id, in: &state)
            } else if response.status == .completed, !hasNotedMissingUsage {
                hasNotedMissingUsage = true
                state.note(
                    .usageMissing, .info, "the provider reports no usage", at: moment,
                    responseID: response.id)
            }
        case .inputTranscriptionCompleted(_, _, _, let usage?): charge(usage, in: &state)
        default: break
        }
    }

    private func charge(_ usage: Usage, _ id: String, in state: inout SessionState) {
        state.spending.add(usage)
        guard usage.total > 0 || usage.input > 0 || usage.output > 0 else { return }
        guard let model = state.model, let row = prices.row(for: model) else {
            state.spending.isPartial = true
            return
        }
        let (dollars, isPartial) = row.cost(of: usage)
        state.spending.add(dollars, isPartial: isPartial, row: row.model)
        if let position = state.turnPosition(ofResponse: id) {
            state.turns[position].cost = dollars
        }
    }

    private func charge(_ usage: TranscriptionUsage, in state: inout SessionState) {
        switch usage {
        case .tokens(let total, _, _, _, _): state.spending.transcriptionTokens += total
        case .duration(let seconds): state.spending.transcriptionSeconds += seconds
        }
        guard let model = state.transcriptionModel, let row = prices.row(for: model) else {
            state.spending.isPartial = true
            return
        }
        let (dollars, isPartial) = row.cost(of: usage)
        state.spending.add(dollars, isPartial: isPartial, row: nil)
    }
}

extension Spending {
    fileprivate mutating func add(_ usage: Usage) {
        inputTokens += usage.input
        outputTokens += usage.output
        cachedTokens += usage.cached ?? 0
        inputTextTokens += usage.inputText ?? 0
        inputAudioTokens += usage.inputAudio ?? 0
        inputImageTokens += usage.inputImage ?? 0
        outputTextTokens += usage.outputText ?? 0
        outputAudioTokens += usage.outputAudio ?? 0
        reasoningTokens += usage.reasoning ?? 0
    }

    fileprivate mutating func add(_ dollars: Double, isPartial: Bool, row: String?) {
        totalCost = (totalCost ?? 0) + dollars
        self.isPartial = self.isPartial || isPartial
        priceModel = row ?? priceModel
    }
}
