import JSONText
import Timeline

extension TokenStatistics {
    func json(at now: Instant) -> JSON {
        [
            "total": JSON(total),
            "gaps": JSON(gaps.count),
            "p50_ms": .value(p50),
            "p95_ms": .value(p95),
            "p99_ms": .value(p99),
            "mean_ms": .value(gaps.mean),
            "max_ms": .value(gaps.count == 0 ? nil : gaps.maximum),
            "jitter_ms": .value(jitterMilliseconds),
            "per_second": .value(ratePerSecond(now)),
            "histogram": .array(
                histogram.map {
                    [
                        "from_ms": .value($0.low),
                        "below_ms": $0.high.isFinite ? .value($0.high) : .null,
                        "count": JSON($0.count),
                    ]
                }),
        ]
    }
}

extension AudioStatistics {
    var json: JSON {
        [
            "generated_ms": .value(generatedMilliseconds),
            "delivered_ms": .value(deliveredMilliseconds),
            "heard_ms": .value(heardMilliseconds),
            "buffer_ms": .value(bufferMilliseconds),
            "underruns": JSON(underruns),
            "underrun_ms": .value(underrunMilliseconds),
            "input_ms": .value(inputMilliseconds),
            "interruptions": JSON(interruptions),
            "wrong_truncations": JSON(wrongTruncations),
            "payload_truncated": .bool(isPayloadTruncated),
        ]
    }
}

extension Spending {
    var json: JSON {
        [
            "cost_usd": .dollars(totalCost),
            "partial": .bool(isPartial),
            "price_model": .text(priceModel),
            "input_tokens": JSON(inputTokens),
            "cached_tokens": JSON(cachedTokens),
            "input_text_tokens": JSON(inputTextTokens),
            "input_audio_tokens": JSON(inputAudioTokens),
            "input_image_tokens": JSON(inputImageTokens),
            "output_tokens": JSON(outputTokens),
            "output_text_tokens": JSON(outputTextTokens),
            "output_audio_tokens": JSON(outputAudioTokens),
            "reasoning_tokens": JSON(reasoningTokens),
            "transcription_tokens": JSON(transcriptionTokens),
            "transcription_seconds": .value(transcriptionSeconds),
        ]
    }
}

extension RateLimitState {
    func json(at now: Instant) -> JSON {
        [
            "name": .string(name),
            "limit": .value(limit),
            "remaining": .value(remaining),
            "reset_seconds": .value(resetSeconds),
            "updated_ms": .instant(updatedAt),
        ]
    }
}

extension StreamStatistics {
    func json(at now: Instant) -> JSON {
        [
            "name": .string(name),
            "chunks": JSON(chunks),
            "bytes": JSON(bytes),
            "bytes_per_second": .value(bytesPerSecond),
            "average_chunk": .value(averageChunk),
            "first_ms": .instant(firstAt),
            "last_ms": .instant(lastAt),
        ]
    }
}
