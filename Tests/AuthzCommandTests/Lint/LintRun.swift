import AuthzCore
import AuthzEngine
import AuthzPolicy
import Foundation
import Testing

@testable import authz

/// What `authz lint` finds in policies, and what executes its requests once more.
struct LintRun {
    let result: LintResult
    let policies: OfflinePolicies

    /// - Parameter path: A file or folder of policies.
    init(path: String) throws {
        var settings = PolicySettings()
        settings.paths = [path]
        settings.assumedCustomAnswer = .allow
        do throws(InputError) {
            policies = try OfflinePolicies.load(settings)
        } catch {
            throw LintRunError(text: DiagnosticRenderer(sources: error.sources).text(of: error.diagnostics))
        }
        var linter = Linter(policies.documents, policies.decisionPoint, now: Self.now)
        let findings = linter.run()
        result = LintSuppression.apply(to: findings, notes: linter.notes, policies.documents)
    }

    /// - Parameter policies: As they stand in a file.
    init(_ policies: String) throws {
        let scratch = try Scratch(["p.yaml": policies])
        try self.init(path: scratch("p.yaml"))
    }

    /// 2026-01-01.
    static let now: Int64 = 1_767_225_600

    /// Such as `deny-path-bypass production/deny-admin rule 1`.
    var found: [String] { result.findings.map(Self.name) }

    static func name(_ finding: LintFinding) -> String {
        "\(finding.code.rawValue) \(finding.policy.qualifiedName)" + (finding.rule.map { " rule \($0)" } ?? "")
    }

    /// What is wrong with the findings: each of their requests, read back as it is printed, has to get what it is said to have got,
    /// and that has to be what the code is about.
    ///
    /// - Parameter isAboutPlaintext: Whether what never acts is for connections that are refused.
    func faults(isAboutPlaintext: Bool = false) throws -> [String] {
        try result.findings.flatMap { finding -> [String] in
            var faults: [String] = []
            var outcomes: [Decision.Outcome] = []
            for proof in finding.proofs {
                let decided = try decide(RequestText.document(proof.document))
                outcomes.append(decided.outcome)
                let isSame =
                    decided.outcome == proof.report.outcome && decided.status == proof.report.status
                    && decided.reason == proof.report.reason
                    && decided.determiningPolicy == proof.report.determiningPolicy
                if !isSame { faults.append("\(Self.name(finding)): \(proof.report.phrase), but got \(decided.phrase)") }
            }
            if !Self.fits(outcomes, finding) { faults.append("\(Self.name(finding)): \(outcomes)") }
            if finding.code.isProvenByPolicies, !isAboutPlaintext, finding.policy.kind == .authorizationPolicy {
                for proof in finding.proofs where proof.report.reason.rawValue.hasSuffix("-not-permitted") {
                    faults.append("\(Self.name(finding)): the connection is refused, whatever the policy says")
                }
            }
            return faults
        }
    }

    /// Decides a request that was printed.
    func decide(_ text: String) throws -> DecisionReport {
        let document: RequestDocument
        do throws(InputError) {
            document = try RequestDocumentDecoder.decode(Array(text.utf8), file: "request.yaml", from: .offline)
        } catch {
            throw LintRunError(text: "\(text): \(error.diagnostics.map(\.message))")
        }
        var (request, workspace) = (CheckRequest(), Workspace())
        var trace: Trace?
        return OfflineDecision.decide(
            document, by: policies.decisionPoint, now: Self.now, request: &request, in: &workspace, trace: &trace)
    }

    /// Whether the requests got what makes a finding of the code.
    private static func fits(_ outcomes: [Decision.Outcome], _ finding: LintFinding) -> Bool {
        switch finding.code {
        case .denyPathBypass, .denyHostBypass, .denyMethodBypass, .denyPlaintextBypass, .denyTokenBypass,
            .denyHeaderBypass, .notPathsBypass, .notHostsBypass, .notMethodsBypass, .suffixPathBypass,
            .prefixPathBypass, .forgedRemoteIP, .notPrincipalsPlaintext,
            .audienceNotChecked, .allowByHeader:
            outcomes == [.deny, .allow]
        case .providerNotAsked:
            outcomes == [.allow, .allow] && finding.proofs.map(\.report.custom.isEmpty) == [false, true]
        case .allowAll, .allowByExclusion, .missingTokenPasses: outcomes == [.allow]
        case .splitRule:
            // Or what a rule of the policy denies that is not meant to.
            outcomes == [.allow]
                || outcomes == [.deny] && finding.proofs[0].report.determiningPolicy?.policy == finding.policy
        case .providerOmitsHeader: outcomes.count == 2 && outcomes[0] != outcomes[1]
        case .symmetricKey: finding.proofs.first?.report.requestPrincipal != nil
        case .allowAlwaysDenied, .httpFieldsOnTCP: outcomes == [.deny]
        case .ruleNeverMatches:
            // Another rule may decide, but not this one.
            outcomes.count == 1
                && !finding.proofs.contains { proof in
                    proof.report.determiningPolicy?.policy == finding.policy
                        && proof.report.determiningPolicy?.rule == finding.rule
                }
        case .valueNeverMatches, .innerStarIsLiteral, .patternIsLiteral, .methodCase, .servicePort, .principalNeedsMTLS,
            .tokenNeverVerified:
            outcomes.count == 1
        case .ruleShadowed, .selectsNothing, .unknownNamespace, .unknownServiceAccount, .ineffectiveSelector,
            .peerAuthenticationIgnored, .notAccepted:
            outcomes.count == 1
        case .uselessSuppression: outcomes.isEmpty
        }
    }
}

extension LintCode {
    /// Whether its requests have to get as far as to the policies: one that is refused before says nothing of what never acts there.
    fileprivate var isProvenByPolicies: Bool {
        [
            .ruleNeverMatches, .valueNeverMatches, .selectsNothing, .unknownNamespace, .unknownServiceAccount,
            .methodCase,
            .servicePort, .ineffectiveSelector, .tokenNeverVerified, .ruleShadowed, .allowAlwaysDenied, .notAccepted,
        ].contains(self)
    }
}

struct LintRunError: Error, CustomStringConvertible {
    var text: String
    var description: String { text }
}
