/// One of the settings by name: what the form, the configuration file and `--set` share.
package enum SettingsField: String, CaseIterable, Sendable {
    case modality, voice, speed, instructions
    case turnDetection = "turn-detection"
    case threshold
    case prefixPadding = "prefix-padding"
    case silence
    case idleTimeout = "idle-timeout"
    case eagerness
    case createResponse = "create-response"
    case interruptResponse = "interrupt-response"
    case transcription, language
    case noiseReduction = "noise-reduction"
    case truncation
    case retentionRatio = "retention-ratio"
    case maximumTokens = "maximum-tokens"
    case tools

    /// What it does, in a few words for the form.
    package var help: String {
        switch self {
        case .modality: "what the model answers in"
        case .voice: "cannot be changed once the model has spoken"
        case .speed: "of the voice, 0.25 to 1.5"
        case .instructions: "what the model shall be"
        case .turnDetection: "who hears that your turn is over; off: you commit"
        case .threshold: "how loud speech must be, 0 to 1"
        case .prefixPadding: "ms kept from before speech began"
        case .silence: "ms of silence that end your turn"
        case .idleTimeout: "ms of silence after which the model speaks up, or off"
        case .eagerness: "how soon a semantic detector answers"
        case .createResponse: "answer when your turn is over"
        case .interruptResponse: "stop the answer when you speak"
        case .transcription: "the model that writes down what you say, or off"
        case .language: "of your speech, as en or de; auto finds out"
        case .noiseReduction: "near: a headset; far: a laptop or a room"
        case .truncation: "what happens when the conversation is too long"
        case .retentionRatio: "share kept by truncation by retention, 0 to 1"
        case .maximumTokens: "of one answer, or inf"
        case .tools: "whether the model may call tools"
        }
    }

    /// The values to choose from; nil for free text and numbers.
    package var choices: [String]? {
        switch self {
        case .modality: SessionSettings.Modality.allCases.map(\.rawValue)
        case .voice:
            [
                "marin", "cedar", "alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer",
                "verse",
            ]
        case .turnDetection: SessionSettings.TurnDetection.allCases.map(\.rawValue)
        case .eagerness: SessionSettings.Eagerness.allCases.map(\.rawValue)
        case .createResponse, .interruptResponse, .tools: ["on", "off"]
        case .noiseReduction: SessionSettings.NoiseReduction.allCases.map(\.rawValue)
        case .truncation: SessionSettings.Truncation.allCases.map(\.rawValue)
        case .speed, .instructions, .threshold, .prefixPadding, .silence, .idleTimeout,
            .transcription, .language, .retentionRatio, .maximumTokens:
            nil
        }
    }

    /// The value as text, such as a person would type it.
    package func value(in settings: SessionSettings) -> String {
        switch self {
        case .modality: settings.modality.rawValue
        case .voice: settings.voice
        case .speed: Self.text(settings.speed)
        case .instructions: settings.instructions
        case .turnDetection: settings.turnDetection.rawValue
        case .threshold: Self.text(settings.threshold)
        case .prefixPadding: String(settings.prefixPaddingMilliseconds)
        case .silence: String(settings.silenceMilliseconds)
        case .idleTimeout: settings.idleTimeoutMilliseconds.map(String.init) ?? "off"
        case .eagerness: settings.eagerness.rawValue
        case .createResponse: settings.createsResponse ? "on" : "off"
        case .interruptResponse: settings.interruptsResponse ? "on" : "off"
        case .transcription: settings.transcriptionModel ?? "off"
        case .language: settings.language ?? "auto"
        case .noiseReduction: settings.noiseReduction.rawValue
        case .truncation: settings.truncation.rawValue
        case .retentionRatio: Self.text(settings.retentionRatio)
        case .maximumTokens: settings.maximumOutputTokens.map(String.init) ?? "inf"
        case .tools: settings.usesTools ? "on" : "off"
        }
    }

    /// Sets the value from text.
    ///
    /// - Throws: what was expected instead.
    package func set(_ text: String, in settings: inout SessionSettings) throws(SettingsError) {
        switch self {
        case .modality: settings.modality = try choice(text)
        case .voice:
            guard !text.isEmpty else { throw error("a voice", text) }
            settings.voice = text
        case .speed: settings.speed = try number(text, in: 0.25...1.5)
        case .instructions: settings.instructions = text
        case .turnDetection: settings.turnDetection = try choice(text)
        case .threshold: settings.threshold = try number(text, in: 0...1)
        case .prefixPadding: settings.prefixPaddingMilliseconds = try whole(text, in: 0...10_000)
        case .silence: settings.silenceMilliseconds = try whole(text, in: 20...60_000)
        case .idleTimeout:
            settings.idleTimeoutMilliseconds =
                text == "off" ? nil : try whole(text, in: 5_000...30_000)
        case .eagerness: settings.eagerness = try choice(text)
        case .createResponse: settings.createsResponse = try flag(text)
        case .interruptResponse: settings.interruptsResponse = try flag(text)
        case .transcription:
            settings.transcriptionModel = text == "off" || text.isEmpty ? nil : text
        case .language: settings.language = text == "auto" || text.isEmpty ? nil : text
        case .noiseReduction: settings.noiseReduction = try choice(text)
        case .truncation: settings.truncation = try choice(text)
        case .retentionRatio: settings.retentionRatio = try number(text, in: 0...1)
        case .maximumTokens:
            settings.maximumOutputTokens = text == "inf" ? nil : try whole(text, in: 1...4_096)
        case .tools: settings.usesTools = try flag(text)
        }
    }

    private static func text(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = hundredths % 100
        guard rest != 0 else { return String(hundredths / 100) }
        let digits = rest % 10 == 0 ? String(rest / 10) : rest < 10 ? "0\(rest)" : String(rest)
        return "\(hundredths / 100).\(digits)"
    }

    private func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ text: String
    ) throws(SettingsError) -> Value {
        guard let value = Value(rawValue: text) else {
            throw error(
                "one of " + Value.allCases.map(\.rawValue).joined(separator: ", "), text)
        }
        return value
    }

    private func flag(_ text: String) throws(SettingsError) -> Bool {
        switch text {
        case "on", "true", "yes": true
        case "off", "false", "no": false
        default: throw error("on or off", text)
        }
    }

    private func number(
        _ text: String, in range: ClosedRange<Double>
    ) throws(SettingsError) -> Double {
        guard let value = Double(text), range.contains(value) else {
            throw error(
                "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))",
                text)
        }
        return value
    }

    private func whole(_ text: String, in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw error("a whole number from \(range.lowerBound) to \(range.upperBound)", text)
        }
        return value
    }

    private func error(_ wanted: String, _ text: String) -> SettingsError {
        SettingsError(field: rawValue, message: "wants \(wanted), not “\(text)”")
    }
}

/// Why a setting was refused.
package struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    package var field: String
    package var message: String

    package init(field: String, message: String) {
        self.field = field
        self.message = message
    }

    package var description: String { "\(field) \(message)" }
}

extension SessionSettings {
    /// Sets one field from `name=value`, as on the command line.
    package mutating func apply(assignment: String) throws(SettingsError) {
        let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let field = SettingsField(rawValue: String(parts[0])) else {
            throw SettingsError(
                field: String(parts[0]),
                message: parts.count == 2
                    ? "is no setting; there are "
                        + SettingsField.allCases.map(\.rawValue).joined(separator: ", ")
                    : "lacks its value: write \(parts[0])=VALUE")
        }
        try field.set(String(parts[1]), in: &self)
    }
}
