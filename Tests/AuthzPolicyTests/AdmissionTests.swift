import AuthzCore
import AuthzPolicy
import Testing

/// What Istio's admission refuses or accepts, by the numbers of the assertions that say so. The texts of diagnostics have tests
/// of their own; here the code counts.
@Suite struct AdmissionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// The assertions that the row shows.
        var id: String
        /// In YAML, in flow style.
        var spec: String
        /// `nil` where nothing is to be said.
        var code: DiagnosticCode?
        var isWarning: Bool
        var annotations: String
        var why: String

        init(
            _ id: String, _ spec: String, refused code: DiagnosticCode? = nil, warned warning: DiagnosticCode? = nil,
            annotations: String = "{}", _ why: String
        ) {
            self.id = id
            self.spec = spec
            self.code = code ?? warning
            isWarning = warning != nil
            self.annotations = annotations
            self.why = why
        }

        var testDescription: String { "\(id): \(spec): \(why)" }

        func check(_ kind: String, sourceLocation: Testing.SourceLocation = #_sourceLocation) {
            let text = """
                apiVersion: security.istio.io/v1
                kind: \(kind)
                metadata: {name: p, annotations: \(annotations)}
                spec: \(spec)

                """
            do throws(InputError) {
                let warnings = try PolicyLoader.load(text: text, file: "p.yaml").warnings
                #expect(
                    isWarning || code == nil, "the input is accepted: \(warnings.map(\.code))",
                    sourceLocation: sourceLocation)
                #expect(warnings.map(\.code) == (code.map { [$0] } ?? []), sourceLocation: sourceLocation)
            } catch {
                let diagnostics = error.diagnostics.map(\.message)
                #expect(
                    !isWarning && code != nil, "the input is refused: \(diagnostics)", sourceLocation: sourceLocation)
                #expect(error.diagnostics.map(\.code).contains { $0 == code }, sourceLocation: sourceLocation)
            }
        }
    }

    private static func source(_ fields: String) -> String { "{rules: [{from: [{source: {\(fields)}}]}]}" }
    private static func operation(_ fields: String) -> String { "{rules: [{to: [{operation: {\(fields)}}]}]}" }
    private static func when(_ condition: String) -> String { "{rules: [{when: [{\(condition)}]}]}" }
    private static func custom(_ rule: String) -> String {
        "{action: CUSTOM, provider: {name: a}, rules: [\(rule)]}"
    }
    private static let dryRun = "{istio.io/dry-run: 'true'}"
    private static let rule = "{issuer: i, jwksUri: 'https://i.example/'}"

    // MARK: AuthorizationPolicy

    private static let shapes = [
        Case("AP 8, PA 58", "{action: DENY}", refused: .missingRules, "denies nothing"),
        Case("AP 8, PA 58", "{action: DENY, rules: []}", refused: .missingRules, "nor does this"),
        Case("PA 59", "{action: ALLOW}", "allows nothing, which has a meaning"),
        Case("PA 59", "{}", "as this"),
        Case("AP 14, PA 60", source(""), refused: .emptyMatch, "tests nothing"),
        Case("AP 14", "{rules: [{from: [{}]}]}", refused: .missingField, "no source at all"),
        Case("", operation(""), refused: .emptyMatch, "tests nothing"),
        Case("AP 15", "{rules: [{from: [], to: [{operation: {methods: [GET]}}]}]}", "an empty list is absent"),
        Case("AP 16", when("key: source.ip"), refused: .missingField, "no values"),
        Case("AP 16", when("key: source.ip, values: [10.0.0.1]"), "one"),
        Case("AP 17", "{action: DENY, provider: {name: a}, rules: [{}]}", refused: .notWithAction, "asks nobody"),
        Case("AP 18", custom("{from: [{source: {principals: [a]}}]}"), refused: .notWithAction, "not verified yet"),
        Case("AP 18", custom("{from: [{source: {notNamespaces: [a]}}]}"), refused: .notWithAction, "nor its negation"),
        Case(
            "PA 55, RA 141", custom("{from: [{source: {requestPrincipals: [a]}}]}"), refused: .notWithAction,
            "no token yet"),
        Case("PA 56", custom("{from: [{source: {remoteIpBlocks: [10.0.0.1]}}]}"), "an address is known"),
        Case(
            "AP 19, PA 57", custom("{when: [{key: 'request.auth.claims[x]', values: [a]}]}"), refused: .notWithAction,
            "no claims yet"),
        Case("AP 19", custom("{when: [{key: 'request.headers[x]', values: [a]}]}"), "a header is known"),
        Case(
            "", custom("{when: [{key: source.principal, values: [a]}]}"), refused: .notWithAction, "nor as a condition"),
        Case(
            "AP 22, PA 65", source("serviceAccounts: [a], namespaces: [b]"), refused: .conflictingFields,
            "says it twice"),
        Case("AP 22", source("serviceAccounts: [a], ipBlocks: [10.0.0.1]"), "says two things"),
        Case(
            "PA 54", "{action: AUDIT, rules: [{}]}", refused: .invalidDryRun, annotations: dryRun,
            "decides nothing anyway"),
        Case("PA 54", "{action: DENY, rules: [{}]}", annotations: dryRun, "may be tried"),
        Case("", custom("{}"), refused: .invalidDryRun, annotations: dryRun, "cannot be tried"),
        Case("AP 146", "{}", refused: .invalidDryRun, annotations: "{istio.io/dry-run: 'yes'}", "no Boolean of Go"),
        Case("AP 146", "{}", annotations: "{istio.io/dry-run: 'T'}", "one of its spellings"),
    ]

    private static let values = [
        Case("AP 23", source("serviceAccounts: ['foo/*']"), refused: .invalidServiceAccount, "no stars"),
        Case("PA 66", source("serviceAccounts: [a/b/c]"), refused: .invalidServiceAccount, "one slash"),
        Case("PA 66", source("serviceAccounts: ['*']"), refused: .invalidServiceAccount, "no stars"),
        Case("PA 66", source("serviceAccounts: [a/b]"), "a namespace and a name"),
        Case("AP 24", operation("ports: ['0']"), "zero passes"),
        Case("AP 25", operation("ports: [8000-9000]"), refused: .invalidPort, "no ranges"),
        Case("PA 69", operation("ports: [http]"), refused: .invalidPort, "no names"),
        Case("PA 69", operation("ports: ['70000']"), refused: .invalidPort, "beyond the last"),
        Case("PA 69", operation("ports: ['65535']"), "the last"),
        Case("PA 67", source("trustDomains: [a*b]"), refused: .invalidTrustDomain, "a star inside"),
        Case("PA 67", source("trustDomains: ['a*']"), "one at the end"),
        Case("PA 68", source("ipBlocks: [10.0.0.0/33]"), refused: .invalidCIDR, "33 bits"),
        Case("PA 68", source("ipBlocks: [10.0.0.0/32]"), "32 bits"),
        Case("AP 111, PA 70", operation("paths: ['/x/{a}']"), refused: .invalidPathTemplate, "no names in braces"),
        Case(
            "AP 112, PA 70", operation("paths: ['/{**}/a/{*}']"), refused: .invalidPathTemplate, "nothing behind `{**}`"
        ),
        Case("AP 112, PA 70", operation("paths: ['/a/{**}/{*}']"), refused: .invalidPathTemplate, "at once neither"),
        Case("AP 112", operation("paths: ['/{*}/a/{**}']"), "the other way round"),
        Case("AP 113, PA 70", operation("paths: ['/{*}/b*']"), refused: .invalidPathTemplate, "no other star"),
        Case("AP 114", operation("paths: ['/x{*}']"), refused: .invalidPathTemplate, "a segment of its own"),
        Case("AP 114", operation("paths: ['/x/{*}']"), "as here"),
        Case(
            "PA 71", when("key: 'destination.labels[app]', values: [a]"), refused: .unknownConditionKey,
            "write a selector"),
        Case("PA 72", when("key: 'request.headers[]', values: [a]"), refused: .invalidConditionKey, "no name"),
        Case("PA 72", when("key: 'request.headers[a]', values: [a]"), "a name"),
        Case("AP 123", when("key: 'request.headersX[a]', values: [v]"), "admission looks at the brackets alone"),
    ]

    private static let onTCP = [
        Case(
            "PA 61", "{action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]}", warned: .deniesAllTCP,
            "all connections"),
        Case(
            "PA 62", "{action: DENY, rules: [{to: [{operation: {methods: [GET], ports: ['80']}}]}]}",
            "those to one port"),
        Case(
            "PA 64", "{action: DENY, rules: [{from: [{source: {trustDomains: [td2]}}]}]}", warned: .deniesAllTCP,
            "Istio warns"),
        Case("", "{action: ALLOW, rules: [{to: [{operation: {methods: [GET]}}]}]}", "ALLOW denies nothing"),
    ]

    @Test("the shape of an AuthorizationPolicy", arguments: shapes)
    func shape(_ c: Case) { c.check("AuthorizationPolicy") }

    @Test("the values of an AuthorizationPolicy", arguments: values)
    func value(_ c: Case) { c.check("AuthorizationPolicy") }

    @Test("a DENY rule that loses its HTTP fields on TCP", arguments: onTCP)
    func tcp(_ c: Case) { c.check("AuthorizationPolicy") }

    // MARK: Attachment

    private static let attachments = [
        Case("AP 20, PA 45", "{selector: {matchLabels: {'app*': web}}}", refused: .invalidSelector, "no patterns"),
        Case("PA 45", "{selector: {matchLabels: {app: 'web*'}}}", refused: .invalidSelector, "in values neither"),
        Case("PA 45", "{selector: {matchLabels: {app: web}}}", "a label"),
        Case("PA 46", "{selector: {}}", warned: .emptySelector, "selects all"),
    ]

    @Test("a selector, of each kind", arguments: attachments)
    func selector(_ c: Case) {
        c.check("AuthorizationPolicy")
        c.check("PeerAuthentication")
        var authentication = c
        authentication.spec = c.spec.dropLast() + ", jwtRules: [\(Self.rule)]}"
        authentication.check("RequestAuthentication")
    }

    private static let references = [
        Case(
            "AP 21, PA 47", "{selector: {matchLabels: {app: web}}, targetRefs: [{kind: Service, name: a}]}",
            refused: .conflictingFields, "one or the other"),
        Case(
            "PA 39", "{targetRef: {kind: Service, name: a}, targetRefs: [{kind: Service, name: b}]}",
            refused: .conflictingFields, "nor both spellings"),
        Case("", "{targetRefs: [{kind: Service, name: a}]}", "one"),
        Case(
            "PA 73", "{targetRefs: [{kind: Service, name: a, namespace: b}]}", refused: .invalidTargetRef,
            "its own namespace only"),
        Case(
            "PA 74", "{targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: a}]}",
            refused: .invalidTargetRef, "no routes"),
        Case("PA 74", "{targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: a}]}", "gateways"),
    ]

    @Test("references of an AuthorizationPolicy and of a RequestAuthentication", arguments: references)
    func reference(_ c: Case) {
        c.check("AuthorizationPolicy")
        var authentication = c
        authentication.spec = c.spec.dropLast() + ", jwtRules: [\(Self.rule)]}"
        authentication.check("RequestAuthentication")
    }

    // MARK: RequestAuthentication and PeerAuthentication

    private static func token(_ fields: String) -> String { "{jwtRules: [{issuer: i, \(fields)}]}" }

    private static let tokenRules = [
        Case("PA 48", "{jwtRules: [{jwks: '{}'}]}", refused: .missingField, "of nobody"),
        Case("PA 49", token("jwksUri: 'ftp://x'"), refused: .invalidURL, "no such scheme"),
        Case("PA 49", token("jwksUri: 'https://x'"), "this one"),
        Case("PA 51", token("jwksUri: 'https://x', timeout: 500us"), refused: .invalidDuration, "below a millisecond"),
        Case("PA 51", token("jwksUri: 'https://x', timeout: 1ms"), "one"),
        Case(
            "PA 52", token("jwksUri: 'https://x', outputClaimToHeaders: [{header: a b, claim: sub}]"),
            refused: .invalidHeaderName, "a blank"),
        Case("PA 52", token("jwksUri: 'https://x', outputClaimToHeaders: [{header: a-b, claim: sub}]"), "none"),
        Case("PA 53", "{jwtRules: [\(rule)]}", refused: .invalidDryRun, annotations: dryRun, "cannot be tried"),
    ]

    @Test("the rules of a RequestAuthentication", arguments: tokenRules)
    func tokenRule(_ c: Case) { c.check("RequestAuthentication") }

    private static func ports(_ ports: String) -> String {
        "{selector: {matchLabels: {app: web}}, portLevelMtls: \(ports)}"
    }

    private static let ports = [
        Case("PA 42", "{portLevelMtls: {80: {mode: STRICT}}}", refused: .portLevelNeedsSelector, "whose port?"),
        Case("PA 42", ports("{80: {mode: STRICT}}"), "of these workloads"),
        Case("PA 43", ports("{}"), refused: .emptyValue, "no port"),
        Case("PA 44", ports("{0: {mode: STRICT}}"), refused: .invalidPort, "below the first"),
        Case("PA 44", ports("{70000: {mode: STRICT}}"), refused: .invalidPort, "beyond the last"),
        Case("", "{mtls: {mode: STRICT}}", refused: .invalidDryRun, annotations: dryRun, "cannot be tried"),
    ]

    @Test("the ports of a PeerAuthentication", arguments: ports)
    func port(_ c: Case) { c.check("PeerAuthentication") }
}
