import JSONText

extension SessionInfo {
    /// Reads the field `session`, in the shape of the GA API or the flat one before it.
    init(in frame: inout Frame) {
        guard let object = frame.object(.session) else {
            self.init(id: "")
            return
        }
        self.init(object, &frame.report)
    }

    private init(_ object: ObjectReader, _ report: inout DecodingReport) {
        object.check(Vocabularies.session, &report)
        let audio = object.object("audio", &report)
        let input = audio?.object("input", &report)
        let output = audio?.object("output", &report)
        audio?.check(Vocabularies.sessionAudio, &report)
        input?.check(Vocabularies.sessionAudioInput, &report)
        output?.check(Vocabularies.sessionAudioOutput, &report)
        let transcription =
            input?.object("transcription", &report)
            ?? object.object("input_audio_transcription", &report)
        let modalities = object["output_modalities"] == nil ? "modalities" : "output_modalities"
        self.init(
            id: object.string("id", &report) ?? "", type: object.string("type", &report),
            model: object.string("model", &report),
            expiresAt: object.int("expires_at", &report),
            voice: Self.voice(output) ?? Self.voice(object),
            outputModalities: object.array(modalities, &report).compactMap(\.value.stringValue),
            inputAudioFormat: Self.format(object, input, "input_audio_format", &report),
            outputAudioFormat: Self.format(object, output, "output_audio_format", &report),
            turnDetection: Self.turnDetection(input) ?? Self.turnDetection(object),
            transcriptionModel: transcription?.string("model", &report),
            instructions: object.string("instructions", &report),
            tools: object.array("tools", &report).count)
        report.check(
            type, at: object.path(of: "type"), among: ["realtime", "transcription", "translation"])
        if object["voice"]?.objectValue != nil { report.note(.voiceLive) }
    }

    /// A voice is a name, or an object with a name (Voice Live) or an id (a custom voice).
    private static func voice(_ object: ObjectReader?) -> String? {
        guard let value = object?["voice"] else { return nil }
        return value.stringValue ?? value["name"]?.stringValue ?? value["id"]?.stringValue
    }

    /// xAI says `{"type": null}` for no detection.
    private static func turnDetection(_ object: ObjectReader?) -> JSON? {
        guard let value = object?["turn_detection"], value["type"]?.isNull != true else {
            return nil
        }
        return value
    }

    /// The GA object where there is one, else the flat name, else what all servers default to.
    private static func format(
        _ session: ObjectReader, _ direction: ObjectReader?, _ flat: String,
        _ report: inout DecodingReport
    ) -> AudioFormat {
        if let object = direction?.object("format", &report) {
            switch object.requiredString("type", &report) {
            case "audio/pcm": return .pcm(rate: object.int("rate", &report) ?? 24_000)
            case "audio/pcmu": return .pcmu
            case "audio/pcma": return .pcma
            case let other:
                report.unknownValues.append("\(object.path(of: "type"))=\(other)")
                return .other(other)
            }
        }
        switch session.string(flat, &report) {
        case nil, "not specified": return .pcm24k
        case "pcm16": return .pcm(rate: session.rate(flat, &report))
        case "g711_ulaw": return .pcmu
        case "g711_alaw": return .pcma
        case let other?:
            report.unknownValues.append("\(session.path(of: flat))=\(other)")
            return .other(other)
        }
    }
}

extension ObjectReader {
    /// Voice Live may take its input at another rate.
    fileprivate func rate(_ flat: String, _ report: inout DecodingReport) -> Int {
        let stated = flat == "input_audio_format" ? int("input_audio_sampling_rate", &report) : nil
        return stated ?? 24_000
    }
}
