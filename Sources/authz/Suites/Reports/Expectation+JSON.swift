import AuthzCore
import AuthzEngine
import AuthzPolicy

extension Expectation {
    /// Writes what was expected in its long form.
    func write(to json: inout JSONWriter) {
        json.beginObject()
        if let outcome { json.member("outcome", outcome.rawValue) }
        if let status { json.member("status", status) }
        if let reason { json.member("reason", reason.value) }
        switch policy {
        case nil: break
        case .some(.none):
            json.name("policy")
            json.null()
        case .named(let name): json.member("policy", name)
        }
        if let rule { json.member("rule", rule) }
        if let headers { headers.write(to: &json) }
        if let audit { json.member("audit", audit) }
        if dryRunAllow != nil || dryRunDeny != nil {
            json.name("dryRun")
            json.beginObject()
            if let dryRunAllow { json.member("allow", dryRunAllow.rawValue) }
            if let dryRunDeny { json.member("deny", dryRunDeny.rawValue) }
            json.endObject()
        }
        if let custom { json.member("custom", custom) }
        json.endObject()
    }
}

extension Expectation.Headers {
    fileprivate func write(to json: inout JSONWriter) {
        json.name("headers")
        json.beginObject()
        json.name("set")
        json.beginObject()
        for (name, values) in set {
            if values.count == 1 { json.member(name, values[0]) } else { json.member(name, values) }
        }
        json.endObject()
        if let remove { json.member("remove", remove) }
        json.endObject()
    }
}
