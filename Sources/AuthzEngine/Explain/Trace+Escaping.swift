import AuthzCore

extension Trace {
    /// The trace with control characters of the request and its token written as escapes, for text that a person reads.
    package var escapingControls: Trace {
        var trace = self
        trace.layers = layers.map(\.escapingControls)
        trace.unattached = unattached.map {
            UnattachedPolicy(policy: $0.policy, why: $0.why.escapingControls, isAmbiguous: $0.isAmbiguous)
        }
        return trace
    }
}

extension Trace.Layer {
    fileprivate var escapingControls: Self {
        var layer = self
        layer.verdict = verdict.escapingControls
        layer.notes = notes.map(\.escapingControls)
        for policy in policies.indices {
            for rule in policies[policy].rules.indices {
                layer.policies[policy].rules[rule].tests = policies[policy].rules[rule].tests.map(\.escapingControls)
            }
        }
        return layer
    }
}

extension Trace.TestStep {
    fileprivate var escapingControls: Self {
        var step = self
        step.field = field.escapingControls
        step.seen = seen?.escapingControls
        step.wanted = wanted.map(\.escapingControls)
        step.sentence = sentence.escapingControls
        step.notes = notes.map(\.escapingControls)
        step.slip = slip?.escapingControls
        return step
    }
}
