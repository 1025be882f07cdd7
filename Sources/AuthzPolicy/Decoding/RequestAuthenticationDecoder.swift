import AuthzCore

/// Decodes a RequestAuthentication with the checks of Istio's admission.
struct RequestAuthenticationDecoder {
    private static let maximumRules = 4096
    private static let maximumSpaceDelimitedClaims = 64

    private let metadata: ResourceMetadata
    private let collector: DiagnosticCollector

    init(metadata: ResourceMetadata, collector: DiagnosticCollector) {
        self.metadata = metadata
        self.collector = collector
    }

    /// Decodes `spec`. What is returned is whole only if nothing was reported as an error.
    func decode(from resource: inout DocumentReader) -> RequestAuthentication {
        MetadataDecoder.checkAnnotations(of: &resource, allowsDryRun: false)
        guard var spec = resource.reader("spec") else {
            return RequestAuthentication(metadata: metadata, attachment: .everything, rules: [])
        }
        let attachment = AttachmentDecoder.decode(from: &spec)
        let items = spec.list("jwtRules") ?? []
        checkCount(items.count, of: "jwtRules", in: &spec, maximum: Self.maximumRules)
        spec.finish()
        let rules = items.decoded(by: rule)
        var policy = RequestAuthentication(metadata: metadata, attachment: attachment, rules: rules)
        policy.attachmentPlaces = AttachmentDecoder.places(in: &spec)
        return policy
    }

    private func rule(_ node: DocumentNode) -> RequestAuthentication.JWTRule? {
        guard var reader = DocumentReader(node, name: "jwtRules", spelling: .snakeCaseToo, collector: collector) else {
            return nil
        }
        var rule = RequestAuthentication.JWTRule(location: reader.location)
        rule.issuer = reader.nonEmptyText("issuer")?.value ?? ""
        let audiences = reader.nonEmptyTexts("audiences")
        rule.audiences = audiences.map(\.value)
        rule.audienceLocations = audiences.map(\.location)
        rule.keys = keys(from: &reader)
        rule.fromHeaders = (reader.list("fromHeaders") ?? []).decoded(by: header)
        rule.fromParams = reader.nonEmptyTexts("fromParams").map(\.value)
        rule.fromCookies = reader.nonEmptyTexts("fromCookies").map(\.value)
        if let header = reader.text("outputPayloadToHeader"), !header.value.isEmpty {
            rule.outputPayloadToHeader = header.value
        }
        rule.outputClaimToHeaders = (reader.list("outputClaimToHeaders") ?? []).decoded(by: claim)
        rule.forwardOriginalToken = reader.boolean("forwardOriginalToken")?.value ?? false
        rule.spaceDelimitedClaims = reader.nonEmptyTexts("spaceDelimitedClaims").map(\.value)
        checkCount(
            rule.spaceDelimitedClaims.count, of: "spaceDelimitedClaims", in: &reader,
            maximum: Self.maximumSpaceDelimitedClaims)
        if let timeout = timeout(from: &reader) { rule.timeout = timeout }
        let hasIssuer = reader.node("issuer") != nil
        let hasURI = reader.node("jwksUri") != nil
        reader.finish()
        if !hasIssuer, !hasURI {
            collector.error(
                .missingField, at: reader.location, "a rule has neither `issuer` nor `jwksUri`",
                label: "expected the issuer whose tokens are accepted")
        }
        return rule
    }

    private func keys(from reader: inout DocumentReader) -> RequestAuthentication.JWTRule.Keys {
        let uri = reader.nonEmptyText("jwksUri")
        if let uri { collector.check([uri], with: ValueCheck.url) }
        var inline: Located<String>?
        if let node = reader.node("jwks") {
            if case .mapping = node {
                collector.error(
                    .wrongType, at: node.location, "`jwks` is a mapping, not text",
                    label: "expected the key set as JSON text", hint: "write `jwks: |` and the JSON below it")
            } else {
                inline = reader.text("jwks")
            }
        }
        if uri != nil, inline != nil, let place = reader.keyLocation("jwks") {
            collector.error(
                .conflictingFields, at: place, "`jwks` cannot stand beside `jwksUri`",
                label: "expected one place for the keys")
        }
        if let inline, !inline.value.isEmpty {
            warnOfSecrets(in: inline)
            return .inline(inline)
        }
        return uri.map { .uri($0) } ?? .discovery
    }

    /// Whoever reads the policy of a private or symmetric key can sign with it. Text that is no key set is the compile step's.
    private func warnOfSecrets(in jwks: Located<String>) {
        let keys = JSONValue(parsing: Array(jwks.value.utf8).span)?["keys"]?.elements ?? []
        for (index, key) in keys.enumerated() where key["d"] != nil || key["kty"]?.string == "oct" {
            let kind = key["d"] == nil ? "symmetric" : "private"
            collector.warning(
                .secretKey, at: jwks.location, "`keys[\(index)]` of `jwks` is a \(kind) key",
                label: "whoever reads the policy can sign tokens with it")
        }
    }

    private func header(_ node: DocumentNode) -> RequestAuthentication.JWTRule.HeaderLocation? {
        guard
            var reader = DocumentReader(node, name: "fromHeaders", spelling: .snakeCaseToo, collector: collector)
        else { return nil }
        let name = reader.requiredText("name")
        let prefix = reader.text("prefix")
        reader.finish()
        return name.map { RequestAuthentication.JWTRule.HeaderLocation(name: $0.value, prefix: prefix?.value ?? "") }
    }

    private func claim(_ node: DocumentNode) -> RequestAuthentication.JWTRule.ClaimHeader? {
        guard
            var reader = DocumentReader(
                node, name: "outputClaimToHeaders", spelling: .snakeCaseToo, collector: collector)
        else { return nil }
        let header = reader.requiredText("header")
        let claim = reader.requiredText("claim")
        reader.finish()
        if let header { collector.check([header], with: ValueCheck.claimHeader) }
        guard let header, let claim else { return nil }
        return RequestAuthentication.JWTRule.ClaimHeader(header: header.value, claim: claim.value)
    }

    private func timeout(from reader: inout DocumentReader) -> Duration? {
        guard let timeout = reader.duration("timeout") else { return nil }
        let parts = timeout.value.components
        guard timeout.value >= .milliseconds(1), parts.attoseconds % 1_000_000_000_000_000 == 0 else {
            collector.error(
                .invalidDuration, at: timeout.location, "`timeout` is out of range",
                label: "expected whole milliseconds, at least `1ms`")
            return nil
        }
        return timeout.value
    }

    private func checkCount(_ count: Int, of field: String, in reader: inout DocumentReader, maximum: Int) {
        guard count > maximum, let place = reader.keyLocation(field) else { return }
        collector.error(.tooManyValues, at: place, "`\(field)` has \(count) entries", label: "at most \(maximum)")
    }
}
