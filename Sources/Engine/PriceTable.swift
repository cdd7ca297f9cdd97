import JSONText
package import RealtimeProtocol

/// What tokens cost, by model, in US dollars.
package struct PriceTable: Sendable, Equatable {
    /// Prices of one kind of token per million; nil where the provider does not sell it.
    package struct Tokens: Sendable, Equatable {
        package var input: Double?
        package var cached: Double?
        package var output: Double?

        package init(input: Double? = nil, cached: Double? = nil, output: Double? = nil) {
            self.input = input
            self.cached = cached
            self.output = output
        }
    }

    package struct Row: Sendable, Equatable {
        package var model: String
        package var text: Tokens
        package var audio: Tokens
        package var image: Tokens
        /// For transcription that is billed by duration.
        package var perMinute: Double?

        package init(
            model: String, text: Tokens = Tokens(), audio: Tokens = Tokens(),
            image: Tokens = Tokens(), perMinute: Double? = nil
        ) {
            self.model = model
            self.text = text
            self.audio = audio
            self.image = image
            self.perMinute = perMinute
        }
    }

    package var rows: [Row]

    package init(rows: [Row]) { self.rows = rows }

    /// Reads a price file; see `docs/METRICS.md` for its format.
    package init(parsing bytes: [UInt8]) throws(PriceTableError) {
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw PriceTableError(place: "byte \(error.offset)", reason: error.message)
        }
        guard json["format"]?.stringValue == "midstream-prices/1" else {
            throw PriceTableError(place: "format", reason: "must be \"midstream-prices/1\"")
        }
        guard let models = json["models"]?.arrayValue else {
            throw PriceTableError(place: "models", reason: "must be an array")
        }
        rows = []
        for (index, model) in models.enumerated() {
            rows.append(try Self.row(model, place: "models[\(index)]"))
        }
    }

    /// The prices that come with the program.
    package static let standard: PriceTable = {
        do throws(PriceTableError) {
            return try PriceTable(parsing: PackageResources.prices_json)
        } catch {
            preconditionFailure("the bundled price file is wrong: \(error.place): \(error.reason)")
        }
    }()

    /// The row for a model: its own name, or the name without a `-YYYY-MM-DD` snapshot date.
    package func row(for model: String) -> Row? {
        if let row = rows.first(where: { $0.model == model }) { return row }
        let text = Array(model.utf8)
        guard text.count > 11 else { return nil }
        let suffix = text.suffix(11)
        let isDate = zip(suffix, "-dddd-dd-dd".utf8).allSatisfy { byte, form in
            form == UInt8(ascii: "-") ? byte == form : (0x30...0x39).contains(byte)
        }
        guard isDate else { return nil }
        let name = String(decoding: text.dropLast(11), as: UTF8.self)
        return rows.first { $0.model == name }
    }

    private static func row(_ json: JSON, place: String) throws(PriceTableError) -> Row {
        guard let model = json["model"]?.stringValue else {
            throw PriceTableError(place: place + ".model", reason: "must be a string")
        }
        return Row(
            model: model, text: try tokens(json["text"], place: place + ".text"),
            audio: try tokens(json["audio"], place: place + ".audio"),
            image: try tokens(json["image"], place: place + ".image"),
            perMinute: try price(json["per_minute"], place: place + ".per_minute"))
    }

    private static func tokens(_ json: JSON?, place: String) throws(PriceTableError) -> Tokens {
        guard let json else { return Tokens() }
        guard json.objectValue != nil else {
            throw PriceTableError(place: place, reason: "must be an object")
        }
        return Tokens(
            input: try price(json["input"], place: place + ".input"),
            cached: try price(json["cached"], place: place + ".cached"),
            output: try price(json["output"], place: place + ".output"))
    }

    private static func price(_ json: JSON?, place: String) throws(PriceTableError) -> Double? {
        guard let json else { return nil }
        guard let value = json.doubleValue, value >= 0 else {
            throw PriceTableError(place: place, reason: "must be a number of at least 0")
        }
        return value
    }
}

/// What is wrong with a price file and where.
package struct PriceTableError: Error, Equatable, Sendable {
    package var place: String
    package var reason: String

    package init(place: String, reason: String) {
        self.place = place
        self.reason = reason
    }
}

package extension PriceTable.Row {
    /// The cost of a response's usage in US dollars, and whether some of it had no price.
    ///
    /// Cached tokens are a part of the input tokens of their kind and reasoning tokens a part of
    /// the output text, so each token is billed once. Where the split by kind is missing, the
    /// tokens count as text.
    func cost(of usage: Usage) -> (dollars: Double, isPartial: Bool) {
        var bill = Bill()
        let audio = usage.inputAudio ?? 0
        let image = usage.inputImage ?? 0
        let text = usage.inputText ?? max(usage.input - audio - image, 0)
        let cachedAudio = usage.cachedAudio ?? 0
        let cachedImage = usage.cachedImage ?? 0
        let cachedText = usage.cachedText ?? max((usage.cached ?? 0) - cachedAudio - cachedImage, 0)
        bill.addInput(text, cached: cachedText, at: self.text)
        bill.addInput(audio, cached: cachedAudio, at: self.audio)
        bill.addInput(image, cached: cachedImage, at: self.image)
        let outputAudio = usage.outputAudio ?? 0
        let outputText = usage.outputText ?? max(usage.output - outputAudio, 0)
        bill.add(outputText, at: self.text.output)
        bill.add(outputAudio, at: self.audio.output)
        return (bill.dollars, bill.isPartial)
    }

    /// The cost of a transcription.
    func cost(of usage: TranscriptionUsage) -> (dollars: Double, isPartial: Bool) {
        var bill = Bill()
        switch usage {
        case .tokens(_, let input, let output, let inputText, let inputAudio):
            let audio = inputAudio ?? (inputText == nil ? input : 0)
            bill.add(inputText ?? max(input - audio, 0), at: text.input)
            bill.add(audio, at: self.audio.input)
            bill.add(output, at: text.output)
        case .duration(let seconds):
            if let perMinute {
                bill.dollars = seconds / 60 * perMinute
            } else {
                bill.isPartial = seconds > 0
            }
        }
        return (bill.dollars, bill.isPartial)
    }
}

/// A sum of tokens times prices.
private struct Bill {
    var dollars = 0.0
    var isPartial = false

    mutating func add(_ tokens: Int, at price: Double?) {
        guard tokens > 0 else { return }
        guard let price else {
            isPartial = true
            return
        }
        dollars += Double(tokens) * price / 1e6
    }

    mutating func addInput(_ tokens: Int, cached: Int, at prices: PriceTable.Tokens) {
        let cached = min(max(cached, 0), max(tokens, 0))
        add(tokens - cached, at: prices.input)
        add(cached, at: prices.cached ?? prices.input)
    }
}
