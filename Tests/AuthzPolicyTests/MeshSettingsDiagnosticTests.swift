import AuthzCore
import Testing

@Suite struct MeshSettingsDiagnosticTests {
    static let cases: [DiagnosticCase] = [
        DiagnosticCase(
            .unknownValue, .meshSettings, why: "no such way",
            bad: "{pathNormalization: {normalization: MERGE}}",
            good: "{pathNormalization: {normalization: MERGE_SLASHES}}",
            text: """
                p.yaml:4:51: error: unknown value `MERGE` of `normalization` [unknown-value]
                    4 |   meshConfig: {pathNormalization: {normalization: MERGE}}
                      |                                                   ^~~~~ expected DEFAULT, NONE, BASE, MERGE_SLASHES or DECODE_AND_MERGE_SLASHES
                      = hint: did you mean `MERGE_SLASHES`?
                """),
        DiagnosticCase(
            .unsupportedSetting, .meshSettings, why: "proxies would read requests otherwise",
            bad: "{defaultConfig: {connectionSettings: {profile: EDGE}}}",
            good: "{defaultConfig: {concurrency: 2}}",
            text: """
                p.yaml:4:32: error: `connectionSettings` is not supported [unsupported-setting]
                    4 |   meshConfig: {defaultConfig: {connectionSettings: {profile: EDGE}}}
                      |                                ^~~~~~~~~~~~~~~~~~ it changes how proxies read requests, so decisions could differ
                      = hint: leave it out, here and in the mesh
                """),
        DiagnosticCase(
            .unknownSetting, .meshSettings, why: "a slip is a warning",
            bad: "{trustDomian: a}",
            good: "{trustDomain: a}",
            text: """
                p.yaml:4:16: warning: unknown field `trustDomian` in the mesh settings [unknown-setting]
                    4 |   meshConfig: {trustDomian: a}
                      |                ^~~~~~~~~~~ expected one of the fields of the mesh settings
                      = hint: did you mean `trustDomain`?
                """),
        DiagnosticCase(
            .unknownSetting, .meshSettings, why: "a field stands one level too high",
            bad: "{gatewayTopology: {numTrustedProxies: 1}}",
            good: "{defaultConfig: {gatewayTopology: {numTrustedProxies: 1}}}",
            text: """
                p.yaml:4:16: warning: unknown field `gatewayTopology` in the mesh settings [unknown-setting]
                    4 |   meshConfig: {gatewayTopology: {numTrustedProxies: 1}}
                      |                ^~~~~~~~~~~~~~~ expected one of the fields of the mesh settings
                      = hint: `gatewayTopology` is a field of `defaultConfig`: indent it below that
                """),
        DiagnosticCase(
            .invalidNumber, .meshSettings, why: "fewer than none",
            bad: "{defaultConfig: {gatewayTopology: {numTrustedProxies: -1}}}",
            good: "{defaultConfig: {gatewayTopology: {numTrustedProxies: 0}}}",
            text: """
                p.yaml:4:69: error: `-1` is out of range for `numTrustedProxies` [invalid-number]
                    4 |   meshConfig: {defaultConfig: {gatewayTopology: {numTrustedProxies: -1}}}
                      |                                                                     ^~ expected a number from 0 to 4294967295
                """),
        DiagnosticCase(
            .wrongType, .meshSettings, why: "text is no number",
            bad: #"{defaultConfig: {gatewayTopology: {numTrustedProxies: "2"}}}"#,
            good: "{defaultConfig: {gatewayTopology: {numTrustedProxies: 2}}}",
            text: """
                p.yaml:4:69: error: `numTrustedProxies` is text, not a number [wrong-type]
                    4 |   meshConfig: {defaultConfig: {gatewayTopology: {numTrustedProxies: "2"}}}
                      |                                                                     ^~~ expected a number from 0 to 4294967295
                      = hint: write it without quotes
                """),
        DiagnosticCase(
            .emptyValue, .meshSettings, why: "an empty name",
            bad: #"{trustDomain: ""}"#,
            good: "{trustDomain: null}",
            text: """
                p.yaml:4:29: error: `trustDomain` is empty [empty-value]
                    4 |   meshConfig: {trustDomain: ""}
                      |                             ^~ expected text
                """),
        DiagnosticCase(
            .invalidProvider, .meshSettings, why: "no port",
            bad: "{extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: s}}]}",
            good: "{extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: s, port: 9000}}]}",
            text: """
                p.yaml:4:66: warning: the provider `a` is invalid: it has no `port` [invalid-provider]
                    4 |   meshConfig: {extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: s}}]}
                      |                                                                  ^~~~~~~~~~~~ requests that match its CUSTOM policies are denied
                """),
        DiagnosticCase(
            .invalidProvider, .meshSettings, why: "a capital letter",
            bad: "{extensionProviders: [{name: A, envoyExtAuthzHttp: {service: s, port: 80}}]}",
            good: "{extensionProviders: [{name: a, envoyExtAuthzHttp: {service: s, port: 80}}]}",
            text: """
                p.yaml:4:44: warning: the provider `A` is invalid: its name is not made of `a` to `z`, `0` to `9` and `-` [invalid-provider]
                    4 |   meshConfig: {extensionProviders: [{name: A, envoyExtAuthzHttp: {service: s, port: 80}}]}
                      |                                            ^ requests that match its CUSTOM policies are denied
                """),
        DiagnosticCase(
            .invalidProvider, .meshSettings, why: "a path begins with a slash",
            bad: "{extensionProviders: [{name: a, envoyExtAuthzHttp: {service: s, port: 80, pathPrefix: check}}]}",
            good: "{extensionProviders: [{name: a, envoyExtAuthzHttp: {service: s, port: 80, pathPrefix: /check}}]}",
            text: """
                p.yaml:4:101: warning: the provider `a` is invalid: `pathPrefix` does not begin with `/` [invalid-provider]
                    4 | … fig: {extensionProviders: [{name: a, envoyExtAuthzHttp: {service: s, port: 80, pathPrefix: check}}]}
                      |                                                                                              ^~~~~ requests that match its CUSTOM policies are denied
                """),
        DiagnosticCase(
            .invalidProvider, .meshSettings, why: "a lone star",
            bad:
                #"{extensionProviders: [{name: a, envoyExtAuthzHttp: {service: s, port: 80, headersToUpstreamOnAllow: ["*"]}}]}"#,
            good:
                #"{extensionProviders: [{name: a, envoyExtAuthzHttp: {service: s, port: 80, headersToUpstreamOnAllow: ["x-*"]}}]}"#,
            text: """
                p.yaml:4:116: warning: the provider `a` is invalid: a lone `*` is no pattern of header names [invalid-provider]
                    4 | … nProviders: [{name: a, envoyExtAuthzHttp: {service: s, port: 80, headersToUpstreamOnAllow: ["*"]}}]}
                      |                                                                                               ^~~ requests that match its CUSTOM policies are denied
                """),
        DiagnosticCase(
            .invalidProvider, .meshSettings, why: "a name stands twice",
            bad:
                "{extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: s, port: 80}}, {name: a, envoyExtAuthzGrpc: {service: s, port: 80}}]}",
            good:
                "{extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: s, port: 80}}, {name: b, envoyExtAuthzGrpc: {service: s, port: 80}}]}",
            text: """
                p.yaml:4:98: warning: the provider `a` is invalid: its name is used twice [invalid-provider]
                    4 | … , envoyExtAuthzGrpc: {service: s, port: 80}}, {name: a, envoyExtAuthzGrpc: {service: s, port: 80}}]}
                      |                                                        ^ requests that match its CUSTOM policies are denied
                """),
        DiagnosticCase(
            .invalidProvider, .meshSettings, why: "a status that is none",
            bad: "{extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: s, port: 80, statusOnError: 999}}]}",
            good:
                #"{extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: s, port: 80, statusOnError: "503"}}]}"#,
            text: """
                p.yaml:4:104: warning: the provider `a` is invalid: `statusOnError` is no HTTP status [invalid-provider]
                    4 | … ig: {extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: s, port: 80, statusOnError: 999}}]}
                      |                                                                                                ^~~ requests that match its CUSTOM policies are denied
                """),
    ]

    @Test("mesh settings are read or refused", arguments: cases)
    func refusal(_ row: DiagnosticCase) { row.check() }
}
