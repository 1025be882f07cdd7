import AuthzEngine
import AuthzPolicy
import Testing

/// CUSTOM policies as one of two: the service that is asked, and the mesh around it (AuthorizationPolicy dossier 12.2).
@Suite struct CustomPolicyTests {
    private static func custom(_ provider: String, path: String = "/a", name: String = "c") -> String {
        Scene.policy(
            "{action: CUSTOM, provider: {name: \(provider)}, rules: [{to: [{operation: {paths: ['\(path)']}}]}]}",
            name: name)
    }

    private static func mesh(providers: [String]?) -> MeshSettings {
        var settings = MeshSettings.test
        settings.extensionProviders = providers.map { $0.map { ExtensionProvider(name: $0, transport: .grpc) } }
        return settings
    }

    private static func options(_ answer: Decision.Outcome) -> EvaluationOptions {
        var options = EvaluationOptions()
        options.customAnswer = answer
        return options
    }

    @Test("AP 3: a CUSTOM policy that does not match asks nobody, and brings no default")
    func noMatch() throws {
        let scene = try Scene(Self.custom("other"))
        let report = scene.report(Ask(path: "/b"))
        #expect(report.reason == .noPolicyApplies && report.custom.isEmpty)
        #expect(scene.report(Ask(path: "/a")).reason == .deniedByCustom)
    }

    @Test("AP 156, E9: a provider's yes takes nothing from DENY and ALLOW")
    func yesIsNotEnough() throws {
        let nobody = Scene.policy("{}", name: "nobody")
        for (provider, answer) in [("authz", "routed"), ("other", "assumed-allow")] {
            let scene = try Scene(Self.custom(provider) + nobody, options: Self.options(.allow))
            let report = scene.report(Ask(path: "/a"))
            #expect(report.reason == .noAllowPolicyMatched && report.status == 403)
            #expect(report.custom.map(\.answer) == [answer])
            let alone = try Scene(Self.custom(provider), options: Self.options(.allow)).report(Ask(path: "/a"))
            #expect(alone.reason == .noPolicyApplies && alone.custom.map(\.answer) == [answer])
        }
    }

    @Test("the answer of another provider is assumed, and is a denial unless told otherwise")
    func assumed() throws {
        let report = try Scene(Self.custom("other")).report(Ask(path: "/a"))
        #expect(report.reason == .deniedByCustom && report.body == "" && report.status == 403)
        #expect(report.custom.map(\.answer) == ["assumed-deny"])
        let own = try Scene(Self.custom("authz")).report(Ask(path: "/a"))
        #expect(own.outcome == .allow && own.custom.map(\.answer) == ["routed"])
    }

    @Test("AP 157, AP 159, PA 84: what an unknown provider would be asked about is denied, and nothing else")
    func unknownProvider() throws {
        let scene = try Scene(
            Self.custom("other"), mesh: Self.mesh(providers: ["authz"]), options: Self.options(.allow))
        let report = scene.report(Ask(path: "/a"))
        #expect(report.reason == .customProviderInvalid && report.status == 403 && report.body == "RBAC: access denied")
        #expect(report.custom.map(\.answer) == ["invalid"])
        #expect(scene.report(Ask(path: "/b")).outcome == .allow)
        let known = try Scene(
            Self.custom("other"), mesh: Self.mesh(providers: ["other"]), options: Self.options(.allow))
        #expect(known.report(Ask(path: "/a")).outcome == .allow)
    }

    @Test("AP 158, PA 85: with two providers at one workload the rules of either deny")
    func twoProviders() throws {
        let policies = Self.custom("authz") + Self.custom("other", path: "/b", name: "d")
        let scene = try Scene(
            policies, mesh: Self.mesh(providers: ["authz", "other"]), options: Self.options(.allow))
        for path in ["/a", "/b"] { #expect(scene.report(Ask(path: path)).reason == .customProviderInvalid) }
        #expect(scene.report(Ask(path: "/c")).outcome == .allow)
        let one = try Scene(
            Self.custom("authz") + Self.custom("authz", path: "/b", name: "d"),
            mesh: Self.mesh(providers: ["authz", "other"]))
        for path in ["/a", "/b"] { #expect(one.allows(Ask(path: path))) }
    }

    @Test("AP 176: two policies of one provider are one question")
    func oneQuestion() throws {
        let scene = try Scene(Self.custom("authz") + Self.custom("authz", path: "*", name: "d"))
        #expect(scene.report(Ask(path: "/a")).custom.count == 1)
    }

    @Test("AP 179: the provider is asked before the token is looked at")
    func beforeToken() throws {
        let ask = Ask(path: "/a", claims: #"{"iss": "i", "exp": 1}"#)
        #expect(try Scene(Self.custom("other")).report(ask).reason == .deniedByCustom)
        let report = try Scene(Self.custom("other"), options: Self.options(.allow)).report(ask)
        #expect(report.reason == .tokenExpired && report.status == 401 && report.custom.count == 1)
    }

    @Test("RA 142: CUSTOM rules see the token where the client put it, and no claims")
    func requestAsSent() throws {
        let key = "'request.headers[authorization]'"
        let sees = Scene.policy(
            "{action: CUSTOM, provider: {name: other}, rules: [{when: [{key: \(key), values: ['*']}]}]}", name: "c")
        let removed = Scene.policy("{action: DENY, rules: [{when: [{key: \(key), values: ['*']}]}]}")
        let ask = Ask(claims: #"{"iss": "i", "sub": "s"}"#)
        #expect(try Scene(sees).report(ask).reason == .deniedByCustom)
        #expect(try Scene(sees).report(Ask()).outcome == .allow)
        #expect(try Scene(removed).report(ask).outcome == .allow)
    }
}
