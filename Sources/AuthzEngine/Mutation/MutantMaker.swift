import AuthzCore
package import AuthzPolicy

/// Makes every mutant of a set of policies: each differs from it in one place. Two that say the same are made once.
package struct MutantMaker {
    let documents: PolicyDocuments
    /// Principals, namespaces and service accounts that stand for others.
    let names: OtherNames
    private(set) var mutants: [Mutant] = []

    /// All mutants of the policies of some namespaces, by kind and in the order in which they are written.
    package static func mutants(of documents: PolicyDocuments, in namespaces: Set<String>) -> [Mutant] {
        var maker = MutantMaker(documents: documents, names: OtherNames(documents))
        for (index, policy) in documents.authorizationPolicies.enumerated()
        where namespaces.contains(policy.metadata.namespace) {
            maker.mutate(policy, index)
        }
        for (index, policy) in documents.requestAuthentications.enumerated()
        where namespaces.contains(policy.metadata.namespace) {
            maker.mutate(policy, index)
        }
        for (index, policy) in documents.peerAuthentications.enumerated()
        where namespaces.contains(policy.metadata.namespace) {
            maker.mutate(policy, index)
        }
        return maker.mutants
    }

    mutating func add(_ mutant: Mutant) {
        mutants.append(mutant)
    }

    // MARK: RequestAuthentication

    private mutating func mutate(_ policy: RequestAuthentication, _ index: Int) {
        let reference = policy.reference
        func add(
            _ operation: Mutant.Operation, _ change: String, rule: Int? = nil, at location: SourceLocation? = nil,
            dropped: Int? = nil, _ result: RequestAuthentication?
        ) {
            self.add(
                Mutant(
                    operation: operation, policy: reference, rule: rule, location: location ?? reference.location,
                    change: change, replacement: .request(index, result), droppedRule: dropped))
        }
        add(.dropPolicy, "the policy is left out", nil)
        for (attachment, operation, change) in Self.attachments(policy.attachment) {
            var result = policy
            result.attachment = attachment
            add(operation, change, result)
        }
        for (ordinal, rule) in policy.rules.enumerated() {
            func change(
                _ operation: Mutant.Operation, _ text: String, at location: SourceLocation? = nil,
                _ body: (inout RequestAuthentication.JWTRule) -> Void
            ) {
                var result = policy
                body(&result.rules[ordinal])
                add(operation, text, rule: ordinal + 1, at: location ?? rule.location, result)
            }
            if policy.rules.count > 1 {
                var result = policy
                result.rules.remove(at: ordinal)
                add(
                    .dropRule, "the rule is left out", rule: ordinal + 1, at: rule.location, dropped: ordinal + 1,
                    result)
            }
            for (position, audience) in rule.audiences.enumerated() {
                let place = position < rule.audienceLocations.count ? rule.audienceLocations[position] : rule.location
                change(.dropAudience, "the audience \(audience.quoted) is left out", at: place) {
                    $0.audiences.remove(at: position)
                }
            }
            let locationCount = rule.fromHeaders.count + rule.fromParams.count + rule.fromCookies.count
            if locationCount > 0 {
                for (position, header) in rule.fromHeaders.enumerated() {
                    change(.dropLocation, "tokens in the header \(header.name.quoted) are not looked for") {
                        $0.fromHeaders.remove(at: position)
                    }
                }
                for (position, name) in rule.fromParams.enumerated() {
                    change(.dropLocation, "tokens in the parameter \(name.quoted) are not looked for") {
                        $0.fromParams.remove(at: position)
                    }
                }
                for (position, name) in rule.fromCookies.enumerated() {
                    change(.dropLocation, "tokens in the cookie \(name.quoted) are not looked for") {
                        $0.fromCookies.remove(at: position)
                    }
                }
            }
            for (position, output) in rule.outputClaimToHeaders.enumerated() {
                change(.dropOutput, "the claim \(output.claim.quoted) is not written to \(output.header.quoted)") {
                    $0.outputClaimToHeaders.remove(at: position)
                }
            }
            if let header = rule.outputPayloadToHeader {
                change(.dropOutput, "the payload is not written to \(header.quoted)") { $0.outputPayloadToHeader = nil }
            }
            let verb = rule.forwardOriginalToken ? "is not" : "is"
            change(.flipForwarding, "the token \(verb) forwarded") { $0.forwardOriginalToken.toggle() }
        }
    }

    /// What a selector or targetRefs can be without a part.
    static func attachments(_ attachment: Attachment) -> [(Attachment, Mutant.Operation, String)] {
        switch attachment {
        case .everything: []
        case .selector: [(.everything, .dropSelector, "the selector is left out")]
        case .targetRefs(let refs):
            refs.count < 2
                ? []
                : refs.indices.map { index in
                    var rest = refs
                    let gone = rest.remove(at: index)
                    return (.targetRefs(rest), .dropTarget, "the targetRef \(gone.name.quoted) is left out")
                }
        }
    }

    // MARK: PeerAuthentication

    private mutating func mutate(_ policy: PeerAuthentication, _ index: Int) {
        let reference = policy.reference
        func add(
            _ operation: Mutant.Operation, _ change: String, at location: SourceLocation,
            _ result: PeerAuthentication?
        ) {
            self.add(
                Mutant(
                    operation: operation, policy: reference, location: location, change: change,
                    replacement: .peer(index, result)))
        }
        add(.dropPolicy, "the policy is left out", at: reference.location, nil)
        if let mode = policy.mode {
            var result = policy
            result.mode = Located(mode.value.other, at: mode.location)
            add(
                .changeMode, "the mode is \(mode.value.other.rawValue) in the place of \(mode.value.rawValue)",
                at: mode.location, result)
        }
        for (port, mode) in policy.portModes.sorted(by: { $0.key < $1.key }) {
            let place = policy.portLocations[port] ?? reference.location
            var result = policy
            result.portModes.removeValue(forKey: port)
            add(.dropPort, "the mode of port \(port) is left out", at: place, result)
            guard let mode else { continue }
            result.portModes[port] = .some(mode.other)
            add(
                .changeMode, "the mode of port \(port) is \(mode.other.rawValue) in the place of \(mode.rawValue)",
                at: place, result)
        }
    }
}

extension PeerAuthentication.Mode {
    /// The mode that a slip would put in its place.
    fileprivate var other: PeerAuthentication.Mode {
        switch self {
        case .strict, .disable: .permissive
        case .permissive: .strict
        }
    }
}
