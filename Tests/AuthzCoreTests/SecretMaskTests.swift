import AuthzCore
import Testing

@Suite struct SecretMaskTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var line: String, shown: String, why: String
        var testDescription: String { why }
    }

    @Test(
        "a diagnostic shows no token and no secret key",
        arguments: [
            Case(line: "token: eyJhbGciOi.J9.x_-", shown: "token: •••••••••••••••••", why: "a compact token"),
            Case(
                line: "token: IHsiYWxnIjoi.e30.c2lnbmF0dXJl", shown: "token: •••••••••••••••••••••••••••••",
                why: "a header that begins with a blank"),
            Case(line: "host: viewer.prod.example-a", shown: "host: viewer.prod.example-a", why: "a name with dots"),
            Case(line: "name: eye", shown: "name: eye", why: "a word that begins almost like one"),
            Case(
                line: #"jwks: '{"keys":[{"kty":"oct","k":"c2Vj"}'"#,
                shown: #"jwks: '{"keys":[{"kty":"oct","k":"••••"}'"#,
                why: "a symmetric key"),
            Case(
                line: #"jwks: "{\"kty\":\"EC\",\"d\": \"c2Vj\"}""#, shown: #"jwks: "{\"kty\":\"EC\",\"d\": \"•••••"}""#,
                why: "a private key in a quoted scalar"),
            Case(line: #"{"kid":"k","x":"public"}"#, shown: #"{"kid":"k","x":"public"}"#, why: "public members stay"),
            Case(
                line: "headers: {Authorization: Basic dXNlcg==, x: y}",
                shown: "headers: {Authorization: ••••• ••••••••, x: y}",
                why: "credentials of any scheme"),
            Case(
                line: "jwks: {https://u:p@w@h.example/k?sig=c2Vj&v=1#f: []}",
                shown: "jwks: {https://•••••@h.example/k?••••••••••••••• []}",
                why: "user, password and query of a URL"),
            Case(
                line: #"jwksUri: "https://h.example?a" # https://x@y"#,
                shown: #"jwksUri: "https://h.example?•" # https://•@y"#,
                why: "of each URL"),
            Case(line: "uri: https://h.example/a@b", shown: "uri: https://h.example/a@b", why: "a path stays"),
            Case(line: "paths: [/a?b=c@d]", shown: "paths: [/a?b=c@d]", why: "and what is no URL"),
            Case(line: "name: authorization", shown: "name: authorization", why: "the word alone"),
        ])
    func excerpt(_ c: Case) {
        var sources = SourceTexts()
        sources.insert(Array(c.line.utf8), file: "a.yaml")
        let diagnostic = Diagnostic(
            .error, .unknownField, at: SourceLocation(file: "a.yaml", line: 1, column: 1), "it is wrong", label: "here")
        let lines = DiagnosticRenderer(sources: sources).text(of: diagnostic).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1] == "    1 | \(c.shown)")
    }
}
