import AuthzCore
import Testing

@Suite struct AuthorizationPolicyDiagnosticTests {
    static let cases: [DiagnosticCase] = [
        DiagnosticCase(
            .unknownValue, .authorizationPolicy, why: "a slip in the action",
            bad: "{action: DENI, rules: [{}]}",
            good: "{action: DENY, rules: [{}]}",
            text: """
                p.yaml:4:16: error: unknown value `DENI` of `action` [unknown-value]
                    4 | spec: {action: DENI, rules: [{}]}
                      |                ^~~~ expected ALLOW, DENY, AUDIT or CUSTOM
                      = hint: did you mean `DENY`?
                """),
        DiagnosticCase(
            .notWithAction, .authorizationPolicy, why: "a provider is for CUSTOM",
            bad: "{action: DENY, provider: {name: a}, rules: [{}]}",
            good: "{action: CUSTOM, provider: {name: a}, rules: [{}]}",
            text: """
                p.yaml:4:22: error: `provider` has no meaning in a policy of action DENY [not-with-action]
                    4 | spec: {action: DENY, provider: {name: a}, rules: [{}]}
                      |                      ^~~~~~~~ only a CUSTOM policy has a provider
                """),
        DiagnosticCase(
            .missingField, .authorizationPolicy, why: "whom to ask",
            bad: "{action: CUSTOM, rules: [{}]}",
            good: "{action: CUSTOM, provider: {name: a}, rules: [{}]}",
            text: """
                p.yaml:4:16: error: a CUSTOM policy has no provider [missing-field]
                    4 | spec: {action: CUSTOM, rules: [{}]}
                      |                ^~~~~~ expected `provider.name` beside it
                """),
        DiagnosticCase(
            .emptyValue, .authorizationPolicy, why: "whom to ask",
            bad: #"{action: CUSTOM, provider: {name: ""}, rules: [{}]}"#,
            good: "{action: CUSTOM, provider: {name: a}, rules: [{}]}",
            text: """
                p.yaml:4:41: error: `name` is empty [empty-value]
                    4 | spec: {action: CUSTOM, provider: {name: ""}, rules: [{}]}
                      |                                         ^~ expected text
                """),
        DiagnosticCase(
            .missingRules, .authorizationPolicy, why: "an ALLOW policy without rules has a meaning",
            bad: "{action: DENY}",
            good: "{action: ALLOW}",
            text: """
                p.yaml:4:8: error: a DENY policy without rules denies nothing [missing-rules]
                    4 | spec: {action: DENY}
                      |        ^~~~~~ expected rules
                      = hint: list what it is for: `rules: [{}]` is every request; to allow no more than other policies do, write `spec: {}`, which is ALLOW without rules
                """),
        DiagnosticCase(
            .missingRules, .authorizationPolicy, why: "an empty list is no rules",
            bad: "{action: CUSTOM, provider: {name: a}, rules: []}",
            good: "{action: AUDIT, rules: []}",
            text: """
                p.yaml:4:45: error: a CUSTOM policy without rules asks nobody [missing-rules]
                    4 | spec: {action: CUSTOM, provider: {name: a}, rules: []}
                      |                                             ^~~~~ expected rules
                      = hint: list what it is for: `rules: [{}]` is every request
                """),
        DiagnosticCase(
            .wrongType, .authorizationPolicy, why: "a rule is null",
            bad: "{rules: [null]}",
            good: "{rules: [{}]}",
            text: """
                p.yaml:4:16: error: a rule is null [wrong-type]
                    4 | spec: {rules: [null]}
                      |                ^~~~ expected a mapping
                      = hint: write `{}` for a rule that matches every request
                """),
        DiagnosticCase(
            .wrongType, .authorizationPolicy, why: "rules are a list",
            bad: "{rules: {}}",
            good: "{rules: []}",
            text: """
                p.yaml:4:15: error: `rules` is a mapping, not a list [wrong-type]
                    4 | spec: {rules: {}}
                      |               ^~ expected a list
                      = hint: write `rules: [{from: […], to: […]}]`, or each entry on lines of its own behind `- `
                """),
        DiagnosticCase(
            .wrongType, .authorizationPolicy, why: "a value where a list belongs",
            bad: #"{rules: [{to: [{operation: {ports: "80"}}]}]}"#,
            good: #"{rules: [{to: [{operation: {ports: ["80"]}}]}]}"#,
            text: """
                p.yaml:4:42: error: `ports` is text, not a list [wrong-type]
                    4 | spec: {rules: [{to: [{operation: {ports: "80"}}]}]}
                      |                                          ^~~~ expected a list
                      = hint: write `["80"]`
                """),
        DiagnosticCase(
            .wrongType, .authorizationPolicy, why: "a list in a list",
            bad: "{rules: [{to: [{operation: {hosts: [[a]]}}]}]}",
            good: "{rules: [{to: [{operation: {hosts: [a]}}]}]}",
            text: """
                p.yaml:4:43: error: a value of `hosts` is a list, not text [wrong-type]
                    4 | spec: {rules: [{to: [{operation: {hosts: [[a]]}}]}]}
                      |                                           ^~~ expected text
                """),
        DiagnosticCase(
            .wrongType, .authorizationPolicy, why: "null is no text",
            bad: "{rules: [{to: [{operation: {hosts: [~]}}]}]}",
            good: #"{rules: [{to: [{operation: {hosts: ["~"]}}]}]}"#,
            text: """
                p.yaml:4:43: error: a value of `hosts` is null, not text [wrong-type]
                    4 | spec: {rules: [{to: [{operation: {hosts: [~]}}]}]}
                      |                                           ^ expected text
                """),
        DiagnosticCase(
            .unknownField, .authorizationPolicy, why: "a letter is missing",
            bad: "{rules: [{from: [{source: {namespace: [a]}}]}]}",
            good: "{rules: [{from: [{source: {namespaces: [a]}}]}]}",
            text: """
                p.yaml:4:34: error: unknown field `namespace` in `source` [unknown-field]
                    4 | spec: {rules: [{from: [{source: {namespace: [a]}}]}]}
                      |                                  ^~~~~~~~~ expected one of the fields of `source`
                      = hint: did you mean `namespaces`?
                """),
        DiagnosticCase(
            .unknownField, .authorizationPolicy, why: "letters are swapped",
            bad: "{rules: [{form: []}]}",
            good: "{rules: [{from: []}]}",
            text: """
                p.yaml:4:17: error: unknown field `form` in `rules` [unknown-field]
                    4 | spec: {rules: [{form: []}]}
                      |                 ^~~~ expected one of the fields of `rules`
                      = hint: did you mean `from`?
                """),
        DiagnosticCase(
            .unknownField, .authorizationPolicy, why: "a letter is missing",
            bad: "{rules: [{when: [{key: source.ip, value: [10.0.0.1]}]}]}",
            good: "{rules: [{when: [{key: source.ip, values: [10.0.0.1]}]}]}",
            text: """
                p.yaml:4:41: error: unknown field `value` in `when` [unknown-field]
                    4 | spec: {rules: [{when: [{key: source.ip, value: [10.0.0.1]}]}]}
                      |                                         ^~~~~ expected one of the fields of `when`
                      = hint: did you mean `values`?
                """),
        DiagnosticCase(
            .duplicateKey, .authorizationPolicy, why: "both spellings of a field",
            bad: "{rules: [{from: [{source: {remoteIpBlocks: [10.0.0.1], remote_ip_blocks: [10.0.0.1]}}]}]}",
            good: "{rules: [{from: [{source: {remote_ip_blocks: [10.0.0.1]}}]}]}",
            text: """
                p.yaml:4:62: error: `remote_ip_blocks` and `remoteIpBlocks` are one field [duplicate-key]
                    4 | spec: {rules: [{from: [{source: {remoteIpBlocks: [10.0.0.1], remote_ip_blocks: [10.0.0.1]}}]}]}
                      |                                                              ^~~~~~~~~~~~~~~~ first written in line 4
                """),
        DiagnosticCase(
            .missingField, .authorizationPolicy, why: "an entry without a source",
            bad: "{rules: [{from: [{}]}]}",
            good: "{rules: [{from: []}]}",
            text: """
                p.yaml:4:24: error: `source` is missing in `from` [missing-field]
                    4 | spec: {rules: [{from: [{}]}]}
                      |                        ^~ expected `source`
                """),
        DiagnosticCase(
            .missingField, .authorizationPolicy, why: "null is absent",
            bad: "{rules: [{to: [{operation: null}]}]}",
            good: "{rules: [{to: [{operation: {methods: [GET]}}]}]}",
            text: """
                p.yaml:4:22: error: `operation` is missing in `to` [missing-field]
                    4 | spec: {rules: [{to: [{operation: null}]}]}
                      |                      ^~~~~~~~~~~~~~~~~ expected `operation`
                """),
        DiagnosticCase(
            .emptyMatch, .authorizationPolicy, why: "a source without fields",
            bad: "{rules: [{from: [{source: {}}]}]}",
            good: "{rules: [{from: [{source: {namespaces: [a]}}]}]}",
            text: """
                p.yaml:4:33: error: `source` tests nothing [empty-match]
                    4 | spec: {rules: [{from: [{source: {}}]}]}
                      |                                 ^~ expected at least one value
                      = hint: name a value: a rule without `from` matches any source
                """),
        DiagnosticCase(
            .emptyMatch, .authorizationPolicy, why: "empty lists are absent",
            bad: "{rules: [{to: [{operation: {methods: [], notPaths: []}}]}]}",
            good: "{rules: [{to: [{operation: {methods: [], notPaths: [/a]}}]}]}",
            text: """
                p.yaml:4:34: error: `operation` tests nothing [empty-match]
                    4 | spec: {rules: [{to: [{operation: {methods: [], notPaths: []}}]}]}
                      |                                  ^~~~~~~~~~~~~~~~~~~~~~~~~~~ expected at least one value
                      = hint: name a value: a rule without `to` matches any operation
                """),
        DiagnosticCase(
            .conflictingFields, .authorizationPolicy, why: "an account has its namespace",
            bad: "{rules: [{from: [{source: {serviceAccounts: [a/b], notNamespaces: [c]}}]}]}",
            good: "{rules: [{from: [{source: {serviceAccounts: [a/b], ipBlocks: [10.0.0.1]}}]}]}",
            text: """
                p.yaml:4:34: error: `serviceAccounts` cannot stand beside `principals` or `namespaces` [conflicting-fields]
                    4 | spec: {rules: [{from: [{source: {serviceAccounts: [a/b], notNamespaces: [c]}}]}]}
                      |                                  ^~~~~~~~~~~~~~~ a service account names its namespace itself
                """),
        DiagnosticCase(
            .tooManyValues, .authorizationPolicy, why: "the 17th account",
            bad:
                "{rules: [{from: [{source: {serviceAccounts: [a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b]}}]}]}",
            good:
                "{rules: [{from: [{source: {serviceAccounts: [a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b]}}]}]}",
            text: """
                p.yaml:4:34: error: `serviceAccounts` has 17 entries [too-many-values]
                    4 | spec: {rules: [{from: [{source: {serviceAccounts: [a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, a/b, …
                      |                                  ^~~~~~~~~~~~~~~ at most 16
                """),
        DiagnosticCase(
            .emptyValue, .authorizationPolicy, why: "an empty value",
            bad: #"{rules: [{from: [{source: {principals: [""]}}]}]}"#,
            good: #"{rules: [{from: [{source: {principals: ["*"]}}]}]}"#,
            text: """
                p.yaml:4:47: error: a value of `principals` is empty [empty-value]
                    4 | spec: {rules: [{from: [{source: {principals: [""]}}]}]}
                      |                                               ^~ expected text
                """),
        DiagnosticCase(
            .notWithAction, .authorizationPolicy, why: "nobody is known yet",
            bad: #"{action: CUSTOM, provider: {name: a}, rules: [{from: [{source: {notRequestPrincipals: ["*"]}}]}]}"#,
            good: "{action: CUSTOM, provider: {name: a}, rules: [{from: [{source: {remoteIpBlocks: [10.0.0.1]}}]}]}",
            text: """
                p.yaml:4:71: error: `notRequestPrincipals` cannot be used in a CUSTOM policy [not-with-action]
                    4 | … c: {action: CUSTOM, provider: {name: a}, rules: [{from: [{source: {notRequestPrincipals: ["*"]}}]}]}
                      |                                                                      ^~~~~~~~~~~~~~~~~~~~ CUSTOM policies act before the caller is known
                """),
        DiagnosticCase(
            .notWithAction, .authorizationPolicy, why: "nor are claims",
            bad:
                #"{action: CUSTOM, provider: {name: a}, rules: [{when: [{key: "request.auth.claims[a]", values: [b]}]}]}"#,
            good:
                #"{action: CUSTOM, provider: {name: a}, rules: [{when: [{key: "request.headers[a]", values: [b]}]}]}"#,
            text: """
                p.yaml:4:67: error: the key `request.auth.claims[a]` cannot be used in a CUSTOM policy [not-with-action]
                    4 | … ction: CUSTOM, provider: {name: a}, rules: [{when: [{key: "request.auth.claims[a]", values: [b]}]}]}
                      |                                                             ^~~~~~~~~~~~~~~~~~~~~~~~ CUSTOM policies act before the caller is known
                """),
        DiagnosticCase(
            .deniesAllTCP, .authorizationPolicy, why: "a port keeps it to HTTP",
            bad: "{action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]}",
            good: #"{action: DENY, rules: [{to: [{operation: {methods: [GET], ports: ["80"]}}]}]}"#,
            text: """
                p.yaml:4:30: warning: this DENY rule denies TCP connections without its HTTP conditions [denies-all-tcp]
                    4 | spec: {action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]}
                      |                              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ on TCP nothing is known of methods, hosts, paths, headers and tokens
                      = hint: add `ports` to `to` to keep it to the ports of HTTP
                """),
        DiagnosticCase(
            .deniesAllTCP, .authorizationPolicy, why: "Istio does not count trust domains",
            bad: "{action: DENY, rules: [{from: [{source: {trustDomains: [a]}}]}]}",
            good: "{action: DENY, rules: [{from: [{source: {principals: [td/ns/a/sa/b]}}]}]}",
            text: """
                p.yaml:4:30: warning: this DENY rule denies TCP connections of its trust domains as well [denies-all-tcp]
                    4 | spec: {action: DENY, rules: [{from: [{source: {trustDomains: [a]}}]}]}
                      |                              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ Istio warns that it denies all
                      = hint: add `ports` to `to` to keep it to the ports of HTTP
                """),
        DiagnosticCase(
            .deniesAllTCP, .authorizationPolicy, why: "Istio does not look at conditions",
            bad: "{action: DENY, rules: [{from: [{source: {requestPrincipals: [i/a]}}]}]}",
            good: "{action: DENY, rules: [{when: [{key: request.auth.principal, values: [i/a]}]}]}",
            text: """
                p.yaml:4:30: warning: this DENY rule denies TCP connections without its HTTP conditions [denies-all-tcp]
                    4 | spec: {action: DENY, rules: [{from: [{source: {requestPrincipals: [i/a]}}]}]}
                      |                              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ on TCP nothing is known of methods, hosts, paths, headers and tokens
                      = hint: add `ports` to `to` to keep it to the ports of HTTP
                """),
    ]

    @Test("an AuthorizationPolicy that admission refuses is refused", arguments: cases)
    func refusal(_ row: DiagnosticCase) { row.check() }
}
