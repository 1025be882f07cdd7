import AuthzCore

extension Trace.Layer {
    /// The layer without the signatures of tokens that the request carried where no rule looks for them.
    var hidingSignatures: Self {
        var layer = self
        layer.verdict = SignatureMask.hidingSignatures(in: verdict)
        layer.notes = notes.map(SignatureMask.hidingSignatures)
        for policy in layer.policies.indices {
            for rule in layer.policies[policy].rules.indices {
                layer.policies[policy].rules[rule].tests = policies[policy].rules[rule].tests.map(\.hidingSignatures)
            }
        }
        return layer
    }
}

extension Trace.TestStep {
    fileprivate var hidingSignatures: Self {
        var step = self
        step.seen = seen.map(SignatureMask.hidingSignatures)
        step.sentence = SignatureMask.hidingSignatures(in: sentence)
        step.notes = notes.map(SignatureMask.hidingSignatures)
        step.slip = slip.map(SignatureMask.hidingSignatures)
        return step
    }
}
