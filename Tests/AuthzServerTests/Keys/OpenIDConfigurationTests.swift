import AuthzServer
import Testing

@Suite struct OpenIDConfigurationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var document: String, error: OpenIDConfiguration.ParseError?, why: String
        var testDescription: String { why }
    }

    @Test(
        "RA 111, RA 112: a configuration counts if it says where the keys are",
        arguments: [
            Case(
                document: #"{"issuer":"https://a.example","jwks_uri":"https://k.example/"}"#, error: nil,
                why: "it does"),
            Case(
                document: #"{"issuer":"https://b.example","jwks_uri":"https://k.example/"}"#, error: nil,
                why: "istiod does not compare the issuer"),
            Case(document: #"{"jwks_uri":"https://k.example/"}"#, error: nil, why: "nor asks for one"),
            Case(document: #"{"issuer":"https://a.example"}"#, error: .noKeySetURL, why: "no URL of keys"),
            Case(document: #"{"jwks_uri":1}"#, error: .noKeySetURL, why: "a number"),
            Case(document: #"["https://k.example/"]"#, error: .noKeySetURL, why: "no object"),
            Case(document: "<html>", error: .notJSON, why: "a page"),
            Case(document: "", error: .notJSON, why: "nothing"),
        ])
    func parse(_ c: Case) {
        let parsed = Result { () throws(OpenIDConfiguration.ParseError) in
            try OpenIDConfiguration(parsing: Array(c.document.utf8).span).jwksURL
        }
        #expect(parsed == c.error.map { .failure($0) } ?? .success("https://k.example/"))
    }

    @Test("no part of a configuration is one")
    func prefixes() {
        let document = Array(#"{"issuer":"https://a.example","jwks_uri":"https://k.example/"}"#.utf8)
        for count in document.indices {
            #expect(throws: OpenIDConfiguration.ParseError.notJSON) {
                try OpenIDConfiguration(parsing: Array(document[..<count]).span)
            }
        }
    }
}
