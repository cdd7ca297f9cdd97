import JSONText
import RealtimeProtocol
import Timeline

/// How responses are asked for, begun and stopped.
extension Emulator {
    mutating func createResponse(_ request: JSON) throws(Complaint) {
        guard !settings.isTranscription else {
            throw Complaint(
                code: "invalid_request_error",
                message: "Responses cannot be created in a transcription session.")
        }
        let isOutside = request["conversation"]?.stringValue == "none"
        if !isOutside, let active = jobs.first(where: { $0.conversationID != nil }) {
            throw Self.activeResponse(active.id)
        }
        let at = max(
            now + .milliseconds(timings.responseCreated.draw(&random)),
            lastAnswer + .milliseconds(0.5))
        lastAnswer = at
        startResponse(request, at: at)
    }

    mutating func cancelResponse(_ id: String?) throws(Complaint) {
        let place = jobs.firstIndex {
            $0.ending == .completed && (id == nil ? $0.conversationID != nil : $0.id == id)
        }
        guard let place else {
            throw Complaint(
                code: "response_cancel_not_active",
                message: "Cancellation failed: no active response found",
                parameter: id == nil ? nil : "response_id")
        }
        stop(place, .cancelled("client_cancelled"), at: answerTime())
    }

    /// Stops a response; a few deltas that were on their way still arrive.
    mutating func stop(_ place: Int, _ ending: ResponseJob.Ending, at time: Instant) {
        guard jobs[place].ending == .completed else { return }
        let late = jobs[place].steps[jobs[place].next...].filter {
            switch $0.step {
            case .text, .audio: true
            default: false
            }
        }
        jobs[place].stop(ending, at: time, grace: 12)
        if mischief.has(.lateDelta), let last = jobs[place].steps.last {
            // Deltas nobody should send any more, after the response is done.
            var at = last.time + .milliseconds(6)
            for (_, step) in late.suffix(mischief.draw(1...3)) {
                sendLate(step, jobs[place], at: at)
                at = at + .milliseconds(7)
            }
        }
        schedule(place)
    }

    private mutating func sendLate(_ step: ResponseJob.Step, _ job: ResponseJob, at time: Instant) {
        guard case .text(let output, let piece) = step, job.outputs[output].isBegun else { return }
        let kind = job.isAudio ? "output_audio_transcript" : "output_text"
        send(
            "response.\(kind).delta",
            address(job, output) + [.init(key: "delta", value: .string(piece))], at: time)
    }

    /// Plans a response that is created at `time`; `request` overrides the session's settings.
    mutating func startResponse(_ request: JSON?, at time: Instant) {
        let request = request ?? nil
        let isOutside = request["conversation"]?.stringValue == "none"
        let modality =
            request["output_modalities"]?.arrayValue?.first?.stringValue ?? settings.modality
        let output = request["audio"]?["output"]
        let format = output?["format"].map { SessionSettings.format($0) } ?? settings.outputFormat
        let voice = output?["voice"] ?? settings.voice
        var job = ResponseJob(
            number: jobCount, id: name("resp"), conversationID: isOutside ? nil : conversation.id,
            isAudio: modality == "audio", format: format, voice: voice,
            maximum: present(request["max_output_tokens"]) ?? settings.json["max_output_tokens"]
                ?? "inf",
            metadata: request["metadata"] ?? nil)
        jobCount += 1
        idleGeneration += 1
        job.input = contextTokens(request)
        if !isOutside {
            // A cache serves whole blocks of what was read before.
            job.cached = TokenCount(
                text: min(job.input.text, lastContext.text) / 64 * 64,
                audio: min(job.input.audio, lastContext.audio) / 64 * 64)
            lastContext = job.input
        }
        job.steps.append((time, .created))
        if mischief.strikes(.responseFailed, every: 1...2) {
            job.ending = .failed(
                code: "inference_rate_limit_exceeded",
                message: "We're currently processing too many requests — please try again later.")
            job.steps.append((time + .milliseconds(between(90, 140)), .done))
        } else {
            plan(&job, request, at: time)
        }
        jobs.append(job)
        schedule(jobs.count - 1)
    }

    private func present(_ value: JSON?) -> JSON? { value?.isNull == true ? nil : value }

    /// What the model reads: the instructions, the tools and the conversation or the input.
    private func contextTokens(_ request: JSON) -> TokenCount {
        let instructions = present(request["instructions"])?.stringValue ?? settings.instructions
        let own = TokenCount(
            text: Pieces.of(instructions).count + 42 * tools(request).count + 9)
        guard let input = present(request["input"])?.arrayValue else {
            return own + conversation.tokens
        }
        return input.reduce(own) { sum, value in
            sum + (item(ofInput: value)?.tokens ?? TokenCount())
        }
    }

    private func tools(_ request: JSON) -> [JSON] {
        present(request["tools"])?.arrayValue ?? settings.tools
    }

    /// An item of a response's own input: a new one, or a reference to the conversation's.
    private func item(ofInput value: JSON) -> ServerItem? {
        if value["type"]?.stringValue == "item_reference" {
            return value["id"]?.stringValue.flatMap { conversation[$0] }
        }
        return Self.item(value, id: "", format: settings.inputFormat)
    }

    /// What the model is to react to.
    private func prompt(_ request: JSON) -> Speaker.Prompt {
        var items = conversation.items
        if let input = present(request["input"])?.arrayValue {
            items = input.compactMap { item(ofInput: $0) }
        }
        if let last = items.last, last.type == "function_call_output" {
            let callID = last.json["call_id"]?.stringValue
            let call = items.last {
                $0.type == "function_call" && $0.json["call_id"]?.stringValue == callID
            }
            return .toolOutput(
                tool: call?.json["name"]?.stringValue, output: last.text)
        }
        if items.last?.role != "user",
            let instructions = present(request["instructions"])?.stringValue
        {
            return .user(instructions)
        }
        if let said = items.last(where: { $0.role == "user" && !$0.text.isEmpty }) {
            return .user(said.text)
        }
        return .nothing
    }

    private mutating func plan(_ job: inout ResponseJob, _ request: JSON, at time: Instant) {
        let prompt = prompt(request)
        // Chance of its own: what is said does not depend on when other events came.
        var chance = SeededRandom(
            seed: configuration.seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(job.number))
        var call: ToolChoice.Call?
        if case .user(let text) = prompt {
            call = ToolChoice.call(
                for: text, tools: tools(request),
                choice: present(request["tool_choice"]) ?? settings.json["tool_choice"] ?? "auto",
                &chance)
        }
        let model = settings.json["model"]?.stringValue ?? ""
        let reasons = model.contains("realtime-2") && configuration.profile == .openAI
        if reasons { job.reasoning = 8 + Int(chance.next() % 40) }
        var planner = ResponsePlanner(timings: timings, profile: configuration.profile)
        planner.drifts = mischief.has(.drift)
        // The models of the second generation may speak and call in one response.
        if call == nil || reasons && chance.unit() < 0.3 {
            let text = call == nil ? speaker.answer(prompt, &chance) : "Let me look that up."
            planner.message(
                shortened(text, &job), name("item"), &job, from: time, seed: chance.next(),
                &chance)
        }
        if let call {
            planner.call(call, name("item"), name("call"), &job, from: time, &chance)
        }
        planner.finish(&job)
        disturb(&job)
    }

    /// The part of an answer that fits `max_output_tokens`, or what a script leaves of it.
    private mutating func shortened(_ text: String, _ job: inout ResponseJob) -> String {
        let pieces = Pieces.of(text)
        var count = pieces.count
        if let limit = job.maximum.intValue {
            // In audio each piece costs some seven tokens: one for the word, six for its sound.
            let room = max(1, (limit - 9) / (job.isAudio ? 7 : 1))
            if room < count {
                count = room
                job.ending = .incomplete("max_output_tokens")
            }
        }
        if mischief.strikes(.tooLong, every: 1...2) {
            count = max(1, min(count, mischief.draw(1...max(1, pieces.count - 1))))
            job.ending = .incomplete("max_output_tokens")
        } else if mischief.strikes(.contentFilter, every: 1...2) {
            count = max(1, min(count, mischief.draw(1...max(1, pieces.count - 1))))
            job.ending = .incomplete("content_filter")
        }
        return pieces.prefix(count).joined()
    }

    /// Puts a script's fault into the middle of a planned response.
    private mutating func disturb(_ job: inout ResponseJob) {
        guard job.steps.count > 6 else { return }
        let place = mischief.draw(job.steps.count / 3...job.steps.count * 2 / 3)
        let time = job.steps[place].time
        if mischief.strikes(.stall, every: 1...2) {
            let pause = Interval.milliseconds(mischief.between(2000, 5000))
            for later in place..<job.steps.count {
                job.steps[later].time = job.steps[later].time + pause
            }
        }
        var act: EmulatorOutput.Act?
        if mischief.strikes(.closeInResponse, every: 1...3) {
            act = .close(
                code: 1011, reason: "The server had an error while processing your request.")
        } else if mischief.strikes(.reset, every: 1...3) {
            act = .reset
        } else if mischief.strikes(.halfOpen, every: 1...3) {
            act = .fallSilent
        }
        if let act { job.steps.insert((time, .act(act)), at: place) }
    }
}
