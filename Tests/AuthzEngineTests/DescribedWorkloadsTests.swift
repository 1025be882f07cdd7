import AuthzPolicy
import Testing

@testable import AuthzEngine

@Suite struct DescribedWorkloadsTests {
    private static func description(_ namespace: String, _ labels: [String: String] = [:]) -> WorkloadDescription {
        WorkloadDescription(namespace: namespace, labels: labels, serviceAccount: nil)
    }

    @Test("those that are asked for again stay, whatever else is asked, and only so many are kept")
    func memory() throws {
        let builder = WorkloadBuilder(try PolicySet.compile(PolicyDocuments()).policySet)
        var workloads = DescribedWorkloads()
        let wanted = Self.description("prod", ["app": "api"])
        workloads.remember(builder.build(wanted), as: wanted)
        for number in 0..<5000 {
            let odd = Self.description("odd-\(number)")
            workloads.remember(builder.build(odd), as: odd)
            #expect(workloads.recall(odd) != nil)
            if number % 100 == 0 { #expect(workloads.recall(wanted) != nil) }
        }
        #expect(workloads.count <= 1024)
    }

    @Test("a long description is not kept")
    func long() throws {
        let builder = WorkloadBuilder(try PolicySet.compile(PolicyDocuments()).policySet)
        var workloads = DescribedWorkloads()
        let labels = Dictionary(
            uniqueKeysWithValues: (0..<100).map { ("label-\($0)", String(repeating: "a", count: 60)) })
        let description = Self.description("prod", labels)
        #expect(description.isPossible)
        workloads.remember(builder.build(description), as: description)
        #expect(workloads.count == 0)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var namespace: String = "prod"
        var labels: [String: String] = [:]
        var isPossible: Bool
        var why: String
        var testDescription: String { why }
    }

    @Test(
        "what Kubernetes cannot have is no workload",
        arguments: [
            Case(isPossible: true, why: "a namespace alone"),
            Case(namespace: "", isPossible: false, why: "no namespace"),
            Case(namespace: String(repeating: "a", count: 63), isPossible: true, why: "the longest namespace"),
            Case(namespace: String(repeating: "a", count: 64), isPossible: false, why: "a longer one"),
            Case(namespace: "a-1", isPossible: true, why: "a hyphen and a digit"),
            Case(namespace: "-a", isPossible: false, why: "a hyphen in front"),
            Case(namespace: "a.b", isPossible: false, why: "a dot"),
            Case(namespace: "a/b", isPossible: false, why: "a slash"),
            Case(namespace: "A", isPossible: false, why: "an upper case letter"),
            Case(namespace: "a\0", isPossible: false, why: "a NUL"),
            Case(labels: ["app.kubernetes.io/name": "v1.0_x-Y"], isPossible: true, why: "a prefix"),
            Case(labels: ["a/b/c": ""], isPossible: false, why: "two slashes"),
            Case(labels: ["/a": ""], isPossible: false, why: "an empty prefix"),
            Case(labels: ["a/": ""], isPossible: false, why: "no name behind the prefix"),
            Case(labels: ["": "a"], isPossible: false, why: "no key"),
            Case(labels: ["a": ""], isPossible: true, why: "no value"),
            Case(labels: ["a": String(repeating: "a", count: 63)], isPossible: true, why: "the longest value"),
            Case(labels: ["a": String(repeating: "a", count: 64)], isPossible: false, why: "a longer one"),
            Case(labels: ["a": "\0"], isPossible: false, why: "a NUL in a value"),
            Case(labels: [String(repeating: "a", count: 64): ""], isPossible: false, why: "a long key"),
            Case(
                labels: Dictionary(uniqueKeysWithValues: (0..<129).map { ("a\($0)", "") }), isPossible: false,
                why: "very many"),
        ])
    func possible(_ c: Case) {
        #expect(Self.description(c.namespace, c.labels).isPossible == c.isPossible)
    }
}
