package import AuthzCore
import AuthzPolicy

extension DecisionReport {
    /// Writes the decision as a JSON object; names are those of the README.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    /// Writes the members of that object into one that is open, so that more can stand beside them.
    package func writeMembers(to writer: inout JSONWriter) {
        writer.member("outcome", outcome.rawValue)
        writer.member("status", status)
        if let grpcStatus { writer.member("grpcStatus", grpcStatus) }
        writer.member("body", body)
        writer.member("reason", reason.rawValue)
        writer.name("determiningPolicy")
        write(determiningPolicy, to: &writer)
        if let nearest {
            writer.name("nearest")
            write(nearest, to: &writer)
        }
        writer.member("requestPrincipal", requestPrincipal)
        writer.member("peerPrincipal", peerPrincipal)
        if !peerPrincipals.isEmpty { writer.member("peerPrincipals", peerPrincipals) }
        writer.member("workload", workload)
        writer.member("workloadFoundBy", workloadFoundBy?.rawValue)
        writer.member("profile", profile.rawValue)
        if let path { writer.member("path", path) }
        writer.member("policySet", policySet)
        if let decisionID { writer.member("decisionId", decisionID) }
        writeHeaders(to: &writer)
        writer.name("audit")
        writer.strings(audit)
        writer.name("dryRun")
        writer.beginObject()
        if let dryRunAllow { writer.member("allow", Self.dryRunWord(dryRunAllow)) }
        if let dryRunDeny { writer.member("deny", Self.dryRunWord(dryRunDeny)) }
        writer.endObject()
        writer.name("custom")
        writer.beginArray()
        for match in custom {
            writer.beginObject()
            writer.member("provider", match.provider)
            writer.member("policy", match.policy)
            writer.member("answer", match.answer)
            writer.endObject()
        }
        writer.endArray()
    }

    /// `allowed` and `denied`, as Envoy says it in its metadata.
    package static func dryRunWord(_ outcome: Decision.Outcome) -> String { outcome == .allow ? "allowed" : "denied" }

    private func writeHeaders(to writer: inout JSONWriter) {
        writer.name("headers")
        writer.beginObject()
        writer.name("set")
        writer.beginObject()
        for (name, values) in headersToSet {
            writer.name(name)
            if values.count == 1 { writer.string(values[0]) } else { writer.strings(values) }
        }
        writer.endObject()
        writer.name("remove")
        writer.strings(headersToRemove)
        writer.endObject()
        guard !responseHeaders.isEmpty else { return }
        writer.name("responseHeaders")
        writer.beginObject()
        for (name, value) in responseHeaders { writer.member(name, value) }
        writer.endObject()
    }

    private func write(_ match: PolicyMatch?, to writer: inout JSONWriter) {
        guard let match else { return writer.null() }
        writer.beginObject()
        writer.member("kind", match.policy.kind.rawValue)
        writer.member("namespace", match.policy.namespace)
        writer.member("name", match.policy.name)
        if let rule = match.rule { writer.member("rule", rule) }
        writer.member("location", "\(match.location)")
        if let envoyID = match.envoyID { writer.member("envoyId", envoyID) }
        writer.endObject()
    }
}
