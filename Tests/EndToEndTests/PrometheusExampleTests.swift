import Foundation
import Testing

/// The configuration and the alerts of `examples/prometheus`.
@Suite(.timeLimit(.minutes(5))) struct PrometheusExampleTests {
    private static let alerts = "examples/prometheus/alerts.yaml"

    private static func promtool(_ arguments: String...) throws -> (status: Int32, text: String) {
        let child = try Child(URL(filePath: "/usr/bin/env"), ["promtool"] + arguments)
        return (try child.exitStatus(), try child.output + child.errors)
    }

    @Test(
        "promtool finds nothing wrong, and the tests of the alerts pass",
        arguments: [
            ["check", "config", "examples/prometheus/prometheus.yml"], ["check", "rules", Self.alerts],
            ["test", "rules", "examples/prometheus/alerts_test.yaml"],
        ])
    func promtool(_ arguments: [String]) throws {
        let (status, text) = try Self.promtool(arguments[0], arguments[1], arguments[2])
        #expect(status == 0, "\(text)")
    }

    @Test("the job for Kubernetes, taken in, looks at the admin port of examples/kubernetes")
    func kubernetesJob() throws {
        let text = try Repository.text(of: "examples/prometheus/prometheus.yml")
        let parts = text.split(separator: "\n# - job_name", maxSplits: 1)
        try #require(parts.count == 2)
        // Debian's promtool has no Kubernetes in it.
        let folder = try TemporaryFolder()
        let file = try folder.write("- job_name" + parts[1].replacing("\n# ", with: "\n"), to: "job.yml")
        let jobs = try #require(try Document.yaml(file.path()).first).list
        try #require(jobs.count == 1)
        #expect(jobs[0]["job_name"].text == "authz")
        let discovery = try #require(jobs[0]["kubernetes_sd_configs"].list.first)
        #expect(discovery["role"].text == "pod")
        #expect(discovery["namespaces"]["names"].texts == ["authz"])
        let kept = try #require(jobs[0]["relabel_configs"].list.first { $0["action"].text == "keep" })
        #expect(kept["source_labels"].texts == ["__meta_kubernetes_pod_container_port_name"])
        #expect(kept["regex"].text == "admin")
    }

    @Test("each alert has a test, names metrics that a server has, and stands in the README")
    func names() throws {
        let text = try Repository.text(of: Self.alerts)
        let rules = try #require(try Document.yaml(Self.alerts).first)["groups"].list.flatMap { $0["rules"].list }
        let expressions = rules.compactMap { $0["expr"].text }
        #expect(expressions.count == rules.count)
        let families = try ExportedMetrics.families(of: MeasuredServer().server)
        #expect(ExportedMetrics.named(in: text).subtracting(families) == [])
        let tests = try Repository.text(of: "examples/prometheus/alerts_test.yaml")
        #expect(ExportedMetrics.named(in: tests).subtracting(families) == [])
        let readme = try Repository.text(of: "examples/prometheus/README.md")
        for alert in rules.compactMap({ $0["alert"].text }) {
            #expect(tests.contains(alert), "\(alert)")
            #expect(readme.contains("`\(alert)`"), "\(alert)")
        }
    }

    @Test("a real Prometheus evaluates every alert on what a server exports, and notices what goes wrong with it")
    func evaluation() throws {
        let measured = try MeasuredServer()
        let prometheus = try RunningPrometheus(scraping: measured.server)
        func raised() throws -> Set<String> {
            Set(try prometheus.alerts().filter { $0.value["state"].text != "inactive" }.keys)
        }
        // An issuer does not answer, and certificates of tests live for a day.
        let known: Set = ["AuthzKeysMissing", "AuthzCertificateExpires"]
        try poll("first alerts") { try raised() == known ? () : nil }
        let alerts = try prometheus.alerts()
        for (name, alert) in alerts {
            #expect(alert["health"].text == "ok", "\(name): \(alert["lastError"].text ?? "")")
        }
        // The share is one of decisions that come while it looks.
        try poll("recorded share") {
            _ = try measured.tls.check("/account")
            return try prometheus.query("job:authz_denied:ratio5m").isEmpty ? nil : ()
        }

        try Data("kind: [".utf8).write(to: measured.policies)
        try poll("refused policies") { try raised() == known.union(["AuthzPoliciesRefused"]) ? () : nil }
        measured.server.child.stop(SIGKILL)
        try poll("the end") { try raised().contains("AuthzDown") ? () : nil }
    }
}
