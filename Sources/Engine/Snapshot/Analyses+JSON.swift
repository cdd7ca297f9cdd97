import Dynamics
import JSONText
import TemporalLogic
import Timeline

extension Finding {
    var json: JSON {
        [
            "id": JSON(id),
            "time_ms": .instant(time),
            "sequence": JSON(sequence),
            "severity": .string(severity.rawValue),
            "kind": .string(kind.rawValue),
            "message": .string(message),
            "cause": .number(cause),
            "response_id": .text(responseID),
        ]
    }
}

extension SeriesState {
    var json: JSON {
        let assessment = phaseSpace.assessment
        let profile = SeriesProfile(of: self)
        return [
            "kind": .string(kind.rawValue),
            "unit": .string(kind.unit),
            "samples": JSON(phaseSpace.observed),
            "kept": JSON(phaseSpace.count),
            "assessed": JSON(phaseSpace.assessedAt),
            "delay": JSON(assessment.delay),
            "dimension": JSON(assessment.dimension),
            "class": .string(assessment.attractorClass.rawValue),
            "confidence": .value(assessment.confidence),
            "lyapunov": assessment.lyapunov.map {
                [
                    "per_sample": .value($0.perSample), "low": .value($0.low),
                    "high": .value($0.high),
                ]
            } ?? .null,
            "reason": .string(assessment.reason),
            "missing": JSON(assessment.missing),
            "motif": profile.motif?.json ?? .null,
            "discord": profile.discord?.json ?? .null,
            "period": .value(assessment.period),
            "frequencies": .array(assessment.frequencies.map { .value($0) }),
            "point": .value(assessment.point),
            "theiler_window": JSON(assessment.theilerWindow),
            "seconds_per_sample": .value(secondsPerSample),
            "changes": .array(changes.map(\.json)),
        ]
    }
}

extension SeriesMotif {
    fileprivate var json: JSON {
        [
            "time_ms": .instant(first.time),
            "sequence": JSON(first.sequence),
            "other_time_ms": .instant(other.time),
            "other_sequence": JSON(other.sequence),
            "length": JSON(length),
            "distance": .value(distance),
        ]
    }
}

extension SeriesChange {
    var json: JSON {
        [
            "kind": .string(kind.rawValue),
            "sample": JSON(sample),
            "time_ms": .instant(time),
            "sequence": JSON(sequence),
        ]
    }
}

extension PatternHit {
    var json: JSON {
        [
            "id": JSON(id),
            "name": .string(name),
            "start": JSON(start),
            "end": JSON(end),
            "time_ms": .instant(time),
            "edits": JSON(edits),
            "difference": .value(difference),
            "confidence": .value(confidence),
            "excerpt": .string(excerpt),
        ]
    }
}

extension PropertyState {
    var json: JSON {
        [
            "name": .string(name),
            "pack": .string(pack),
            "formula": .string(formula),
            "verdict": .string(verdict.rawValue),
            "since_ms": .instant(since),
            "since_sequence": JSON(sinceSequence),
            "explanation": .string(explanation),
            "witness": .array(witness.map { JSON($0) }),
            "vacuous": .bool(isVacuous),
            "changes": JSON(changes),
            "paused": .text(pause?.rawValue),
        ]
    }
}

extension TimelineMark {
    var json: JSON {
        [
            "time_ms": .instant(time),
            "sequence": JSON(sequence),
            "kind": .string(kind.rawValue),
            "label": .string(label),
        ]
    }
}
