import AuthzCore
import AuthzEngine
import AuthzPolicy

@testable import authz

/// Policies that are written in a test.
enum OfflineFixture {
    static func policies(_ text: String, settings: PolicySettings = PolicySettings()) throws(InputError)
        -> OfflinePolicies
    {
        try OfflinePolicies.assemble(settings, mesh: nil, keys: []) { () throws(InputError) in
            try PolicyLoader.load(text: text, file: "policies.yaml")
        }
    }

    /// What `authz explain` makes of a request document.
    static func decide(
        _ request: String, by policies: OfflinePolicies, now: Int64 = 0
    ) throws(InputError) -> (report: DecisionReport, trace: Trace) {
        let document = try RequestDocumentDecoder.decode(Array(request.utf8), file: "request.yaml", from: .offline)
        var checkRequest = CheckRequest()
        var workspace = Workspace()
        var trace: Trace? = Trace()
        let report = OfflineDecision.decide(
            document, by: policies.decisionPoint, now: document.now ?? now, request: &checkRequest, in: &workspace,
            trace: &trace)
        return (report, trace ?? Trace())
    }
}
