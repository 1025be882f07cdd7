import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// What istiod makes of CUSTOM providers (AuthorizationPolicy dossier 11.1, 12.1, 12.2).
@Suite struct CustomProviderTests {
    struct Case: Sendable, CustomTestStringConvertible {
        /// `extensionProviders` of the mesh settings; `nil` where there are no settings.
        var providers: String?
        /// The providers that the policies of the workload name, each for its path `/<name>`.
        var named: [String]
        var path: String? = "/ext"
        var expected: String
        /// Of the layer CUSTOM.
        var notes: [String]
        var why: String

        var testDescription: String { why }
    }

    private static let http = "{name: ext, envoyExtAuthzHttp: {service: s, port: 80}}"
    private static let grpc = "{name: ext, envoyExtAuthzGrpc: {service: s, port: 80}}"
    private static let assumed =
        "provider `ext` would be asked; its answer is assumed to be deny (`--assume-custom`)"

    @Test(
        "a provider is asked, taken as invalid, or not enforced",
        arguments: [
            Case(
                providers: "[\(http)]", named: ["ext"], expected: "deny 403 denied-by-custom", notes: [assumed],
                why: "HTTP provider, HTTP request"),
            Case(
                providers: "[\(http)]", named: ["ext"], path: nil, expected: "allow 0",
                notes: ["provider `ext` speaks HTTP, so its policies are not enforced on a TCP port"],
                why: "HTTP provider, TCP connection"),
            Case(
                providers: "[\(grpc)]", named: ["ext"], path: nil, expected: "deny 0 denied-by-custom",
                notes: [assumed], why: "gRPC provider, TCP connection"),
            Case(
                providers: nil, named: ["ext"], path: nil, expected: "deny 0 denied-by-custom", notes: [assumed],
                why: "nothing is known of the mesh"),
            Case(
                providers: "[]", named: ["ext"], expected: "deny 403 custom-provider-invalid",
                notes: ["provider `ext` is not in the mesh settings: Istio denies what its policies match"],
                why: "84, 157: no such provider"),
            Case(
                providers: "[]", named: ["ext"], path: "/other", expected: "allow 200", notes: [],
                why: "84: requests that match nothing pass"),
            Case(
                providers: "[{name: ext, envoyExtAuthzHttp: {service: s}}]", named: ["ext"],
                expected: "deny 403 custom-provider-invalid",
                notes: ["provider `ext` is invalid (it has no `port`): Istio denies what its policies match"],
                why: "a bad definition"),
            Case(
                providers: "[{name: ext, envoyExtAuthzHttp: {service: s, failOpen: true}}]", named: ["ext"], path: nil,
                expected: "deny 0 custom-provider-invalid",
                notes: ["provider `ext` is invalid (it has no `port`): Istio denies what its policies match"],
                why: "159: failOpen does not help, and TCP is denied too"),
            Case(
                providers: "[\(http), \(grpc)]", named: ["ext"], expected: "deny 403 custom-provider-invalid",
                notes: [
                    "provider `ext` is invalid (its name is used twice): Istio denies what its policies match"
                ], why: "two providers of one name"),
            Case(
                providers: "[\(http), {name: other, envoyExtAuthzHttp: {service: s, port: 80}}]",
                named: ["ext", "other"], path: "/other", expected: "deny 403 custom-provider-invalid",
                notes: [
                    "the policies of this workload name the providers `ext`, `other`, and Istio serves only one: it denies what they match"
                ], why: "85, 158: two providers on one workload"),
            Case(
                providers: "[\(http), {name: other, envoyExtAuthzHttp: {service: s, port: 80}}]",
                named: ["ext", "other"], path: "/third", expected: "allow 200", notes: [],
                why: "158: what matches neither passes"),
            Case(
                providers: "[\(http), {name: other, envoyExtAuthzHttp: {service: s, port: 80}}]",
                named: ["ext", "ext"],
                expected: "deny 403 denied-by-custom", notes: [assumed], why: "176: one provider twice is one"),
            Case(
                providers: "[{name: authz, envoyExtAuthzHttp: {service: s, port: 80}}]", named: ["authz"],
                path: "/authz", expected: "allow 200",
                notes: ["provider `authz` is this service: the policy only routes requests here"],
                why: "this service"),
        ])
    func providers(_ c: Case) throws {
        // The rules ask for a port on TCP, where a path would be left out.
        let policies = c.named.enumerated().map { index, name in
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p\(index), namespace: n}
            spec:
              action: CUSTOM
              provider: {name: \(name)}
              rules: [{to: [{operation: {\(c.path == nil ? "ports: [\"80\"]" : "paths: [/\(name)]")}}]}]
            """
        }
        let mesh = c.providers.map {
            """
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            spec: {meshConfig: {extensionProviders: \($0)}}
            """
        }
        let request = """
            destination: {namespace: n, labels: {}, port: 80}
            \(c.path.map { "request: {path: \($0)}" } ?? "")
            """
        let decision = try WrittenDecision((policies + [mesh].compactMap(\.self)).joined(separator: "\n---\n"), request)
        #expect(decision.summary == c.expected)
        #expect(decision.notes(.custom) == c.notes)
        if decision.report.reason == .customProviderInvalid {
            #expect(decision.report.determiningPolicy?.envoyID?.hasSuffix("-deny-due-to-bad-CUSTOM-action") == true)
        }
    }

    @Test("a provider that the mesh settings lack is warned of")
    func unknownProvider() throws {
        let text = { (name: String) in
            """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: shop}
            spec: {action: CUSTOM, provider: {name: \(name)}, rules: [{}]}
            ---
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            spec: {meshConfig: {extensionProviders: [\(Self.http)]}}
            """
        }
        let request = "{destination: {namespace: shop, labels: {}}}"
        let warnings = try WrittenDecision(text("exit"), request).warnings
        #expect(
            warnings.map { "\($0.location): \($0.code.rawValue): \($0.message)" } == [
                "policies.yaml:4:41: unknown-provider: the mesh settings have no provider `exit`"
            ])
        #expect(warnings.map(\.label) == ["requests that match the policy are denied"])
        #expect(warnings.map(\.hint) == ["did you mean `ext`?"])
        #expect(try WrittenDecision(text("ext"), request).warnings == [])
    }
}
