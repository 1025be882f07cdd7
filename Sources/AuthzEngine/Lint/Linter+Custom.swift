import AuthzCore
import AuthzPolicy

/// What a CUSTOM rule means to put to its provider, and lets through unasked in another form.
extension Linter {
    /// Whoever is not asked cannot deny: what passes a rule is looked for as if the policies of its provider denied, and then put to the
    /// policies as they are.
    mutating func findUnasked(_ subject: LintRule) {
        guard let provider = subject.policy.provider?.value, var linter = linter(denyingInPlaceOf: provider) else {
            return
        }
        let policy = linter.documents.authorizationPolicies[subject.index]
        let denial = LintRule(
            policy: policy, index: subject.index, ordinal: subject.ordinal, sites: linter.sites(of: policy),
            isCustom: true)
        linter.findBypasses(denial)
        linter.findDetours(denial)
        for finding in linter.findings { addUnasked(finding, subject, provider) }
    }

    private mutating func linter(denyingInPlaceOf provider: String) -> Linter? {
        if let known = linters[provider] { return known }
        var documents = documents
        for index in documents.authorizationPolicies.indices {
            let policy = documents.authorizationPolicies[index]
            guard policy.action == .custom, policy.provider?.value == provider, !policy.isDryRun else { continue }
            documents.authorizationPolicies[index].action = .deny
            documents.authorizationPolicies[index].provider = nil
        }
        do throws(InputError) {
            let compiled = try PolicySet.compile(
                documents, mesh: point.policySet.mesh, options: point.policySet.options)
            let linter = Linter(
                documents, DecisionPoint(policySet: compiled.policySet, options: point.options), now: now)
            linters[provider] = linter
            return linter
        } catch {
            return nil
        }
    }

    private mutating func addUnasked(_ finding: LintFinding, _ subject: LintRule, _ provider: String) {
        guard finding.proofs.count == 2 else { return }
        let proofs = proofs([
            (finding.proofs[0].document, "is put to \(provider.quoted), as it is meant to be"),
            (finding.proofs[1].document, "passes, and \(provider.quoted) is not asked"),
        ])
        let isAsked = proofs.map { proof in proof.report.custom.contains { $0.provider == provider } }
        // One that cannot be asked denies by itself, which is told where policies are loaded.
        guard isAsked == [true, false], proofs[1].report.outcome == .allow,
            proofs[0].report.reason != .customProviderInvalid
        else { return }
        add(
            .providerNotAsked, subject, at: finding.location,
            "\(finding.message), and \(provider.quoted) is not asked", hint: Self.hint(insteadOf: finding), proofs)
    }

    /// What to write where a provider is to be asked in place of a denial.
    private static func hint(insteadOf finding: LintFinding) -> String {
        switch finding.code {
        case .denyPathBypass: "\(finding.hint); or ask about all paths but those that are open, with `notPaths`"
        case .denyHostBypass: "list the host with `:*` too, or ask whatever the host is"
        case .denyMethodBypass: "list the method too, or ask whatever the method is"
        case .denyHeaderBypass:
            "the client writes its headers: ask whatever they are, and let the provider look at them"
        default: finding.hint
        }
    }
}
