import AuthzServer
import Testing

@Suite struct ListenAddressTests {
    @Test(
        "a host and a port",
        arguments: [
            ("127.0.0.1:9191", "127.0.0.1:9191"), ("localhost:0", "localhost:0"), ("[::1]:65535", "[::1]:65535"),
            (":80", "0.0.0.0:80"),
        ])
    func valid(text: String, shown: String) {
        #expect(ListenAddress(text)?.description == shown)
    }

    @Test(
        "anything else is refused",
        arguments: ["", "9191", "a:", "a:b", "a:65536", "a:-1", "a:+1", "::1:80", "[a]:80", "[::1]", "[::1:80", "a:1 "])
    func invalid(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
