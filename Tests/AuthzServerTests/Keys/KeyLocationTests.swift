import AuthzServer
import Testing

@Suite struct KeyLocationTests {
    @Test(
        "RA 111: discovery asks below the issuer without one trailing slash",
        arguments: [
            ("https://a.example", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example/", "https://a.example/.well-known/openid-configuration"),
            ("https://a.example//", "https://a.example//.well-known/openid-configuration"),
            ("https://a.example/realms/x", "https://a.example/realms/x/.well-known/openid-configuration"),
        ])
    func discovery(issuer: String, url: String) {
        #expect(KeyLocation.discovery(issuer: issuer).firstURL == url)
    }

    @Test(
        "what may be secret in a URL is not shown",
        arguments: [
            ("https://user:secret@a.example/keys", "https://a.example/keys"),
            ("https://a.example/keys?token=secret", "https://a.example/keys"),
            ("https://a.example/a@b", "https://a.example/a@b"),
            ("nonsense", "nonsense"),
        ])
    func description(url: String, shown: String) {
        #expect("\(KeyLocation.url(url))" == shown)
    }
}
