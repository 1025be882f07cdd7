import Foundation
import Testing

/// How `authz serve` ends, whatever stands in its way.
@Suite(.timeLimit(.minutes(5))) struct StopTests {
    /// Half a request: it is in flight as long as its connection is open.
    private static let half = "POST /v1/check HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n"

    @Test("a second signal ends a drain at once", arguments: [SIGTERM, SIGINT])
    func second(signal: Int32) throws {
        let server = try RunningServer("--drain-timeout", "10m")
        let socket = try HTTP.connect(to: server.checks)
        defer { close(socket) }
        _ = Self.half.withCString { send(socket, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
        var piece = [UInt8](repeating: 0, count: 100)
        #expect(recv(socket, &piece, piece.count, 0) > 0, "it has begun to receive")
        server.child.stop()
        _ = try poll("drain") { try HTTP.send("GET", "/readyz", to: server.admin).status == 503 ? true : nil }
        try server.child.checkRunning()
        server.child.stop(signal)
        #expect(try server.child.exitStatus() == 1)
    }

    @Test("under a drain delay checks are accepted while the server says that it is not ready")
    func delay() throws {
        let server = try RunningServer("--drain-timeout", "10m", "--drain-delay", "10m")
        server.child.stop()
        _ = try poll("drain") { try HTTP.send("GET", "/readyz", to: server.admin).status == 503 ? true : nil }
        #expect(try server.check("GET", "/account", token: Example.alice).status == 200)
        server.child.stop()
        #expect(try server.child.exitStatus() == 1)
    }

    @Test("a server whose messages nobody reads listens, answers and ends")
    func unreadMessages() throws {
        let folder = try TemporaryFolder()
        let policies = """
            apiVersion: v1
            kind: Pod
            metadata: {name: api, namespace: production, labels: {app: api}}
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: odd, namespace: production}
            spec: {selector: {matchLabels: {}}, action: DENY, rules: [{}]}
            """
        try folder.write(policies, to: "policies.yaml")
        try FreePort.withRetries {
            let admin = try #require(Address("127.0.0.1:\(FreePort.find())"))
            let process = Process()
            process.executableURL = Repository.authz
            process.arguments = [
                "serve", "-p", folder.url.path(), "--listen", "127.0.0.1:0", "--admin-listen", "\(admin)",
                "--decision-log",
            ]
            process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("AUTHZ_") }
            process.standardInput = FileHandle.nullDevice
            let errors = Pipe()
            try Self.fill(errors.fileHandleForWriting.fileDescriptor)
            process.standardError = errors
            try process.run()
            defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
            _ = try poll("answer") { () -> Bool? in
                guard process.isRunning else { throw TimedOut(description: "ended") }
                do {
                    return try HTTP.send("GET", "/readyz", to: admin).status == 200 ? true : nil
                } catch let error as HTTP.SocketError where error.code == ECONNREFUSED {
                    return nil
                }
            }
            kill(process.processIdentifier, SIGTERM)
            try poll("end", within: .seconds(60)) { process.isRunning ? nil : () }
            #expect(process.terminationReason == .exit)
            #expect(process.terminationStatus == 0)
        }
    }

    /// Writes to a pipe until it has no room.
    private static func fill(_ descriptor: Int32) throws {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        let piece = [UInt8](repeating: 10, count: 4096)
        while write(descriptor, piece, piece.count) > 0 {}
        while write(descriptor, piece, 1) > 0 {}
        #expect(errno == EAGAIN)
        _ = fcntl(descriptor, F_SETFL, 0)
    }

    @Test("a signal to read again that comes during the first load does not end the server")
    func hangUpAtStart() throws {
        let folder = try TemporaryFolder()
        var policies = "apiVersion: v1\nkind: Pod\nmetadata: {name: api, namespace: production}\n"
        for number in 0..<3000 {
            policies += """
                ---
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: p\(number), namespace: production}
                spec: {rules: [{to: [{operation: {paths: [/\(number)]}}]}]}

                """
        }
        try folder.write(policies, to: "policies.yaml")
        let child = try Child(
            Repository.authz,
            ["serve", "-p", folder.url.path(), "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "-v"])
        // From the moment on at which the signal is caught until the server is ready: in between it loads.
        try poll("handler") { try Self.catches(SIGHUP, child) ? () : nil }
        try poll("ready line") {
            child.stop(SIGHUP)
            try child.checkRunning()
            return try child.errors.contains("authz: checks on ") ? () : nil
        }
    }

    private static func catches(_ signal: Int32, _ child: Child) throws -> Bool {
        try child.checkRunning()
        let status = try String(contentsOfFile: "/proc/\(child.processIdentifier)/status", encoding: .utf8)
        guard let line = status.firstMatch(of: /SigCgt:\s*([0-9a-f]+)/), let mask = UInt64(line.1, radix: 16) else {
            return false
        }
        return mask & (1 << UInt64(signal - 1)) != 0
    }

    @Test("where a standard stream is closed, nothing else is taken for it")
    func closedStreams() throws {
        try FreePort.withRetries {
            let admin = try #require(Address("127.0.0.1:\(FreePort.find())"))
            let child = try Child(
                URL(filePath: "/bin/sh"),
                [
                    "-c", "exec \"$0\" serve --listen 127.0.0.1:0 --admin-listen \"$1\" <&- >&- 2>&-",
                    Repository.authz.path(), "\(admin)",
                ])
            _ = try FreePort.wait(for: admin, of: child)
            for descriptor in 0...2 {
                let link = "/proc/\(child.processIdentifier)/fd/\(descriptor)"
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "/dev/null")
            }
            child.stop()
            #expect(try child.exitStatus() == 0)
        }
    }
}
