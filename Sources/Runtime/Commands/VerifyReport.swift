import JSONText
import TemporalLogic

/// The outcomes of `verify` as text, JSON and JUnit XML.
enum VerifyReport {
    static func text(_ outcomes: [VerifyOutcome]) -> String {
        var result = ""
        for outcome in outcomes {
            let word = outcome.skipped != nil ? "skipped" : outcome.ltlf ? "holds  " : "FAILS  "
            let vacuous = outcome.isVacuous && outcome.holds ? ", vacuously" : ""
            let pack = outcome.pack.isEmpty ? "" : outcome.pack + ": "
            result += word + " " + pack + outcome.name + vacuous + "\n"
            result += "        " + outcome.explanation + "\n"
            if outcome.violationCount > 1 {
                let shown = outcome.violations.prefix(8).map(String.init).joined(separator: ", ")
                let more = outcome.violationCount > 8 ? ", …" : ""
                result += "        violated \(outcome.violationCount) times: at \(shown)\(more)\n"
            }
            if let robustness = outcome.robustness?.first {
                result += "        robustness \(robustness)\n"
            }
            if let proof = outcome.proof {
                let lines = proof.text { outcome.numbers[$0] }.split(separator: "\n")
                for line in lines { result += "        " + line + "\n" }
            } else if let size = outcome.proofSize, size > VerifyOutcome.largestProof {
                result += "        the smallest proof has \(size) steps and is not shown\n"
            } else if outcome.isProofTooLong {
                result += "        a proof would be too long to look for\n"
            }
        }
        let failed = outcomes.count { !$0.holds }
        let skipped = outcomes.count { $0.skipped != nil }
        let judged = outcomes.count - skipped
        return result + "\(judged - failed) of \(judged) properties hold"
            + (skipped > 0 ? ", \(skipped) skipped" : "") + "\n"
    }

    // MARK: JSON

    static func json(_ outcomes: [VerifyOutcome], _ path: String) -> JSON {
        .object([
            .init(key: "format", value: "midstream-verify/1"),
            .init(key: "file", value: .string(path)),
            .init(key: "holds", value: .bool(outcomes.allSatisfy(\.holds))),
            .init(key: "properties", value: .array(outcomes.map(json))),
        ])
    }

    private static func json(_ outcome: VerifyOutcome) -> JSON {
        var members: [JSON.Member] = [
            .init(key: "name", value: .string(outcome.name)),
            .init(key: "pack", value: .string(outcome.pack)),
            .init(key: "formula", value: .string(outcome.formula)),
            .init(key: "ltlf", value: outcome.skipped == nil ? .bool(outcome.ltlf) : .null),
            .init(key: "verdict", value: .string(outcome.verdict.rawValue)),
            .init(key: "decidedAt", value: number(outcome.decidedAt)),
            .init(key: "witness", value: numbers(outcome.witness)),
            .init(key: "witnessKind", value: .string(outcome.witnessKind.rawValue)),
            .init(key: "violations", value: numbers(outcome.violations)),
            .init(key: "violationCount", value: JSON(outcome.violationCount)),
            .init(key: "explanation", value: .string(outcome.explanation)),
            .init(key: "vacuous", value: .bool(outcome.isVacuous)),
            .init(key: "exact", value: .bool(outcome.isExact)),
            .init(key: "memoryBound", value: .string(outcome.memoryBound)),
            .init(key: "skipped", value: outcome.skipped.map { .string($0) } ?? .null),
        ]
        if let prefixes = outcome.prefixes {
            let ltl3 = prefixes.map { verdict in
                JSON.string(verdict.isFinal ? verdict.rawValue : "inconclusive")
            }
            members.append(.init(key: "ltl3", value: .array(ltl3)))
            members.append(
                .init(key: "rvltl", value: .array(prefixes.map { .string($0.rawValue) })))
        }
        if let robustness = outcome.robustness, !robustness.isEmpty {
            members.append(.init(key: "robustness", value: number(robustness[0])))
        }
        if let positions = outcome.positions {
            members.append(
                .init(
                    key: "pointwise",
                    value: .array(positions.streamed.map { $0.map { .bool($0) } ?? .null })))
            members.append(
                .init(key: "settledAt", value: .array(positions.settledAt.map(number))))
            members.append(
                .init(
                    key: "pointwiseAtEnd", value: .array(positions.atEnd.map { .bool($0) })))
            if let robustness = outcome.robustness {
                members.append(
                    .init(key: "robustnessAt", value: .array(robustness.map(number))))
            }
        }
        if let size = outcome.proofSize {
            members.append(.init(key: "proofSize", value: JSON(size)))
        }
        if let proof = outcome.proof {
            members.append(.init(key: "proof", value: json(proof, outcome.numbers)))
        }
        return .object(members)
    }

    private static func json(_ proof: Proof, _ names: [UInt64]) -> JSON {
        .object([
            .init(key: "at", value: JSON(names[proof.position])),
            .init(key: "holds", value: .bool(proof.holds)),
            .init(key: "formula", value: .string(proof.formula)),
            .init(key: "rule", value: .string(proof.rule.name)),
            .init(key: "parts", value: .array(proof.parts.map { json($0, names) })),
        ])
    }

    private static func numbers(_ values: [UInt64]) -> JSON { .array(values.map { JSON($0) }) }

    private static func number(_ value: UInt64?) -> JSON { value.map { JSON($0) } ?? .null }

    /// JSON has no infinity: it is the text "inf" or "-inf".
    private static func number(_ value: Double) -> JSON {
        value.isFinite ? JSON(value) : .string(value > 0 ? "inf" : "-inf")
    }

    // MARK: JUnit

    static func junit(_ outcomes: [VerifyOutcome], _ path: String) -> String {
        let failures = outcomes.count { !$0.holds }
        let skipped = outcomes.count { $0.skipped != nil }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        text += "<testsuite name=\"\(escape(path))\" tests=\"\(outcomes.count)\""
        text += " failures=\"\(failures)\" errors=\"0\" skipped=\"\(skipped)\">\n"
        for outcome in outcomes {
            let group = outcome.pack.isEmpty ? path : outcome.pack
            text += "  <testcase classname=\"\(escape(group))\" name=\"\(escape(outcome.name))\""
            if let reason = outcome.skipped {
                text += ">\n    <skipped message=\"\(escape(reason))\"/>\n  </testcase>\n"
            } else if outcome.ltlf {
                text += "/>\n"
            } else {
                text += ">\n    <failure message=\"\(escape(outcome.explanation))\">"
                text += escape(outcome.formula) + "</failure>\n  </testcase>\n"
            }
        }
        return text + "</testsuite>\n</testsuites>\n"
    }

    private static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default:
                let isWritten =
                    scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                result.unicodeScalars.append(isWritten ? scalar : " ")
            }
        }
        return result
    }
}
