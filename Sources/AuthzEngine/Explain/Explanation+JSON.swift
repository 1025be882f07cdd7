package import AuthzCore

extension Explanation {
    /// Writes the members of the decision, and beside them `layers` and `notApplied`; `otherwise` holds the decision under the
    /// other assumption about CUSTOM providers.
    ///
    /// The decision is as a client gets it, the rest without the signatures of tokens.
    package func write(to json: inout JSONWriter) {
        json.beginObject()
        writeMembers(to: &json)
        json.endObject()
    }

    /// Writes those members into an object that is open.
    package func writeMembers(to json: inout JSONWriter) {
        report.writeMembers(to: &json)
        json.name("layers")
        json.beginArray()
        for layer in trace.layers.map(\.hidingSignatures) { Self.write(layer, to: &json) }
        json.endArray()
        json.name("notApplied")
        json.beginArray()
        for policy in trace.unattached {
            json.beginObject()
            Self.write(policy.policy, to: &json)
            json.member("why", policy.why)
            json.endObject()
        }
        json.endArray()
        if let otherwise {
            json.name("otherwise")
            otherwise.write(to: &json)
        }
    }

    private static func write(_ layer: Trace.Layer, to json: inout JSONWriter) {
        json.beginObject()
        json.member("layer", layer.name.rawValue)
        json.member("verdict", layer.verdict)
        json.member("notes", layer.notes)
        json.name("policies")
        json.beginArray()
        for step in layer.policies {
            json.beginObject()
            write(step.policy, to: &json)
            json.member("dryRun", step.isDryRun)
            json.member("matched", step.isMatched)
            if let note = step.note { json.member("note", note) }
            json.name("rules")
            json.beginArray()
            for rule in step.rules { write(rule, to: &json) }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private static func write(_ policy: PolicyReference, to json: inout JSONWriter) {
        json.member("kind", policy.kind.rawValue)
        json.member("namespace", policy.namespace)
        json.member("name", policy.name)
        json.member("location", "\(policy.location)")
    }

    private static func write(_ rule: Trace.RuleStep, to json: inout JSONWriter) {
        json.beginObject()
        json.member("rule", rule.number)
        json.member("location", "\(rule.location)")
        json.member("matched", rule.isMatched)
        if let omission = rule.omission { json.member("leftOut", omission) }
        if !rule.remarks.isEmpty { json.member("remarks", rule.remarks) }
        json.name("tests")
        json.beginArray()
        for test in rule.tests {
            json.beginObject()
            json.member("side", test.side)
            json.member("entry", test.entry)
            json.member("field", test.field)
            json.member("outcome", test.outcome.rawValue)
            json.member("seen", test.seen)
            json.member("wanted", test.wanted)
            json.member("sentence", test.sentence)
            if !test.notes.isEmpty { json.member("notes", test.notes) }
            if let slip = test.slip { json.member("slip", slip) }
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}
