import AuthzCore
import AuthzPolicy
import AuthzToken

/// The digest of a policy set: what was written and the settings, sorted, so that the order of files does not matter.
enum PolicyDigest {
    static func of(_ documents: PolicyDocuments, mesh: MeshSettings, profile: Profile) -> String {
        var texts = documents.authorizationPolicies.map(text)
        texts += documents.requestAuthentications.map(text)
        texts += documents.peerAuthentications.map(text)
        texts += documents.inventory.workloads.map { workload in
            join(["workload", workload.namespace, workload.name, workload.serviceAccount, text(workload.labels)])
        }
        texts += documents.inventory.others.filter { $0.kind == "ServiceEntry" }.map { other in
            join(["service entry", other.namespace, other.name])
        }
        texts.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        texts.append("\(mesh)")
        texts.append(profile.rawValue)
        let bytes = Array(join(texts).utf8)
        return "sha256:" + SHA256.hexadecimalDigest(of: bytes.span)
    }

    /// Joins fields so that no two lists give one text.
    private static func join(_ fields: [String]) -> String {
        fields.map { "\($0.utf8.count):\($0)" }.joined()
    }

    private static func text(_ labels: [String: String]) -> String {
        join(labels.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
    }

    private static func text(_ metadata: ResourceMetadata) -> String {
        join([metadata.namespace, metadata.name, "\(metadata.creationTimestamp)"])
    }

    private static func text(_ attachment: Attachment) -> String {
        switch attachment {
        case .everything: ""
        case .selector(let labels): "selector" + text(labels)
        case .targetRefs(let refs): "refs" + join(refs.flatMap { ["\($0.kind)", $0.name] })
        }
    }

    private static func text(_ lists: AuthorizationPolicy.ValueLists) -> String {
        join([join(lists.values.map(\.value)), join(lists.notValues.map(\.value))])
    }

    private static func text(_ policy: AuthorizationPolicy) -> String {
        let rules = policy.rules.map { rule in
            join([
                join(rule.from.map { join($0.fields.flatMap { [$0.field.rawValue, text($0.lists)] }) }),
                join(rule.to.map { join($0.fields.flatMap { [$0.field.rawValue, text($0.lists)] }) }),
                join(rule.when.flatMap { [$0.key.value, text($0.lists)] }),
            ])
        }
        return join([
            "authorization", text(policy.metadata), text(policy.attachment), policy.action.rawValue,
            policy.provider ?? "", "\(policy.isDryRun)", join(rules),
        ])
    }

    private static func text(_ policy: RequestAuthentication) -> String {
        let rules = policy.rules.map { rule in
            let keys =
                switch rule.keys {
                case .inline(let text): "inline" + text.value
                case .uri(let uri): "uri" + uri.value
                case .discovery: "discovery"
                }
            return join([
                rule.issuer, join(rule.audiences), keys, join(rule.fromHeaders.flatMap { [$0.name, $0.prefix] }),
                join(rule.fromParams), join(rule.fromCookies), rule.outputPayloadToHeader ?? "",
                join(rule.outputClaimToHeaders.flatMap { [$0.header, $0.claim] }), "\(rule.forwardOriginalToken)",
                join(rule.spaceDelimitedClaims), "\(rule.timeout)",
            ])
        }
        return join(["request authentication", text(policy.metadata), text(policy.attachment), join(rules)])
    }

    private static func text(_ policy: PeerAuthentication) -> String {
        let ports = policy.portModes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value?.rawValue ?? "")" }
        return join([
            "peer authentication", text(policy.metadata), text(policy.matchLabels), policy.mode?.value.rawValue ?? "",
            join(ports),
        ])
    }
}
