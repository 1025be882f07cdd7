import Foundation
import Testing

/// A client of another make, which learns the protocol from the server itself.
@Suite struct GRPCClientTests {
    @Test("grpcio finds the services by reflection, and is answered")
    func calls() throws {
        let server = try RunningServer()
        let client = try Child(
            Repository.root.appending(path: ".venv/bin/python"),
            ["Tests/EndToEndTests/Scripts/grpc_client.py", "\(server.checks)", Example.alice])
        let status = try client.exitStatus()
        let errors = try client.errors
        #expect(status == 0, "\(errors)")
        let expected = """
            {"allowed": {"okResponse": {"headersToRemove": ["x-auth-subject"]}, "status": {}}, \
            "compressed": "0a020807", \
            "denied": {"deniedResponse": {"body": "RBAC: access denied", "status": {"code": "Forbidden"}}, "status": {"code": 7}}, \
            "forged": {"code": "Unauthorized"}, \
            "health": {"status": "SERVING"}, "healthOfAuthorization": {"status": "SERVING"}, "healthOfNone": "NOT_FOUND", \
            "large": {"okResponse": {"headersToRemove": ["x-auth-subject"]}, "status": {}}, \
            "services": ["envoy.service.auth.v3.Authorization", "grpc.health.v1.Health", \
            "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"], \
            "stranger": {"deniedResponse": {"body": "RBAC: access denied", "status": {"code": "Forbidden"}}, "status": {"code": 7}}, \
            "token": {"okResponse": {"headers": [{"appendAction": "OVERWRITE_IF_EXISTS_OR_ADD", \
            "header": {"key": "x-auth-subject", "value": "alice"}}]}, "status": {}}, \
            "tooLarge": "0a020807", "unknown": "UNIMPLEMENTED", "unreadable": "0a020807"}
            """
        #expect(try client.output.trimmingCharacters(in: .newlines) == expected)
    }

    @Test("curl gets over HTTP/2 what it gets over HTTP/1.1")
    func http2() throws {
        let server = try RunningServer()
        for path in ["/workload/production/api/check/account", "/workload/production/none/check/", "/other"] {
            let answers = try ["--http1.1", "--http2-prior-knowledge"].map { version in
                let child = try Child(
                    URL(filePath: "/usr/bin/curl"),
                    ["-s", version, "-w", "%{http_code} %{content_type}", "http://\(server.checks)\(path)"])
                #expect(try child.exitStatus() == 0)
                return try child.output
            }
            #expect(answers[0] == answers[1])
        }
    }
}
