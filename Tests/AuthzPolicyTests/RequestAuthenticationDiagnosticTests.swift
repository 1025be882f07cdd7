import AuthzCore
import Testing

@Suite struct RequestAuthenticationDiagnosticTests {
    static let cases: [DiagnosticCase] = [
        DiagnosticCase(
            .missingField, .requestAuthentication, why: "keys alone do not say whose tokens they are for",
            bad: #"{jwtRules: [{jwks: "{}"}]}"#,
            good: #"{jwtRules: [{issuer: a, jwks: "{}"}]}"#,
            text: """
                p.yaml:4:19: error: a rule has neither `issuer` nor `jwksUri` [missing-field]
                    4 | spec: {jwtRules: [{jwks: "{}"}]}
                      |                   ^~~~~~~~~~~~ expected the issuer whose tokens are accepted
                """),
        DiagnosticCase(
            .secretKey, .requestAuthentication, why: "PA 50: a private key",
            bad: #"{jwtRules: [{issuer: a, jwks: '{"keys": [{"kty": "RSA"}, {"kty": "RSA", "d": "AQAB"}]}'}]}"#,
            good: #"{jwtRules: [{issuer: a, jwks: '{"keys": [{"kty": "RSA"}, {"kty": "RSA", "e": "AQAB"}]}'}]}"#,
            text: """
                p.yaml:4:37: warning: `keys[1]` of `jwks` is a private key [secret-key]
                    4 | spec: {jwtRules: [{issuer: a, jwks: '{"keys": [{"kty": "RSA"}, {"kty": "RSA", "d": "••••"}]}'}]}
                      |                                     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ \
                whoever reads the policy can sign tokens with it
                """),
        DiagnosticCase(
            .secretKey, .requestAuthentication, why: "PA 50: a symmetric key",
            bad: #"{jwtRules: [{issuer: a, jwks: '{"keys": [{"kty": "oct", "k": "AQAB"}]}'}]}"#,
            good: #"{jwtRules: [{issuer: a, jwks: '{"keys": [{"kty": "OKP", "k": "AQAB"}]}'}]}"#,
            text: """
                p.yaml:4:37: warning: `keys[0]` of `jwks` is a symmetric key [secret-key]
                    4 | spec: {jwtRules: [{issuer: a, jwks: '{"keys": [{"kty": "oct", "k": "••••"}]}'}]}
                      |                                     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ \
                whoever reads the policy can sign tokens with it
                """),
        DiagnosticCase(
            .emptyValue, .requestAuthentication, why: "an empty issuer is written",
            bad: #"{jwtRules: [{issuer: ""}]}"#,
            good: "{jwtRules: [{issuer: a}]}",
            text: """
                p.yaml:4:28: error: `issuer` is empty [empty-value]
                    4 | spec: {jwtRules: [{issuer: ""}]}
                      |                            ^~ expected text
                """),
        DiagnosticCase(
            .emptyValue, .requestAuthentication, why: "an empty audience",
            bad: #"{jwtRules: [{issuer: a, audiences: [""]}]}"#,
            good: "{jwtRules: [{issuer: a, audiences: [b]}]}",
            text: """
                p.yaml:4:43: error: a value of `audiences` is empty [empty-value]
                    4 | spec: {jwtRules: [{issuer: a, audiences: [""]}]}
                      |                                           ^~ expected text
                """),
        DiagnosticCase(
            .invalidURL, .requestAuthentication, why: "another scheme",
            bad: #"{jwtRules: [{jwksUri: "ftp://a/b"}]}"#,
            good: #"{jwtRules: [{jwksUri: "http://a/b"}]}"#,
            text: """
                p.yaml:4:29: error: `ftp://a/b` is not a URL of keys [invalid-url]
                    4 | spec: {jwtRules: [{jwksUri: "ftp://a/b"}]}
                      |                             ^~~~~~~~~~~ expected `https://` or `http://`
                """),
        DiagnosticCase(
            .invalidURL, .requestAuthentication, why: "no host",
            bad: #"{jwtRules: [{jwksUri: "https:///b"}]}"#,
            good: #"{jwtRules: [{jwksUri: "https://[::1]:8443/b"}]}"#,
            text: """
                p.yaml:4:29: error: `https:///b` is not a URL of keys [invalid-url]
                    4 | spec: {jwtRules: [{jwksUri: "https:///b"}]}
                      |                             ^~~~~~~~~~~~ expected a host after `https://`
                """),
        DiagnosticCase(
            .invalidURL, .requestAuthentication, why: "no port",
            bad: #"{jwtRules: [{jwksUri: "https://a:70000/b"}]}"#,
            good: #"{jwtRules: [{jwks_uri: "https://a:443/b"}]}"#,
            text: """
                p.yaml:4:29: error: `https://a:70000/b` is not a URL of keys [invalid-url]
                    4 | spec: {jwtRules: [{jwksUri: "https://a:70000/b"}]}
                      |                             ^~~~~~~~~~~~~~~~~~~ expected a port from 1 to 65535
                """),
        DiagnosticCase(
            .invalidURL, .requestAuthentication, why: "a blank",
            bad: #"{jwtRules: [{jwksUri: "https://a/b c"}]}"#,
            good: #"{jwtRules: [{jwksUri: "https://a/b%20c"}]}"#,
            text: """
                p.yaml:4:29: error: `https://a/b c` is not a URL of keys [invalid-url]
                    4 | spec: {jwtRules: [{jwksUri: "https://a/b c"}]}
                      |                             ^~~~~~~~~~~~~~~ a URL has no blanks
                """),
        DiagnosticCase(
            .conflictingFields, .requestAuthentication, why: "two places for the keys",
            bad: #"{jwtRules: [{issuer: a, jwks: "{}", jwksUri: "https://a"}]}"#,
            good: #"{jwtRules: [{issuer: a, jwks: "{}"}]}"#,
            text: """
                p.yaml:4:31: error: `jwks` cannot stand beside `jwksUri` [conflicting-fields]
                    4 | spec: {jwtRules: [{issuer: a, jwks: "{}", jwksUri: "https://a"}]}
                      |                               ^~~~ expected one place for the keys
                """),
        DiagnosticCase(
            .wrongType, .requestAuthentication, why: "the key set is text",
            bad: "{jwtRules: [{issuer: a, jwks: {keys: []}}]}",
            good: #"{jwtRules: [{issuer: a, jwks: "{keys: []}"}]}"#,
            text: """
                p.yaml:4:37: error: `jwks` is a mapping, not text [wrong-type]
                    4 | spec: {jwtRules: [{issuer: a, jwks: {keys: []}}]}
                      |                                     ^~~~~~~~~~ expected the key set as JSON text
                      = hint: write `jwks: |` and the JSON below it
                """),
        DiagnosticCase(
            .missingField, .requestAuthentication, why: "a place without a name",
            bad: "{jwtRules: [{issuer: a, fromHeaders: [{prefix: b}]}]}",
            good: "{jwtRules: [{issuer: a, fromHeaders: [{name: b}]}]}",
            text: """
                p.yaml:4:45: error: `name` is missing in `fromHeaders` [missing-field]
                    4 | spec: {jwtRules: [{issuer: a, fromHeaders: [{prefix: b}]}]}
                      |                                             ^~~~~~~~~~~ expected `name`
                """),
        DiagnosticCase(
            .invalidHeaderName, .requestAuthentication, why: "a blank in a name",
            bad: #"{jwtRules: [{issuer: a, outputClaimToHeaders: [{header: "a b", claim: sub}]}]}"#,
            good: "{jwtRules: [{issuer: a, outputClaimToHeaders: [{header: a_b-C, claim: sub}]}]}",
            text: """
                p.yaml:4:63: error: `a b` is not a header name [invalid-header-name]
                    4 | spec: {jwtRules: [{issuer: a, outputClaimToHeaders: [{header: "a b", claim: sub}]}]}
                      |                                                               ^~~~~ expected letters, digits, `-` and `_`
                """),
        DiagnosticCase(
            .wrongType, .requestAuthentication, why: "text is no Boolean",
            bad: #"{jwtRules: [{issuer: a, forwardOriginalToken: "true"}]}"#,
            good: "{jwtRules: [{issuer: a, forwardOriginalToken: true}]}",
            text: """
                p.yaml:4:53: error: `forwardOriginalToken` is text, not a Boolean [wrong-type]
                    4 | spec: {jwtRules: [{issuer: a, forwardOriginalToken: "true"}]}
                      |                                                     ^~~~~~ expected true or false
                      = hint: write `true`
                """),
        DiagnosticCase(
            .invalidDuration, .requestAuthentication, why: "a time span has a unit",
            bad: "{jwtRules: [{issuer: a, timeout: 5}]}",
            good: "{jwtRules: [{issuer: a, timeout: 5s}]}",
            text: """
                p.yaml:4:40: error: `5` is not a time span [invalid-duration]
                    4 | spec: {jwtRules: [{issuer: a, timeout: 5}]}
                      |                                        ^ expected a number with a unit, such as `5s` or `250ms`
                """),
        DiagnosticCase(
            .invalidDuration, .requestAuthentication, why: "below a millisecond",
            bad: "{jwtRules: [{issuer: a, timeout: 500us}]}",
            good: "{jwtRules: [{issuer: a, timeout: 1ms}]}",
            text: """
                p.yaml:4:40: error: `timeout` is out of range [invalid-duration]
                    4 | spec: {jwtRules: [{issuer: a, timeout: 500us}]}
                      |                                        ^~~~~ expected whole milliseconds, at least `1ms`
                """),
        DiagnosticCase(
            .invalidDuration, .requestAuthentication, why: "half a millisecond",
            bad: "{jwtRules: [{issuer: a, timeout: 1.0005s}]}",
            good: "{jwtRules: [{issuer: a, timeout: 1.001s}]}",
            text: """
                p.yaml:4:40: error: `timeout` is out of range [invalid-duration]
                    4 | spec: {jwtRules: [{issuer: a, timeout: 1.0005s}]}
                      |                                        ^~~~~~~ expected whole milliseconds, at least `1ms`
                """),
        DiagnosticCase(
            .unknownField, .requestAuthentication, why: "a field of later versions",
            bad: "{jwtRules: [{issuer: a, presence: REQUIRED}]}",
            good: "{jwtRules: [{issuer: a}]}",
            text: """
                p.yaml:4:31: error: unknown field `presence` in `jwtRules` [unknown-field]
                    4 | spec: {jwtRules: [{issuer: a, presence: REQUIRED}]}
                      |                               ^~~~~~~~ expected one of the fields of `jwtRules`
                      = hint: its fields are `issuer`, `audiences`, `jwksUri`, `jwks`, `fromHeaders`, `fromParams`, `fromCookies`, `outputPayloadToHeader`, `outputClaimToHeaders`, `forwardOriginalToken`, `spaceDelimitedClaims`, `timeout`
                """),
        DiagnosticCase(
            .tooManyValues, .requestAuthentication, why: "the 65th claim",
            bad:
                "{jwtRules: [{issuer: a, spaceDelimitedClaims: [a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a]}]}",
            good:
                "{jwtRules: [{issuer: a, spaceDelimitedClaims: [a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a]}]}",
            text: """
                p.yaml:4:31: error: `spaceDelimitedClaims` has 65 entries [too-many-values]
                    4 | spec: {jwtRules: [{issuer: a, spaceDelimitedClaims: [a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, …
                      |                               ^~~~~~~~~~~~~~~~~~~~ at most 64
                """),
    ]

    @Test("a RequestAuthentication that admission refuses is refused", arguments: cases)
    func refusal(_ row: DiagnosticCase) { row.check() }
}
