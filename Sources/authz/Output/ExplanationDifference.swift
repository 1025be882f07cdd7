import AuthzCore
import AuthzEngine

/// What differs in the way that two requests are decided.
struct ExplanationDifference {
    /// A test that both requests met, and answered otherwise.
    struct Test {
        var layer: String
        var policy: String
        var rule: Int
        var place: SourceLocation
        var side: String
        var field: String
        var sentences: (String, String)
        var outcomes: (String, String)
    }

    struct Layer {
        var name: String
        /// `nil` where the layer was not reached.
        var verdicts: (String?, String?)
    }

    let first: ExplainedRequest
    let second: ExplainedRequest
    let differences: [RequestDifference]
    private(set) var layers: [Layer] = []
    private(set) var tests: [Test] = []

    init(_ first: ExplainedRequest, _ second: ExplainedRequest, by policySet: PolicySet) {
        self.first = first
        self.second = second
        differences = RequestDifference.all(from: first.input.document, to: second.input.document, in: policySet)
        let (left, right) = (first.explanation.trace.escapingControls, second.explanation.trace.escapingControls)
        let names: [Trace.LayerName] = [.connection, .request, .custom, .token, .audit, .deny, .allow]
        for name in names {
            let pair = (left.layers.first { $0.name == name }, right.layers.first { $0.name == name })
            let verdicts = (pair.0?.verdict, pair.1?.verdict)
            if verdicts.0 != verdicts.1 { layers.append(Layer(name: name.rawValue, verdicts: verdicts)) }
            if let one = pair.0, let other = pair.1 { compare(one, other) }
        }
    }

    private mutating func compare(_ left: Trace.Layer, _ right: Trace.Layer) {
        for step in left.policies {
            guard let other = right.policies.first(where: { $0.policy == step.policy }) else { continue }
            for rule in step.rules {
                guard let twin = other.rules.first(where: { $0.number == rule.number }) else { continue }
                for test in rule.tests {
                    let match = twin.tests.first {
                        $0.side == test.side && $0.entry == test.entry && $0.field == test.field
                    }
                    guard let match, match.outcome != test.outcome else { continue }
                    tests.append(
                        Test(
                            layer: left.name.rawValue, policy: step.policy.qualifiedName, rule: rule.number,
                            place: rule.location, side: test.side, field: test.field,
                            sentences: (test.sentence, match.sentence),
                            outcomes: (test.outcome.rawValue, match.outcome.rawValue)))
                }
            }
        }
    }

    // MARK: Text

    func text(_ style: TextStyle) -> String {
        let heading = ExplanationText(style)
        var lines = [
            "A  \(heading.headline(first.explanation.report))", "   \(first.input.name.escapingControls)",
            "B  \(heading.headline(second.explanation.report))", "   \(second.input.name.escapingControls)",
        ]
        lines.append(differences.isEmpty ? "  the requests are the same" : "  " + style("in the requests:", .bold))
        let width = differences.map(\.name.count).max() ?? 0
        lines += differences.map { "    \($0.name.padded(to: width))  \(CounterfactualText.words($0))" }
        if layers.isEmpty, tests.isEmpty {
            lines.append("  nothing differs in how they are decided")
        } else {
            lines.append("  " + style("in how they are decided:", .bold))
        }
        for layer in layers {
            lines.append("    \(layer.name.padded(to: 10))  A  \(layer.verdicts.0 ?? "not reached")")
            lines.append("    \("".padded(to: 10))  B  \(layer.verdicts.1 ?? "not reached")")
        }
        for test in tests {
            lines.append(
                "    \(test.layer.padded(to: 10))  \(test.policy), rule \(test.rule)  \(test.side) \(style(test.field, .bold))  "
                    + style("(\(test.place))", .faint))
            lines.append("    \("".padded(to: 10))  A  \(test.outcomes.0.padded(to: 7))  \(test.sentences.0)")
            lines.append("    \("".padded(to: 10))  B  \(test.outcomes.1.padded(to: 7))  \(test.sentences.1)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    // MARK: JSON

    func write(to json: inout JSONWriter) {
        json.beginObject()
        for (name, request) in [("a", first), ("b", second)] {
            json.name(name)
            json.beginObject()
            json.member("input", request.input.name)
            request.explanation.report.writeMembers(to: &json)
            json.endObject()
        }
        json.name("requests")
        differences.write(to: &json)
        json.name("layers")
        json.beginArray()
        for layer in layers {
            json.beginObject()
            json.member("layer", layer.name)
            json.member("a", layer.verdicts.0.map(SignatureMask.hidingSignatures))
            json.member("b", layer.verdicts.1.map(SignatureMask.hidingSignatures))
            json.endObject()
        }
        json.endArray()
        json.name("tests")
        json.beginArray()
        for test in tests {
            json.beginObject()
            json.member("layer", test.layer)
            json.member("policy", test.policy)
            json.member("rule", test.rule)
            json.member("location", "\(test.place)")
            json.member("side", test.side)
            json.member("field", test.field)
            json.member("a", SignatureMask.hidingSignatures(in: test.sentences.0))
            json.member("b", SignatureMask.hidingSignatures(in: test.sentences.1))
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}
