package import AuthzCore

extension Counterfactual {
    /// Writes the members `change` of a denied request, or `allowedBy` of an allowed one, into an object that is open; without the
    /// signatures of tokens.
    package func writeMembers(to json: inout JSONWriter) {
        if request != nil || policy != nil {
            json.name("change")
            json.beginObject()
            if let request {
                json.name("request")
                request.write(to: &json)
            }
            if let policy {
                json.name("policy")
                policy.write(to: &json)
            }
            json.endObject()
        }
        if let allowance {
            json.name("allowedBy")
            json.beginObject()
            json.member("alone", allowance.isAlone)
            json.name("rules")
            json.beginArray()
            for rule in allowance.rules {
                json.beginObject()
                json.member("namespace", rule.policy.namespace)
                json.member("name", rule.policy.name)
                if let number = rule.rule { json.member("rule", number) }
                json.member("location", "\(rule.location)")
                json.endObject()
            }
            json.endArray()
            if !allowance.providers.isEmpty {
                json.name("providers")
                json.beginArray()
                for provider in allowance.providers { json.string(provider) }
                json.endArray()
            }
            json.endObject()
        }
    }
}

extension RequestChanges {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("verdict", verdict.rawValue)
        json.member("decisions", decisions)
        json.name("changes")
        json.beginArray()
        for change in changes {
            json.beginObject()
            json.name("edits")
            change.edits.write(to: &json)
            json.member("status", change.report.status)
            json.member("reason", change.report.reason.rawValue)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}

extension PolicyChanges {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        if let obstacle { json.member("obstacle", obstacle) }
        if let demand { json.member("exceptionTo", SignatureMask.hidingSignatures(in: demand)) }
        if let hint { json.member("hint", hint) }
        json.name("changes")
        json.beginArray()
        for change in changes { change.write(to: &json, others: []) }
        json.endArray()
        if let partialRepair {
            json.name("partialRepair")
            partialRepair.change.write(to: &json, others: partialRepair.byHand.map(\.text))
        }
        json.endObject()
    }
}

extension PolicyChange {
    /// - Parameter others: What is left to be mended by hand.
    fileprivate func write(to json: inout JSONWriter, others: [String]) {
        json.beginObject()
        // A value of the request may be a token: the path, or a header.
        json.member("steps", steps.map(SignatureMask.hidingSignatures))
        json.member("files", files.map(\.name))
        json.member("patch", SignatureMask.hidingSignatures(in: patch))
        json.member("status", report.status)
        json.member("reason", report.reason.rawValue)
        json.name("opens")
        json.beginObject()
        json.member("tried", opening.tried)
        json.member("opened", opening.opened)
        if let example = opening.example {
            json.name("example")
            example.write(to: &json)
        }
        json.member("workloads", opening.workloads)
        json.member("untested", opening.untested.map(\.name))
        json.endObject()
        if !others.isEmpty { json.member("byHand", others.map(SignatureMask.hidingSignatures)) }
        json.endObject()
    }
}

extension [RequestChange.Edit] {
    /// Writes a list of `field`, `from` and `to`.
    package func write(to json: inout JSONWriter) {
        map { RequestDifference($0.field.name, field: $0.field, from: $0.from, to: $0.to) }.write(to: &json)
    }
}

extension [RequestDifference] {
    /// Writes a list of `field`, `from` and `to`.
    package func write(to json: inout JSONWriter) {
        json.beginArray()
        for difference in self {
            json.beginObject()
            json.member("field", difference.name)
            json.member("from", difference.from.map(SignatureMask.hidingSignatures))
            json.member("to", difference.to.map(SignatureMask.hidingSignatures))
            json.endObject()
        }
        json.endArray()
    }
}
