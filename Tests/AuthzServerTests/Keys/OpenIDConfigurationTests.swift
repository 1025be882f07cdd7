import AuthzServer
import Testing

@Suite struct OpenIDConfigurationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var document: String, error: OpenIDConfiguration.ParseError?, why: String
        var testDescription: String { why }
    }

    @Test(
        "RA 111, RA 112: a configuration counts if it is of the issuer and says where the keys are",
        arguments: [
            Case(
                document: #"{"issuer":"https://a.example","jwks_uri":"https://k.example/"}"#, error: nil,
                why: "it is and does"),
            Case(
                document: #"{"issuer":"https://a.example/","jwks_uri":"https://k.example/"}"#,
                error: .otherIssuer("https://a.example/"), why: "a slash makes another issuer"),
            Case(
                document: #"{"issuer":"https://A.example","jwks_uri":"https://k.example/"}"#,
                error: .otherIssuer("https://A.example"), why: "so does a capital: it is no comparison of URLs"),
            Case(
                document: #"{"issuer":"https://b.example","jwks_uri":"https://k.example/"}"#,
                error: .otherIssuer("https://b.example"), why: "another tenant of the host"),
            Case(document: #"{"jwks_uri":"https://k.example/"}"#, error: .noIssuer, why: "no issuer"),
            Case(document: #"{"issuer":["https://a.example"]}"#, error: .noIssuer, why: "a list of issuers"),
            Case(document: #"{"issuer":"https://a.example"}"#, error: .noKeySetURL, why: "no URL of keys"),
            Case(document: #"{"issuer":"https://a.example","jwks_uri":1}"#, error: .noKeySetURL, why: "a number"),
            Case(document: #"["https://a.example"]"#, error: .noIssuer, why: "no object"),
            Case(document: "<html>", error: .notJSON, why: "a page"),
            Case(document: "", error: .notJSON, why: "nothing"),
        ])
    func parse(_ c: Case) {
        let parsed = Result { () throws(OpenIDConfiguration.ParseError) in
            try OpenIDConfiguration(parsing: Array(c.document.utf8).span, of: "https://a.example").jwksURL
        }
        #expect(parsed == c.error.map { .failure($0) } ?? .success("https://k.example/"))
    }

    @Test("no part of a configuration is one")
    func prefixes() {
        let document = Array(#"{"issuer":"https://a.example","jwks_uri":"https://k.example/"}"#.utf8)
        for count in document.indices {
            #expect(throws: OpenIDConfiguration.ParseError.notJSON) {
                try OpenIDConfiguration(parsing: Array(document[..<count]).span, of: "https://a.example")
            }
        }
    }

    @Test("SR-41: what another issuer's name hides stays hidden")
    func secrets() {
        let error = OpenIDConfiguration.ParseError.otherIssuer("https://u:secret@b.example/?t=secret")
        #expect("\(error)" == "the OpenID configuration is that of another issuer, `https://b.example/`")
    }
}
