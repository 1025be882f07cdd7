import AuthzCore
import AuthzEngine
import AuthzPolicy

/// A line of the decision log of `authz serve`, as far as a request can be made of it.
struct RecordedDecision {
    var document: RequestDocument
    var workload: String
    var outcome: Decision.Outcome
    var status: Int
    var reason: Reason
    /// The determining policy and its rule, as the log has them: `production/api-access, rule 1`.
    var policy: String?

    /// - Returns: `nil` for a line of another kind.
    init?(_ line: JSONValue, in policySet: PolicySet) {
        guard line["message"]?.string == "decision",
            let reason = line["reason"]?.string.flatMap({ Reason(rawValue: $0) }),
            let outcome = line["outcome"]?.string.flatMap({ Decision.Outcome(rawValue: $0) }),
            let status = line["status"]?.integer, let workload = line["workload"]?.string
        else { return nil }
        self.workload = workload
        self.outcome = outcome
        self.status = status
        self.reason = reason
        policy = line["determiningPolicy"]?.string
        document = RequestDocument(location: SourceLocation(file: "", line: 1, column: 1))
        document.destination = Self.destination(workload, in: policySet)
        document.source.principal = line["peerPrincipal"]?.string.map { $0.contains("://") ? $0 : "spiffe://\($0)" }
        if let method = line["method"]?.string {
            var request = RequestDocument.HTTPRequest()
            request.method = method
            request.host = line["host"]?.string ?? ""
            request.path = line["path"]?.string ?? "/"
            document.request = request
            document.token = token(line["token"])
            if line["token"]?["exp"] != nil { document.now = line["time"]?.integer.map { Int64($0) } }
        }
    }

    /// A workload by its name, or as the log spells one out: `namespace/{app=cart,version=1}`.
    private static func destination(_ text: String, in policySet: PolicySet) -> RequestDocument.Destination {
        var destination = RequestDocument.Destination()
        if policySet.workload(named: text) != nil || !text.contains("{") && text.contains("/") {
            destination.workload = Located(text, at: SourceLocation(file: "", line: 1, column: 1))
            return destination
        }
        let parts = text.split(separator: "/", maxSplits: 1)
        destination.namespace = parts.first.map(String.init)
        if parts.count == 2 {
            var labels: [String: String] = [:]
            for pair in parts[1].dropFirst().dropLast().split(separator: ",") {
                let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                labels[String(halves[0])] = halves.count == 2 ? String(halves[1]) : ""
            }
            destination.labels = labels
        }
        return destination
    }

    /// A token that is judged as the logged one was, as far as the log tells.
    private func token(_ logged: JSONValue?) -> RequestDocument.Token? {
        if reason == .tokenMalformed { return .compact("not.a-token") }
        guard let logged, logged["iss"]?.string != nil || logged["sub"]?.string != nil else { return nil }
        var json = JSONWriter()
        json.beginObject()
        for name in ["iss", "sub"] { if let text = logged[name]?.string { json.member(name, text) } }
        if let audiences = logged["aud"]?.elements { json.member("aud", audiences.compactMap(\.string)) }
        if let expiration = logged["exp"]?.integer { json.member("exp", expiration) }
        json.endObject()
        return .claims(
            json: json.text, hasValidSignature: reason != .tokenSignatureInvalid, location: document.location)
    }
}

extension JSONValue {
    /// The value of a whole number.
    fileprivate var integer: Int? {
        guard case .number(let number) = self, number.rounded() == number, abs(number) < 0x1p53 else { return nil }
        return Int(number)
    }
}
