import Foundation
import Testing

/// An upstream that answers with the request headers that reached it: a HAProxy, which keeps every name as it came.
struct HeaderEcho {
    /// The lines of an answer in lower case; HAProxy escapes the ends of lines.
    static func lines(of reply: HTTPResponse) -> [String] {
        reply.body.lowercased().split(separator: "%0d%0a").map(String.init)
    }

    let address: Address
    private let child: Child
    private let folder: TemporaryFolder

    init() throws {
        self = try FreePort.withRetries { try HeaderEcho(port: FreePort.find()) }
    }

    private init(port: UInt16) throws {
        folder = try TemporaryFolder()
        let file = try folder.write(
            """
            defaults
                mode http
                timeout connect 5s
                timeout client 30s
                timeout server 30s
            frontend echo
                bind 127.0.0.1:\(port)
                http-request return status 200 content-type text/plain lf-string "%[req.hdrs]"

            """, to: "echo.cfg")
        child = try Child(URL(filePath: "/usr/sbin/haproxy"), ["-f", file.path()])
        address = try FreePort.wait(for: #require(Address("127.0.0.1:\(port)")), of: child)
    }
}
