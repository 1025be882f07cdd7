import AuthzServer

/// What a proxy sends about a request, as its preset says.
struct Told {
    var method: String? = "GET"
    var uri: String? = "/a"
    var host: String? = "api.example.com"
    var scheme: String? = "https"
    var client: String? = "203.0.113.9"

    func headers(_ preset: ForwardAuthPreset) -> [(String, String)] {
        let named: [(String, String?)] =
            switch preset {
            case .nginx:
                [
                    ("X-Original-Method", method), ("X-Original-URI", uri), ("X-Original-Host", host),
                    ("X-Original-Proto", scheme), ("X-Real-IP", client),
                ]
            case .ingressNginx:
                [
                    ("X-Original-Method", method),
                    ("X-Original-URL", uri.map { "\(scheme ?? "")://\(host ?? "")\($0)" }),
                    ("X-Real-IP", client),
                ]
            case .traefik, .caddy, .haproxy:
                [
                    ("X-Forwarded-Method", method), ("X-Forwarded-Uri", uri), ("X-Forwarded-Host", host),
                    ("X-Forwarded-Proto", scheme), ("X-Forwarded-For", client),
                ]
            }
        return named.compactMap { name, value in value.map { (name, $0) } }
    }
}

/// A check responder that every proxy may ask by forward-auth, and that names its reasons.
struct ForwardAuthFixture {
    let fixture: CheckFixture

    init(_ policies: String, now: Int64 = 1_700_000_000) throws {
        var settings = CheckSettings()
        settings.forwardAuth = Set(ForwardAuthPreset.allCases)
        settings.tellsReason = true
        fixture = try CheckFixture(policies, settings: settings, now: now)
    }

    /// Asks as the proxy of the preset does.
    func ask(
        _ preset: ForwardAuthPreset, _ told: Told = Told(), with headers: [(String, String)] = [],
        isTrusted: Bool = true
    ) -> CheckFixture.Reply {
        ask(preset, headers: told.headers(preset) + headers, isTrusted: isTrusted)
    }

    /// The same with all headers as they are given.
    func ask(
        _ preset: ForwardAuthPreset, headers: [(String, String)], isTrusted: Bool = true
    ) -> CheckFixture.Reply {
        fixture.ask(
            "GET", "/workload/prod/api/forward-auth/\(preset.rawValue)", headers: headers, isTrusted: isTrusted)
    }

    /// Status and reason in one text.
    func verdict(
        _ preset: ForwardAuthPreset, _ told: Told = Told(), with headers: [(String, String)] = []
    ) -> String {
        let reply = ask(preset, told, with: headers)
        return "\(reply.status) \(reply.headers["x-authz-reason"] ?? "none")"
    }

    /// A DENY policy of `prod` with one rule.
    static func deny(_ rule: String) -> String {
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: deny, namespace: prod}
        spec:
          action: DENY
          rules:
          - \(rule)
        ---

        """
    }
}
