import Foundation
import Testing

/// What `authz test` prints to be pasted.
@Suite struct SuiteCommandTests {
    @Test("the command below a failed case explains that case, and says what would be allowed")
    func explains() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(
            at: folder.url.appending(path: "set"), withDestinationURL: Repository.root.appending(path: "policies"))
        _ = try folder.write(
            """
            sources: {frontend: {principal: cluster.local/ns/production/sa/frontend}}
            tests:
            - name: the frontend's orders & "more"
              source: frontend
              destination: {workload: production/api, port: 8080}
              request: {method: [GET, PUT], path: /api/v1/orders}
              expect: allow
            """, to: "it's a_test.yaml")
        let failed = try shell("authz test -p set \"it's a_test.yaml\"", in: folder)
        #expect(failed.status == 1)
        let line = try #require(failed.output.split(separator: "\n").first { $0.hasPrefix("  more: ") })
        let explained = try shell(String(line.dropFirst("  more: ".count)), in: folder)
        #expect(explained.status == 0, "\(line)\n\(explained.errors)")
        #expect(explained.output.hasPrefix("DENY 403  no ALLOW policy matched\n"), "\(explained.output)")
        #expect(explained.output.contains("\n    request.method  `PUT` → `POST`\n"), "\(explained.output)")
    }

    private func shell(_ command: String, in folder: TemporaryFolder) throws -> CommandResult {
        let path = "\(Repository.authz.deletingLastPathComponent().path()):/usr/bin:/bin"
        return try Child(
            URL(filePath: "/bin/sh"), ["-c", command], in: folder.url, environment: ["PATH": path]
        ).result(within: .seconds(60))
    }
}
