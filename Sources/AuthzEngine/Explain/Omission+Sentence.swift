extension Omission {
    /// Why the rule is left out, as the end of a sentence about it.
    var reasonForRule: String {
        switch reason {
        case .httpOnly: "it tests `\(field)`, which only HTTP has, so Istio leaves it out on a TCP port"
        case .unsupportedByZtunnel: "it tests `\(field)`, which ztunnel cannot"
        case .notAnAddress, .notAPort: "\(what), so Istio leaves out the ALLOW rule"
        case .unknownKey: "Istio knows no condition key `\(field)`"
        case .malformedKey: "Istio cannot read the brackets of `\(field)`"
        case .nothingLeft: "ztunnel can test nothing of `\(field)`, so the rule never matches"
        }
    }

    /// What a rule that stays has lost.
    var remark: String {
        switch reason {
        case .httpOnly: "`\(field)` is left out on a TCP port, since only HTTP has it"
        case .unsupportedByZtunnel: "`\(field)` is left out, since ztunnel cannot test it"
        case .notAnAddress, .notAPort: "\(what), so it is left out"
        case .unknownKey, .malformedKey: "Istio cannot read the brackets of `\(field)` and ignores the condition"
        case .nothingLeft: "nothing is left of `\(field)`"
        }
    }

    private var what: String {
        let value = value ?? ""
        return reason == .notAPort ? "`\(value)` is not a port" : "`\(value)` is not an address block"
    }
}
