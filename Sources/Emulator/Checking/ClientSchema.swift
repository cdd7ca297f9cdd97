/// The shapes of the eleven client events of the GA API.
enum ClientSchema {
    /// The fields of each event besides `type` and `event_id`, in the API's order.
    static let events: [(type: String, fields: [Shape.Field])] = [
        ("session.update", [.init("session", session, required: true)]),
        (
            "conversation.item.create",
            [.init("item", item, required: true), .init("previous_item_id", .nullable(.string))]
        ),
        ("conversation.item.delete", [.init("item_id", .string, required: true)]),
        ("conversation.item.retrieve", [.init("item_id", .string, required: true)]),
        (
            "conversation.item.truncate",
            [
                .init("item_id", .string, required: true),
                .init("content_index", .integer(0...Int(Int32.max)), required: true),
                .init("audio_end_ms", .integer(0...Int(Int32.max)), required: true),
            ]
        ),
        ("input_audio_buffer.append", [.init("audio", .string, required: true)]),
        ("input_audio_buffer.clear", []),
        ("input_audio_buffer.commit", []),
        ("output_audio_buffer.clear", []),
        ("response.create", [.init("response", .nullable(response))]),
        ("response.cancel", [.init("response_id", .nullable(.string))]),
    ]

    static let types = events.map(\.type)

    static func fields(of type: String) -> [Shape.Field]? {
        events.first { $0.type == type }?.fields
    }

    private static let format = Shape.tagged([
        ("audio/pcm", [.init("rate", .integer(24_000...24_000))]),
        ("audio/pcmu", []), ("audio/pcma", []),
    ])

    private static let turnDetection = Shape.nullable(
        .tagged([
            (
                "server_vad",
                [
                    .init("threshold", .nullable(.number(0...1))),
                    .init("prefix_padding_ms", .nullable(.integer(0...60_000))),
                    .init("silence_duration_ms", .nullable(.integer(0...60_000))),
                    .init("idle_timeout_ms", .nullable(.integer(5000...30_000))),
                    .init("create_response", .nullable(.boolean)),
                    .init("interrupt_response", .nullable(.boolean)),
                ]
            ),
            (
                "semantic_vad",
                [
                    .init("eagerness", .nullable(.oneOf(["low", "medium", "high", "auto"]))),
                    .init("create_response", .nullable(.boolean)),
                    .init("interrupt_response", .nullable(.boolean)),
                ]
            ),
        ]))

    private static let transcription = Shape.nullable(
        .object([
            .init("model", .string), .init("language", .nullable(.string)),
            .init("languages", .nullable(.array(.string))),
            .init("prompt", .nullable(.string)), .init("keywords", .nullable(.array(.string))),
            .init(
                "delay", .nullable(.oneOf(["minimal", "low", "medium", "high", "xhigh"]))),
        ]))

    private static let input = Shape.nullable(
        .object([
            .init("format", .nullable(format)), .init("transcription", transcription),
            .init(
                "noise_reduction",
                .nullable(
                    .tagged([
                        ("near_field", [.init("strength", .number(0...1))]),
                        ("far_field", [.init("strength", .number(0...1))]),
                    ]))),
            .init("turn_detection", turnDetection),
        ]))

    private static let voice = Shape.either([
        .string, .object([.init("id", .string, required: true)]),
    ])

    private static let output = Shape.nullable(
        .object([
            .init("format", .nullable(format)), .init("voice", .nullable(voice)),
            .init("speed", .nullable(.number(0.25...1.5))),
        ]))

    private static let modalities = Shape.array(.oneOf(["text", "audio"]))
    private static let maximum = Shape.either([.integer(1...32_768), .oneOf(["inf"])])
    private static let prompt = Shape.nullable(
        .object([
            .init("id", .string, required: true), .init("variables", .any),
            .init("version", .nullable(.string)),
        ]))
    private static let reasoning = Shape.nullable(
        .object([
            .init(
                "effort",
                .nullable(.oneOf(["none", "minimal", "low", "medium", "high", "xhigh"])))
        ]))

    private static let tools = Shape.array(
        .tagged([
            (
                "function",
                [
                    .init("name", .string, required: true),
                    .init("description", .nullable(.string)), .init("parameters", .any),
                ]
            ),
            (
                "mcp",
                [
                    .init("server_label", .string, required: true), .init("server_url", .string),
                    .init("server_description", .any), .init("connector_id", .any),
                    .init("authorization", .any), .init("headers", .any),
                    .init("allowed_tools", .any), .init("require_approval", .any),
                    .init("allowed_callers", .any), .init("defer_loading", .any),
                    .init("tunnel_id", .any),
                ]
            ),
        ]))

    private static let toolChoice = Shape.either([
        .oneOf(["none", "auto", "required"]),
        .tagged([
            ("function", [.init("name", .string, required: true)]),
            ("mcp", [.init("server_label", .string, required: true), .init("name", .any)]),
        ]),
    ])

    private static let session = Shape.tagged([
        (
            "realtime",
            [
                .init("model", .string), .init("output_modalities", modalities),
                .init("instructions", .string), .init("tools", .nullable(tools)),
                .init("tool_choice", .nullable(toolChoice)),
                .init("parallel_tool_calls", .nullable(.boolean)),
                .init("max_output_tokens", .nullable(maximum)),
                .init("tracing", .any), .init("prompt", prompt), .init("reasoning", reasoning),
                .init(
                    "truncation",
                    .nullable(
                        .either([
                            .oneOf(["auto", "disabled"]),
                            .tagged([
                                (
                                    "retention_ratio",
                                    [
                                        .init("retention_ratio", .number(0...1), required: true),
                                        .init(
                                            "token_limits",
                                            .nullable(
                                                .object([
                                                    .init(
                                                        "post_instructions", .integer(0...131_072))
                                                ]))),
                                    ]
                                )
                            ]),
                        ]))),
                .init(
                    "audio", .nullable(.object([.init("input", input), .init("output", output)]))),
                .init("include", .nullable(.array(.string))),
            ]
        ),
        (
            "transcription",
            [
                .init("audio", .nullable(.object([.init("input", input)]))),
                .init("include", .nullable(.array(.string))),
            ]
        ),
    ])

    private static let status = Shape.nullable(
        .oneOf(["completed", "incomplete", "in_progress"]))

    /// Fields that any item may have.
    private static let common: [Shape.Field] = [
        .init("id", .nullable(.string)), .init("object", .oneOf(["realtime.item"])),
        .init("status", status),
    ]

    private static let content = Shape.array(
        .tagged([
            ("input_text", [.init("text", .string, required: true)]),
            (
                "input_audio",
                [.init("audio", .string), .init("transcript", .nullable(.string))]
            ),
            (
                "input_image",
                [
                    .init("image_url", .string),
                    .init("detail", .nullable(.oneOf(["auto", "low", "high"]))),
                ]
            ),
            ("output_text", [.init("text", .string, required: true)]),
            (
                "output_audio",
                [.init("audio", .string), .init("transcript", .nullable(.string))]
            ),
        ]))

    private static let items: [(type: String, fields: [Shape.Field])] = [
        (
            "message",
            common + [
                .init("role", .oneOf(["system", "user", "assistant"]), required: true),
                .init("content", content, required: true), .init("phase", .nullable(.string)),
            ]
        ),
        (
            "function_call",
            common + [
                .init("name", .string, required: true),
                .init("arguments", .string, required: true), .init("call_id", .string),
            ]
        ),
        (
            "function_call_output",
            common + [
                .init("call_id", .string, required: true),
                .init("output", .string, required: true),
            ]
        ),
        (
            "mcp_approval_response",
            common + [
                .init("approval_request_id", .string, required: true),
                .init("approve", .boolean, required: true), .init("reason", .nullable(.string)),
            ]
        ),
    ]

    static let item = Shape.tagged(items)

    private static let response = Shape.object([
        .init("output_modalities", .nullable(modalities)),
        .init("instructions", .nullable(.string)),
        .init("conversation", .nullable(.oneOf(["auto", "none"]))),
        .init("metadata", .nullable(.map(.string))),
        .init("max_output_tokens", .nullable(maximum)),
        .init("tools", .nullable(tools)), .init("tool_choice", .nullable(toolChoice)),
        .init("parallel_tool_calls", .nullable(.boolean)), .init("prompt", prompt),
        .init("reasoning", reasoning),
        .init("audio", .nullable(.object([.init("output", output)]))),
        .init(
            "input",
            .nullable(
                .array(
                    .tagged(items + [("item_reference", [.init("id", .string, required: true)])]))
            )),
    ])
}
