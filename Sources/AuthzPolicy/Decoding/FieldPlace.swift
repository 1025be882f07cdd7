import AuthzCore

/// Where a field belongs that stands in the wrong mapping: most often it is indented too little, or by the wrong list.
enum FieldPlace {
    /// A hint for a field that is known elsewhere; `nil` where it is not.
    ///
    /// - Parameter reader: What holds the field, as its reader names it.
    static func hint(for field: String, in reader: String, ofPolicies isPolicy: Bool) -> String? {
        let places = isPolicy ? policies[reader] : requests[reader]
        guard let place = places?.first(where: { $0.fields.contains(field) }) else { return nil }
        return "\(field.quoted) is a field of \(place.name)"
    }

    private struct Place {
        var fields: Set<String>
        var name: String

        init(_ fields: Set<String>, _ name: String) {
            self.fields = fields
            self.name = name
        }
    }

    private static let sources: Set = [
        "principals", "notPrincipals", "requestPrincipals", "notRequestPrincipals", "namespaces", "notNamespaces",
        "serviceAccounts", "notServiceAccounts", "trustDomains", "notTrustDomains", "ipBlocks", "notIpBlocks",
        "remoteIpBlocks", "notRemoteIpBlocks",
    ]
    private static let operations: Set = [
        "paths", "notPaths", "methods", "notMethods", "hosts", "notHosts", "ports", "notPorts",
    ]
    private static let attachments: Set = ["selector", "targetRef", "targetRefs"]
    private static let jwtRules: Set = [
        "issuer", "jwksUri", "jwks", "audiences", "fromHeaders", "fromParams", "fromCookies", "outputPayloadToHeader",
        "outputClaimToHeaders", "forwardOriginalToken",
    ]

    private static let policies: [String: [Place]] = [
        "AuthorizationPolicy": [
            Place(attachments.union(["rules", "action", "provider"]), "`spec`: indent it below that"),
            Place(["name", "namespace", "labels", "annotations"], "`metadata`"),
        ],
        "RequestAuthentication": [
            Place(attachments.union(["jwtRules"]), "`spec`: indent it below that"),
            Place(["name", "namespace", "labels", "annotations"], "`metadata`"),
        ],
        "PeerAuthentication": [
            Place(["selector", "mtls", "portLevelMtls"], "`spec`: indent it below that"),
            Place(["name", "namespace", "labels", "annotations"], "`metadata`"),
        ],
        "spec": [
            Place(["from", "to", "when"], "an entry of `rules`"), Place(sources, "`source` in `from` of a rule"),
            Place(operations, "`operation` in `to` of a rule"),
            Place(["matchLabels"], "`selector`: indent it below that"), Place(["namespace", "name"], "`metadata`"),
            Place(jwtRules, "an entry of `jwtRules`"), Place(["mode"], "`mtls`: indent it below that"),
        ],
        "rules": [
            Place(sources, "`source` in `from`"), Place(operations, "`operation` in `to`"),
            Place(["source"], "an entry of `from`"), Place(["operation"], "an entry of `to`"),
            Place(["key", "values", "notValues"], "an entry of `when`"),
            Place(attachments.union(["action", "provider"]), "`spec`, beside `rules`"),
        ],
        "from": [
            Place(sources, "`source`: indent it below that"), Place(["to", "when"], "the rule, beside `from`"),
            Place(["operation"], "an entry of `to`"),
        ],
        "to": [
            Place(operations, "`operation`: indent it below that"), Place(["from", "when"], "the rule, beside `to`"),
            Place(["source"], "an entry of `from`"),
        ],
        "source": [Place(operations, "`operation` in `to`"), Place(["when", "to"], "the rule, beside `from`")],
        "operation": [Place(sources, "`source` in `from`"), Place(["when", "from"], "the rule, beside `to`")],
        "when": [Place(["from", "to"], "the rule, beside `when`")],
        "jwtRules": [Place(attachments, "`spec`, beside `jwtRules`")],
        "metadata": [Place(attachments.union(["rules", "jwtRules", "mtls", "action"]), "`spec`")],
        "the mesh settings": [
            Place(["gatewayTopology"], "`defaultConfig`: indent it below that"),
            Place(["numTrustedProxies"], "`gatewayTopology` in `defaultConfig`"),
        ],
        "defaultConfig": [Place(["numTrustedProxies"], "`gatewayTopology`: indent it below that")],
    ]

    private static let request: Set = ["method", "path", "host", "scheme", "headers"]
    private static let source: Set = ["principal", "remoteIp"]
    private static let destination: Set = [
        "workload", "namespace", "labels", "serviceAccount", "service", "gateway", "waypoint", "gatewayClass", "port",
        "sni",
    ]
    private static let expect: Set = ["outcome", "status", "reason", "policy", "rule", "audit", "dryRun", "custom"]

    private static let requests: [String: [Place]] = {
        let parts = [
            Place(request, "`request`"), Place(source, "`source`"), Place(destination, "`destination`"),
            Place(["claims", "signature"], "`token`"), Place(["now", "token"], "the document, beside `request`"),
        ]
        let whole = Array(parts.dropLast())
        let test: Set = ["name", "expect", "skip", "request", "source", "destination", "token"]
        return [
            "suite": [
                Place(test, "an entry of `tests`"),
                Place(["apiVersion", "kind", "metadata", "spec"], "a resource, and a suite is none: leave it out"),
            ] + whole,
            "test": whole + [Place(expect, "`expect`"), Place(["policies", "resources", "mesh"], "the suite")],
            "request document": whole + [
                Place(["expect", "tests"], "a suite, which `authz test` runs")
            ],
            "source": [
                Place(
                    ["namespace", "serviceAccount", "trustDomain"],
                    "no request: a `principal` names all three, "
                        + "`TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`"),
                Place(
                    ["workload", "service"],
                    "`destination`: who calls is told by `principal: TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`"),
            ] + parts,
            "destination": parts, "request": parts,
            "the configuration": [
                Place(
                    ["authz", "serve", "explain", "test", "lint", "token", "healthcheck"],
                    "no file: options stand at its top, whatever the command")
            ],
            "expect": [
                Place(
                    ["allow", "deny", "allowed", "denied", "permitted"],
                    "no mapping: write `expect: allow` or `expect: deny`")
            ],
            "token": [
                Place(
                    ["iss", "sub", "aud", "exp", "nbf", "iat", "azp", "scope", "groups", "roles", "email"],
                    "`claims`: indent it below that")
            ],
        ]
    }()
}
