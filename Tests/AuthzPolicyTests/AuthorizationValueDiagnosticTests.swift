import AuthzCore
import Testing

@Suite struct AuthorizationValueDiagnosticTests {
    static let cases: [DiagnosticCase] = [
        DiagnosticCase(
            .invalidCIDR, .authorizationPolicy, why: "33 bits",
            bad: #"{rules: [{from: [{source: {ipBlocks: ["10.0.0.0/33"]}}]}]}"#,
            good: #"{rules: [{from: [{source: {ipBlocks: ["10.0.0.0/32"]}}]}]}"#,
            text: """
                p.yaml:4:45: error: `10.0.0.0/33` is not a CIDR block [invalid-cidr]
                    4 | spec: {rules: [{from: [{source: {ipBlocks: ["10.0.0.0/33"]}}]}]}
                      |                                             ^~~~~~~~~~~~~ an IPv4 prefix length is 0 to 32
                """),
        DiagnosticCase(
            .invalidCIDR, .authorizationPolicy, why: "129 bits",
            bad: #"{rules: [{from: [{source: {notRemoteIpBlocks: ["fe80::/129"]}}]}]}"#,
            good: #"{rules: [{from: [{source: {notRemoteIpBlocks: ["fe80::/128"]}}]}]}"#,
            text: """
                p.yaml:4:54: error: `fe80::/129` is not a CIDR block [invalid-cidr]
                    4 | spec: {rules: [{from: [{source: {notRemoteIpBlocks: ["fe80::/129"]}}]}]}
                      |                                                      ^~~~~~~~~~~~ an IPv6 prefix length is 0 to 128
                """),
        DiagnosticCase(
            .invalidCIDR, .authorizationPolicy, why: "an octet with a leading zero",
            bad: "{rules: [{from: [{source: {ipBlocks: [10.0.0.01]}}]}]}",
            good: "{rules: [{from: [{source: {ipBlocks: [10.0.0.1]}}]}]}",
            text: """
                p.yaml:4:45: error: `10.0.0.01` is not an IP address [invalid-cidr]
                    4 | spec: {rules: [{from: [{source: {ipBlocks: [10.0.0.01]}}]}]}
                      |                                             ^~~~~~~~~ expected an IP address or a CIDR block
                """),
        DiagnosticCase(
            .invalidCIDR, .authorizationPolicy, why: "a name is no address",
            bad: "{rules: [{from: [{source: {ipBlocks: [api.example.com/8]}}]}]}",
            good: "{rules: [{from: [{source: {ipBlocks: [10.0.0.0/8]}}]}]}",
            text: """
                p.yaml:4:45: error: `api.example.com/8` is not a CIDR block [invalid-cidr]
                    4 | spec: {rules: [{from: [{source: {ipBlocks: [api.example.com/8]}}]}]}
                      |                                             ^~~~~~~~~~~~~~~~~ expected an IP address before the `/`
                """),
        DiagnosticCase(
            .invalidCIDR, .authorizationPolicy, why: "no stars in addresses",
            bad: #"{rules: [{when: [{key: destination.ip, notValues: ["*"]}]}]}"#,
            good: #"{rules: [{when: [{key: destination.ip, notValues: ["::1"]}]}]}"#,
            text: """
                p.yaml:4:58: error: `*` is not an IP address [invalid-cidr]
                    4 | spec: {rules: [{when: [{key: destination.ip, notValues: ["*"]}]}]}
                      |                                                          ^~~ expected an IP address or a CIDR block
                """),
        DiagnosticCase(
            .invalidPort, .authorizationPolicy, why: "a name of a port",
            bad: "{rules: [{to: [{operation: {ports: [http]}}]}]}",
            good: "{rules: [{to: [{operation: {ports: [80]}}]}]}",
            text: """
                p.yaml:4:43: error: `http` is not a port [invalid-port]
                    4 | spec: {rules: [{to: [{operation: {ports: [http]}}]}]}
                      |                                           ^~~~ expected a number from 0 to 65535
                      = hint: write the number of the workload's port, not its name
                """),
        DiagnosticCase(
            .invalidPort, .authorizationPolicy, why: "one above the last",
            bad: #"{rules: [{to: [{operation: {ports: ["65536"]}}]}]}"#,
            good: #"{rules: [{to: [{operation: {ports: ["65535"]}}]}]}"#,
            text: """
                p.yaml:4:43: error: `65536` is not a port [invalid-port]
                    4 | spec: {rules: [{to: [{operation: {ports: ["65536"]}}]}]}
                      |                                           ^~~~~~~ expected a number from 0 to 65535
                """),
        DiagnosticCase(
            .invalidPort, .authorizationPolicy, why: "below the first; 0 passes",
            bad: #"{rules: [{when: [{key: destination.port, values: ["-1"]}]}]}"#,
            good: #"{rules: [{when: [{key: destination.port, values: ["0"]}]}]}"#,
            text: """
                p.yaml:4:57: error: `-1` is not a port [invalid-port]
                    4 | spec: {rules: [{when: [{key: destination.port, values: ["-1"]}]}]}
                      |                                                         ^~~~ expected a number from 0 to 65535
                """),
        DiagnosticCase(
            .invalidServiceAccount, .authorizationPolicy, why: "three parts",
            bad: "{rules: [{from: [{source: {serviceAccounts: [a/b/c]}}]}]}",
            good: "{rules: [{from: [{source: {serviceAccounts: [a/b]}}]}]}",
            text: """
                p.yaml:4:52: error: `a/b/c` is not a service account [invalid-service-account]
                    4 | spec: {rules: [{from: [{source: {serviceAccounts: [a/b/c]}}]}]}
                      |                                                    ^~~~~ expected `namespace/account` or `account`
                """),
        DiagnosticCase(
            .invalidServiceAccount, .authorizationPolicy, why: "no patterns",
            bad: #"{rules: [{from: [{source: {serviceAccounts: ["*"]}}]}]}"#,
            good: "{rules: [{from: [{source: {serviceAccounts: [b]}}]}]}",
            text: """
                p.yaml:4:52: error: `*` is not a service account [invalid-service-account]
                    4 | spec: {rules: [{from: [{source: {serviceAccounts: ["*"]}}]}]}
                      |                                                    ^~~ a service account has no `*`
                      = hint: use `principals` for a pattern
                """),
        DiagnosticCase(
            .invalidServiceAccount, .authorizationPolicy, why: "an empty part",
            bad: #"{rules: [{when: [{key: source.serviceAccount, values: ["/b"]}]}]}"#,
            good: #"{rules: [{when: [{key: source.serviceAccount, values: ["a/b"]}]}]}"#,
            text: """
                p.yaml:4:62: error: `/b` is not a service account [invalid-service-account]
                    4 | spec: {rules: [{when: [{key: source.serviceAccount, values: ["/b"]}]}]}
                      |                                                              ^~~~ expected `namespace/account` or `account`
                """),
        DiagnosticCase(
            .invalidTrustDomain, .authorizationPolicy, why: "a star inside",
            bad: #"{rules: [{from: [{source: {trustDomains: ["a*b"]}}]}]}"#,
            good: #"{rules: [{from: [{source: {trustDomains: ["a*"]}}]}]}"#,
            text: """
                p.yaml:4:49: error: `a*b` is not a trust domain [invalid-trust-domain]
                    4 | spec: {rules: [{from: [{source: {trustDomains: ["a*b"]}}]}]}
                      |                                                 ^~~~~ a trust domain has at most one `*`, at its start or end
                """),
        DiagnosticCase(
            .invalidTrustDomain, .authorizationPolicy, why: "a slash, which only the condition takes",
            bad: #"{rules: [{from: [{source: {trustDomains: ["a/b"]}}]}]}"#,
            good: #"{rules: [{when: [{key: source.trustDomain, values: ["a/b"]}]}]}"#,
            text: """
                p.yaml:4:49: error: `a/b` is not a trust domain [invalid-trust-domain]
                    4 | spec: {rules: [{from: [{source: {trustDomains: ["a/b"]}}]}]}
                      |                                                 ^~~~~ a trust domain has no `/`
                """),
        DiagnosticCase(
            .invalidPathTemplate, .authorizationPolicy, why: "nothing follows `{**}` but literals",
            bad: #"{rules: [{to: [{operation: {paths: ["/a/{**}/{*}"]}}]}]}"#,
            good: #"{rules: [{to: [{operation: {paths: ["/a/{*}/{**}"]}}]}]}"#,
            text: """
                p.yaml:4:43: error: `/a/{**}/{*}` is not a path template [invalid-path-template]
                    4 | spec: {rules: [{to: [{operation: {paths: ["/a/{**}/{*}"]}}]}]}
                      |                                           ^~~~~~~~~~~~~ after `{**}` no other `{*}` or `{**}` may follow
                """),
        DiagnosticCase(
            .invalidPathTemplate, .authorizationPolicy, why: "a name in braces",
            bad: #"{rules: [{to: [{operation: {paths: ["/a/{x}"]}}]}]}"#,
            good: #"{rules: [{to: [{operation: {paths: ["/a/x"]}}]}]}"#,
            text: """
                p.yaml:4:43: error: `/a/{x}` is not a path template [invalid-path-template]
                    4 | spec: {rules: [{to: [{operation: {paths: ["/a/{x}"]}}]}]}
                      |                                           ^~~~~~~~ braces stand only in a segment that is exactly `{*}` or `{**}`
                      = hint: write `/a/{*}`
                """),
        DiagnosticCase(
            .invalidPathTemplate, .authorizationPolicy, why: "a star in a literal",
            bad: #"{rules: [{to: [{operation: {paths: ["/a/{*}/b*"]}}]}]}"#,
            good: #"{rules: [{to: [{operation: {paths: ["/a/{*}/b"]}}]}]}"#,
            text: """
                p.yaml:4:43: error: `/a/{*}/b*` is not a path template [invalid-path-template]
                    4 | spec: {rules: [{to: [{operation: {paths: ["/a/{*}/b*"]}}]}]}
                      |                                           ^~~~~~~~~~~ the segment `b*` has a character that a template cannot have
                """),
        DiagnosticCase(
            .invalidPathTemplate, .authorizationPolicy, why: "an empty segment, which only a plain path has",
            bad: #"{rules: [{to: [{operation: {paths: ["/a//{*}"]}}]}]}"#,
            good: #"{rules: [{to: [{operation: {paths: ["//a/b"]}}]}]}"#,
            text: """
                p.yaml:4:43: error: `/a//{*}` is not a path template [invalid-path-template]
                    4 | spec: {rules: [{to: [{operation: {paths: ["/a//{*}"]}}]}]}
                      |                                           ^~~~~~~~~ a segment of a template is not empty
                """),
        DiagnosticCase(
            .invalidPathTemplate, .authorizationPolicy, why: "Envoy wants a slash first",
            bad: #"{rules: [{to: [{operation: {paths: ["a/{*}"]}}]}]}"#,
            good: #"{rules: [{to: [{operation: {paths: ["/a/{*}"]}}]}]}"#,
            text: """
                p.yaml:4:43: error: `a/{*}` is not a path template [invalid-path-template]
                    4 | spec: {rules: [{to: [{operation: {paths: ["a/{*}"]}}]}]}
                      |                                           ^~~~~~~ a template begins with `/`
                      = hint: write `/a/{*}`
                """),
        DiagnosticCase(
            .invalidPathTemplate, .authorizationPolicy, why: "Envoy wants one slash at the end",
            bad: #"{rules: [{to: [{operation: {paths: ["/a/{*}//"]}}]}]}"#,
            good: #"{rules: [{to: [{operation: {paths: ["/a/{*}/"]}}]}]}"#,
            text: """
                p.yaml:4:43: error: `/a/{*}//` is not a path template [invalid-path-template]
                    4 | spec: {rules: [{to: [{operation: {paths: ["/a/{*}//"]}}]}]}
                      |                                           ^~~~~~~~~~ a template has one `/` at its start and at most one at its end
                """),
        DiagnosticCase(
            .invalidPathTemplate, .authorizationPolicy, why: "the 257th character",
            bad:
                #"{rules: [{to: [{operation: {paths: ["/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/{*}"]}}]}]}"#,
            good:
                #"{rules: [{to: [{operation: {paths: ["/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/{*}"]}}]}]}"#,
            text: """
                p.yaml:4:43: error: `/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…` is not a path template [invalid-path-template]
                    4 | … ec: {rules: [{to: [{operation: {paths: ["/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa …
                      |                                           ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ a template has at most 256 characters
                """),
        DiagnosticCase(
            .unknownConditionKey, .authorizationPolicy, why: "a slip in the key",
            bad: "{rules: [{when: [{key: source.ipp, values: [a]}]}]}",
            good: "{rules: [{when: [{key: source.ip, values: [10.0.0.1]}]}]}",
            text: """
                p.yaml:4:30: error: unknown condition key `source.ipp` [unknown-condition-key]
                    4 | spec: {rules: [{when: [{key: source.ipp, values: [a]}]}]}
                      |                              ^~~~~~~~~~ expected a key of AuthorizationPolicy conditions
                      = hint: did you mean `source.ip`?
                """),
        DiagnosticCase(
            .unknownConditionKey, .authorizationPolicy, why: "a key of older versions",
            bad: #"{rules: [{when: [{key: "destination.labels[app]", values: [a]}]}]}"#,
            good: #"{rules: [{when: [{key: "request.headers[app]", values: [a]}]}]}"#,
            text: """
                p.yaml:4:30: error: unknown condition key `destination.labels[app]` [unknown-condition-key]
                    4 | spec: {rules: [{when: [{key: "destination.labels[app]", values: [a]}]}]}
                      |                              ^~~~~~~~~~~~~~~~~~~~~~~~~ a policy selects workloads by its selector
                      = hint: use `selector.matchLabels`
                """),
        DiagnosticCase(
            .unknownConditionKey, .authorizationPolicy, why: "a key of older versions",
            bad: "{rules: [{when: [{key: destination.namespace, values: [a]}]}]}",
            good: "{rules: [{when: [{key: source.namespace, values: [a]}]}]}",
            text: """
                p.yaml:4:30: error: unknown condition key `destination.namespace` [unknown-condition-key]
                    4 | spec: {rules: [{when: [{key: destination.namespace, values: [a]}]}]}
                      |                              ^~~~~~~~~~~~~~~~~~~~~ a policy applies in its own namespace
                      = hint: use `metadata.namespace`
                """),
        DiagnosticCase(
            .unknownConditionKey, .authorizationPolicy, why: "a key of older versions",
            bad: "{rules: [{when: [{key: destination.user, values: [a]}]}]}",
            good: "{rules: [{when: [{key: source.principal, values: [td/ns/a/sa/b]}]}]}",
            text: """
                p.yaml:4:30: error: unknown condition key `destination.user` [unknown-condition-key]
                    4 | spec: {rules: [{when: [{key: destination.user, values: [a]}]}]}
                      |                              ^~~~~~~~~~~~~~~~ this key of older versions is gone
                """),
        DiagnosticCase(
            .invalidConditionKey, .authorizationPolicy, why: "no name in the brackets",
            bad: #"{rules: [{when: [{key: "request.headers[]", values: [a]}]}]}"#,
            good: #"{rules: [{when: [{key: "request.headers[a]", values: [a]}]}]}"#,
            text: """
                p.yaml:4:30: error: the key `request.headers[]` lacks a name in brackets [invalid-condition-key]
                    4 | spec: {rules: [{when: [{key: "request.headers[]", values: [a]}]}]}
                      |                              ^~~~~~~~~~~~~~~~~~~ expected `request.headers[x-name]`
                """),
        DiagnosticCase(
            .invalidConditionKey, .authorizationPolicy, why: "no brackets",
            bad: "{rules: [{when: [{key: request.auth.claims, values: [a]}]}]}",
            good: #"{rules: [{when: [{key: "request.auth.claims[a][b]", values: [a]}]}]}"#,
            text: """
                p.yaml:4:30: error: the key `request.auth.claims` lacks a name in brackets [invalid-condition-key]
                    4 | spec: {rules: [{when: [{key: request.auth.claims, values: [a]}]}]}
                      |                              ^~~~~~~~~~~~~~~~~~~ expected `request.auth.claims[name]`
                """),
        DiagnosticCase(
            .missingField, .authorizationPolicy, why: "a condition without values",
            bad: "{rules: [{when: [{key: source.ip}]}]}",
            good: "{rules: [{when: [{key: source.ip, notValues: [10.0.0.1]}]}]}",
            text: """
                p.yaml:4:30: error: the condition `source.ip` has no values [missing-field]
                    4 | spec: {rules: [{when: [{key: source.ip}]}]}
                      |                              ^~~~~~~~~ expected `values` or `notValues` beside it
                """),
        DiagnosticCase(
            .quotedName, .authorizationPolicy, why: "quotes in the brackets of a key",
            bad: #"{rules: [{when: [{key: "request.headers['a']", values: [b]}]}]}"#,
            good: #"{rules: [{when: [{key: "request.headers[a]", values: [b]}]}]}"#,
            text: """
                p.yaml:4:30: warning: the key `request.headers['a']` asks for a name that has quotes in it [quoted-name]
                    4 | spec: {rules: [{when: [{key: "request.headers['a']", values: [b]}]}]}
                      |                              ^~~~~~~~~~~~~~~~~~~~~~ a name in brackets stands without quotes
                      = hint: write `request.headers[a]`
                """),
        DiagnosticCase(
            .principalForm, .authorizationPolicy, why: "a principal with its scheme",
            bad: "{rules: [{from: [{source: {notPrincipals: ['spiffe://td/ns/a/sa/b']}}]}]}",
            good: "{rules: [{from: [{source: {notPrincipals: [td/ns/a/sa/b]}}]}]}",
            text: """
                p.yaml:4:50: warning: no workload has the identity `spiffe://td/ns/a/sa/b` [principal-form]
                    4 | spec: {rules: [{from: [{source: {notPrincipals: ['spiffe://td/ns/a/sa/b']}}]}]}
                      |                                                  ^~~~~~~~~~~~~~~~~~~~~~~ it is compared without `spiffe://`
                      = hint: write `td/ns/a/sa/b`
                """),
        DiagnosticCase(
            .principalForm, .authorizationPolicy, why: "a condition on a request principal without its issuer",
            bad: "{rules: [{when: [{key: request.auth.principal, values: [alice]}]}]}",
            good: "{rules: [{when: [{key: request.auth.principal, values: [i/alice]}]}]}",
            text: """
                p.yaml:4:63: warning: no token has the principal `alice` [principal-form]
                    4 | spec: {rules: [{when: [{key: request.auth.principal, values: [alice]}]}]}
                      |                                                               ^~~~~ expected `ISSUER/SUBJECT`, the claims `iss` and `sub`
                      = hint: write `ISSUER/alice`, with the issuer of its token
                """),
        DiagnosticCase(
            .missingField, .authorizationPolicy, why: "values without a key",
            bad: "{rules: [{when: [{values: [a]}]}]}",
            good: "{rules: [{when: [{key: source.principal, values: [td/ns/a/sa/b]}]}]}",
            text: """
                p.yaml:4:24: error: `key` is missing in `when` [missing-field]
                    4 | spec: {rules: [{when: [{values: [a]}]}]}
                      |                        ^~~~~~~~~~~~~ expected `key`
                """),
    ]

    @Test("a value that cannot be meant is refused where it stands", arguments: cases)
    func refusal(_ row: DiagnosticCase) { row.check() }
}
