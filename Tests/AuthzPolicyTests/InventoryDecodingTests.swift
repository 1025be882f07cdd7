import AuthzCore
import Testing

@testable import AuthzPolicy

@Suite struct InventoryDecodingTests {
    private static let manifests = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: pod, labels: {app: a}}, spec: {serviceAccountName: sa, nodeName: n}}
        ---
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: dep, namespace: shop, labels: {not: these}},
         spec: {replicas: 2, template: {metadata: {labels: {app: b}}, spec: {serviceAccount: old}}}}
        ---
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: cron},
         spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: c}}}}}}}
        ---
        {apiVersion: networking.istio.io/v1, kind: WorkloadEntry, metadata: {name: vm, labels: {app: x, zone: z}},
         spec: {address: 10.0.0.1, labels: {app: d}, serviceAccount: vm-sa}}
        ---
        {apiVersion: networking.istio.io/v1beta1, kind: WorkloadGroup, metadata: {name: group},
         spec: {metadata: {labels: {app: e}}, template: {serviceAccount: group-sa}}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: svc, namespace: shop},
         spec: {selector: {app: b}, clusterIP: 10.1.0.1, clusterIPs: [10.1.0.1, "fd00::1"],
                ports: [{port: 80, targetPort: 8080}, {port: 443, targetPort: https}, {port: 90}]}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: headless}, spec: {clusterIP: None}}
        ---
        {apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: g}}
        ---
        {apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g}}
        """

    @Test("workloads are Pods and what makes them")
    func workloads() throws {
        let inventory = try PolicyLoader.load(text: Self.manifests, file: "p").documents.inventory
        let texts = inventory.workloads.map { workload in
            let labels = workload.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return "\(workload.kind) \(workload.namespace)/\(workload.name) \(labels.joined(separator: ",")) "
                + workload.serviceAccount
        }
        #expect(
            texts == [
                "Pod default/pod app=a sa",
                "Deployment shop/dep app=b old",
                "CronJob default/cron app=c default",
                "WorkloadEntry default/vm app=d,zone=z vm-sa",
                "WorkloadGroup default/group app=e group-sa",
            ])
    }

    @Test("services have addresses and the ports behind their ports")
    func services() throws {
        let services = try PolicyLoader.load(text: Self.manifests, file: "p").documents.inventory.services
        #expect(services.map(\.name) == ["svc", "headless"])
        #expect(services.map(\.clusterIPs) == [["10.1.0.1", "fd00::1"], []])
        #expect(services[0].selector == ["app": "b"])
        #expect(services[0].ports.map { "\($0.port) \($0.targetPort)" } == ["80 8080", "443 https", "90 90"])
    }

    @Test("a target port by name is a number where all containers of the Service agree on it")
    func targetPorts() throws {
        let pod = { (name: String, ports: String) in
            "{apiVersion: v1, kind: Pod, metadata: {name: \(name), labels: {app: a}}, spec: {containers: [{ports: [\(ports)]}]}}\n---\n"
        }
        let service =
            "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: {app: a}, ports: [{port: 80, targetPort: web}]}}\n---\n"
        let web = "{name: web, containerPort: 8080}"
        let target = { (pods: String) throws in
            try PolicyLoader.load(text: service + pods, file: "p").documents.inventory.services[0].ports[0].targetPort
        }
        #expect(try target(pod("a", web)) == "8080")
        #expect(try target(pod("a", web) + pod("b", web)) == "8080")
        #expect(try target(pod("a", web) + pod("b", "{name: web, containerPort: 9090}")) == "web")
        #expect(try target(pod("a", web) + pod("b", "{containerPort: 8080}")) == "web")
        #expect(try target("") == "web")
    }

    @Test("a Gateway of either API is another resource")
    func others() throws {
        let others = try PolicyLoader.load(text: Self.manifests, file: "p").documents.inventory.others
        #expect(
            others.map { "\($0.kind) \($0.namespace)/\($0.name)" } == [
                "Namespace /shop", "Gateway default/g", "Gateway default/g",
            ])
        let twice = "{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n"
        let error = #expect(throws: InputError.self) {
            try PolicyLoader.load(text: twice + "---\n" + twice, file: "p")
        }
        #expect(error?.diagnostics.map(\.message) == ["the Namespace `a` is defined twice"])
    }
}
