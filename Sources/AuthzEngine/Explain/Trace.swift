import AuthzCore
import AuthzPolicy

package struct Trace: Sendable {
    package init() {}
    mutating func record(_ check: ConnectionCheck, _ request: borrowing CheckRequest, refusal: Decision?) {}
    mutating func recordRequest(_ request: borrowing CheckRequest, sent: ByteSlice, mode: MeshSettings.PathNormalization, refusal: Decision?) {}
    mutating func recordRemoteIP(_ address: Attribute<IPAddress>, source: Attribute<IPAddress>) {}
    mutating func recordPreflight() {}
    mutating func recordTokenRule(_ rule: Int, _ outcome: Authenticator.RuleOutcome, run: Int) {}
    mutating func recordAuthentication(_ authenticator: Authenticator, _ request: borrowing CheckRequest, _ workspace: borrowing Workspace, refusal: Decision?) {}
    mutating func recordCustom(_ authorizer: Authorizer, _ request: borrowing CheckRequest, _ facts: Facts, _ workspace: borrowing Workspace, denial: Decision?) {}
    mutating func recordRules(_ authorizer: Authorizer, _ chain: Workload.Chain, _ request: borrowing CheckRequest, _ facts: Facts, _ workspace: borrowing Workspace, decision: Decision) {}
}
