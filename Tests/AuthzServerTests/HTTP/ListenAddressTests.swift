import AuthzServer
import Testing

@Suite struct ListenAddressTests {
    @Test(
        "a host and a port, or the path of a Unix socket",
        arguments: [
            ("127.0.0.1:9191", "127.0.0.1:9191"), ("localhost:0", "localhost:0"), ("[::1]:65535", "[::1]:65535"),
            (":80", "0.0.0.0:80"), ("unix:/run/a.sock", "unix:/run/a.sock"), ("unix:a:80", "unix:a:80"),
            ("unix:///run/a.sock", "unix:///run/a.sock"),
        ])
    func valid(text: String, shown: String) {
        #expect(ListenAddress(text)?.description == shown)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "9191", "a:", "a:b", "a:65536", "a:-1", "a:+1", "::1:80", "[a]:80", "[::1]", "[::1:80", "a:1 ", "unix:",
            "unix:/run/", "unix:a\0b",
        ])
    func invalid(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test("a path is as long as the system has room for")
    func longPath() {
        #expect(ListenAddress("unix:/" + String(repeating: "a", count: 106)) != nil)
        #expect(ListenAddress("unix:/" + String(repeating: "a", count: 107)) == nil)
    }

    @Test("the port of an address can be another; a Unix socket has none")
    func port() {
        var address = ListenAddress(host: "::1", port: 1)
        address.port = 2
        #expect(address.description == "[::1]:2")
        var socket = ListenAddress.unixSocket(path: "a")
        socket.port = 2
        #expect(socket == .unixSocket(path: "a"))
        #expect(socket.port == 0)
    }
}
