import Foundation
import Testing

/// The manifests of `examples/kubernetes`, and a server run as they say.
@Suite struct KubernetesExampleTests {
    private static let manifests = ["namespace", "deployment", "service", "availability", "network-policy"]
        .map { "examples/kubernetes/\($0).yaml" }

    private let deployment: Document
    private let pod: Document
    private let container: Document

    init() throws {
        deployment = try #require(try Document.yaml("examples/kubernetes/deployment.yaml").first)
        pod = deployment["spec"]["template"]["spec"]
        container = try #require(pod["containers"].list.first)
    }

    private static func validate(_ files: [String]) throws -> (status: Int32, output: String) {
        let validator = try Child(
            Repository.root.appending(path: ".venv/bin/kubernetes-validate"), ["--strict"] + files)
        return (try validator.exitStatus(), try validator.output + validator.errors)
    }

    @Test("every manifest fits the schemas of Kubernetes, and a field that is misspelled does not")
    func schemas() throws {
        let (status, output) = try Self.validate(Self.manifests + ["examples/ingress-nginx/ingress.yaml"])
        #expect(status == 0, "\(output)")
        #expect(output.components(separatedBy: " passed for resource ").count - 1 == 8)
        let folder = try TemporaryFolder()
        let text = try Repository.text(of: "examples/kubernetes/deployment.yaml")
        let wrong = try folder.write(
            text.replacing("readOnlyRootFilesystem", with: "readOnlyRootFileSystem"), to: "d.yaml")
        #expect(try Self.validate([wrong.path()]).status != 0)
    }

    @Test("kustomization.yaml names every manifest, and what they refer to is there")
    func references() throws {
        let kustomization = try #require(try Document.yaml("examples/kubernetes/kustomization.yaml").first)
        #expect(kustomization["resources"].texts.map { "examples/kubernetes/\($0)" } == Self.manifests)
        let image = try #require(container["image"].text)
        let replaced = try #require(kustomization["images"].list.first)
        #expect(image == "\(replaced["name"].text ?? ""):\(replaced["newTag"].text ?? "")")

        let all = try Self.manifests.flatMap { try Document.yaml($0) }
        func one(_ kind: String) throws -> Document { try #require(all.first { $0["kind"].text == kind }) }
        for document in all where document["kind"].text != "Namespace" {
            #expect(document["metadata"]["namespace"].text == "authz")
        }
        let labels = deployment["spec"]["template"]["metadata"]["labels"].map
        let disruption = try one("PodDisruptionBudget")["spec"]
        let network = try one("NetworkPolicy")["spec"]
        for selector in [deployment["spec"]["selector"], disruption["selector"], network["podSelector"]] {
            #expect(selector["matchLabels"].map == labels)
        }
        #expect(try one("Service")["spec"]["selector"].map == labels)
        #expect(try one("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"].text == "authz")
        #expect(!deployment["spec"]["replicas"].exists, "the autoscaler's")
        #expect(try one("ServiceAccount")["metadata"]["name"].text == pod["serviceAccountName"].text)

        let ports = container["ports"].list.map { ($0["name"].text, $0["containerPort"].number) }
        #expect(ports.map(\.0) == ["grpc", "admin"])
        #expect(ports.map(\.1) == [9191, 9192])
        let service = try one("Service")["spec"]["ports"].list
        #expect(
            service.map { $0["targetPort"].text } == ["grpc"], "the admin listener is none of the clients' business")
        #expect(service.map { $0["appProtocol"].text } == ["grpc"])
        let open = network["ingress"].list.flatMap { $0["ports"].list }.map { $0["port"].text }
        #expect(open == ["grpc", "admin"])
        let annotation = deployment["spec"]["template"]["metadata"]["annotations"].map
        #expect(annotation["traffic.sidecar.istio.io/excludeInboundPorts"] == "9192")
        let mount = try #require(container["volumeMounts"].list.first)
        #expect(container["args"].texts.contains("--policies=\(mount["mountPath"].text ?? "")"))
        let volume = try #require(pod["volumes"].list.first)
        #expect(mount["name"].text == volume["name"].text)
        let command = "kubectl create configmap \(volume["configMap"]["name"].text ?? "") -n authz"
        for document in ["kubernetes", "istio"] {
            #expect(try Repository.text(of: "examples/\(document)/README.md").contains(command))
        }
    }

    @Test("a container can do nothing that it need not, and is given time to drain")
    func restrictions() throws {
        let security = pod["securityContext"]
        let own = container["securityContext"]
        #expect(security["runAsNonRoot"].bool == true)
        #expect(security["seccompProfile"]["type"].text == "RuntimeDefault")
        #expect(own["allowPrivilegeEscalation"].bool == false)
        #expect(own["readOnlyRootFilesystem"].bool == true)
        #expect(own["capabilities"]["drop"].texts == ["ALL"])
        #expect(pod["automountServiceAccountToken"].bool == false)
        #expect(pod["enableServiceLinks"].bool == false)
        for bound in ["requests", "limits"] { #expect(container["resources"][bound].keys == ["cpu", "memory"]) }

        let drain = try #require(
            container["args"].texts.compactMap { $0.wholeMatch(of: /--drain-timeout=(\d+)s/).flatMap { Int($0.1) } }
                .first)
        let before = try #require(container["lifecycle"]["preStop"]["sleep"]["seconds"].number)
        let readiness = container["readinessProbe"]
        let noticed = try #require(readiness["periodSeconds"].number) * (readiness["failureThreshold"].number ?? 0)
        #expect(before > noticed)
        #expect(try #require(pod["terminationGracePeriodSeconds"].number) > before + drain)
    }

    /// Starts `authz` with a root filesystem that it cannot write to and without capabilities.
    private static let restricted = """
        mount -o remount,bind,ro / && ! touch /written 2>/dev/null || exit 99
        exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
        """

    @Test("so run, a server answers the probes, takes a ConfigMap that is swapped, and drains when it is stopped")
    func run() throws {
        guard let namespaces = try Namespace.command("m") else {
            Issue.record("this host permits no mount namespace: run the test as root, or permit user namespaces")
            return
        }
        let names = ["api", "mesh", "peer-authentication", "tokens", "workloads", "api_test"].map { "\($0).yaml" }
        var files = try Dictionary(uniqueKeysWithValues: names.map { ($0, try Repository.text(of: "policies/\($0)")) })
        let policies = try ConfigMapMount(files)
        let arguments = container["args"].texts.map {
            $0.replacing(/^--policies=.*/, with: "--policies=\(policies.path)")
                .replacing(/^--(admin-)?listen=.*/) { "--\($0.1 ?? "")listen=127.0.0.1:0" }
        }
        let server = try RunningServer(
            starting: ["/usr/bin/unshare"] + namespaces + ["/bin/sh", "-c", Self.restricted, "sh"], arguments)
        for probe in ["startupProbe", "livenessProbe", "readinessProbe"] {
            let request = container[probe]["httpGet"]
            #expect(request["port"].text == "admin")
            #expect(try HTTP.send("GET", try #require(request["path"].text), to: server.admin).status == 200)
        }
        #expect(try server.check("GET", "/account", token: Example.alice).status == 200)

        files["tokens.yaml"] = files["tokens.yaml"]?.replacing(#""/account", "/account/*""#, with: #""/profile""#)
        try policies.swap(files)
        _ = try poll("the new policies") {
            try server.check("GET", "/profile", token: Example.alice).status == 200 ? true : nil
        }
        #expect(try server.check("GET", "/account", token: Example.alice).status == 403)
        files["tokens.yaml"] = "kind: ["
        try policies.swap(files)
        _ = try poll("the refusal") {
            try HTTP.send("GET", "/metrics", to: server.admin).body.contains("authz_policy_reload_failed 1\n")
                ? true : nil
        }
        #expect(try HTTP.send("GET", "/readyz", to: server.admin).status == 200, "no Pod becomes unready by it")
        #expect(try server.check("GET", "/profile", token: Example.alice).status == 200)
        server.child.stop()
        #expect(try server.child.exitStatus() == 0)
    }
}
