import Foundation
import Testing

@testable import authz

/// Cases that would say nothing, whatever the policies are.
@Suite struct CaseProblemTests {
    struct Row: Sendable, CustomTestStringConvertible {
        /// The members of the case.
        var members: String
        /// `nil` for a case that is decided, and passes.
        var problem: String?
        var why: String
        var testDescription: String { "\(why): \(members)" }
    }

    private static let policies = """
        \(SuiteRunnerTests.policies)
        ---
        {apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop}, spec: {selector: {app: cart}, ports: [{port: 80}]}}
        ---
        {apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: pay.example.com, namespace: shop}, spec: {hosts: [pay.example.com]}}
        ---
        {apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: front, namespace: edge}, spec: {gatewayClassName: istio}}
        ---
        {apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: way, namespace: shop}, spec: {gatewayClassName: istio-waypoint}}
        """

    private static let nobody = "nothing says for which workload the request is; write "
    private static let named = "\(nobody)`destination: {workload: shop/cart}`"

    @Test(
        "a request for nobody, or for a proxy that is not there, is an error of the case and no pass",
        arguments: [
            Row(members: "request: {}, expect: deny", problem: named, why: "no destination"),
            Row(members: "destination: {port: 80}, request: {}, expect: deny", problem: named, why: "a port alone"),
            Row(members: "destination: {ip: 192.0.2.9}, expect: deny", problem: named, why: "an address of nobody"),
            Row(
                members: "destination: {service: cart.shop}, request: {}, expect: deny",
                problem:
                    "nothing says for which workload the request is; the Service `shop/cart` selects shop/cart: write `workload: shop/cart`",
                why: "a Service alone"),
            Row(
                members: "attributes: {request: {http: {path: /}}}, expect: deny",
                problem: "\(nobody)`contextExtensions: {workload: shop/cart}`",
                why: "a check that names none"),
            Row(
                members: "request: {}, expect: {outcome: deny, reason: unknown-workload}", problem: nil,
                why: "one who wants that says so"),
            Row(
                members: "destination: {namespace: UPPER}, request: {}, expect: deny",
                problem: "there can be no workload with these labels in the namespace `UPPER`",
                why: "no name of Kubernetes"),
            Row(
                members: "destination: {namespace: edge, gateway: frnot}, request: {}, expect: allow",
                problem: "the inventory has no Gateway `edge/frnot`, which `gateway` names; did you mean `front`?",
                why: "a slip in a Gateway, at which no policy would act"),
            Row(
                members: "destination: {namespace: shop, gateway: front}, request: {}, expect: allow",
                problem:
                    "the inventory has no Gateway `shop/front`, which `gateway` names; there is one in the namespace `edge`",
                why: "the namespace of another"),
            Row(
                members: "destination: {namespace: edge, gateway: front}, request: {}, expect: allow", problem: nil,
                why: "its neighbor"),
            Row(
                members: "destination: {namespace: shop, waypoint: wya, service: cart}, request: {}, expect: deny",
                problem: "the inventory has no Gateway `shop/wya`, which `waypoint` names; did you mean `way`?",
                why: "a waypoint"),
            Row(
                members: "destination: {namespace: shop, waypoint: way, service: crat}, request: {}, expect: deny",
                problem: "the inventory has no Service `shop/crat`, which `service` names; did you mean `cart`?",
                why: "a Service"),
            Row(
                members: "destination: {workload: shop/cart, service: cart.shpo}, request: {}, expect: allow",
                problem:
                    "the inventory has no Service `shpo/cart`, which `service` names; there is one in the namespace `shop`",
                why: "a Service beside a workload"),
            Row(
                members: "destination: {namespace: shop, waypoint: way, service: cart}, request: {}, expect: allow",
                problem: nil, why: "both are there"),
            Row(
                members: "destination: {workload: shop/cart, service: cart.shop}, request: {}, expect: allow",
                problem: nil, why: "with its namespace"),
            Row(
                members:
                    "destination: {namespace: shop, waypoint: way, service: pay.example.com}, request: {}, expect: allow",
                problem: nil,
                why: "a ServiceEntry has dots in its name"),
        ])
    func problems(_ row: Row) throws {
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": Self.policies, "a_test.yaml": "tests:\n- {name: a, \(row.members)}"], ["a_test.yaml"],
            format: .text)
        guard let problem = row.problem else {
            #expect(run.status == 0, "\(run.answer)\(run.messages)")
            return
        }
        #expect(run.status == 2)
        #expect(run.answer.hasPrefix("ERROR a_test.yaml: a  (a_test.yaml:2:3)\n  a_test.yaml:2:"), "\(run.answer)")
        #expect(run.answer.contains(": \(problem)\n"), "\(run.answer)")
    }

    @Test(
        "a destination of the suite that is none is told once, at its own place",
        arguments: [
            ("{gateway: front}", "2:7", nobody), ("{namespace: edge, gateway: frnot}", "2:34", "the inventory has no"),
            ("{namespace: shop, waypoint: way, service: crat}", "2:49", "the inventory has no Service"),
        ])
    func sharedDestination(_ destination: String, _ place: String, _ problem: String) throws {
        let suite = """
            destinations:
              gw: \(destination)
            tests:
            - {name: a, destination: gw, request: {}, expect: allow}
            - {name: b, destination: gw, request: {}, expect: deny}
            - {name: c, destination: gw, request: {}, expect: deny}
            """
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": Self.policies, "a_test.yaml": suite], ["a_test.yaml"], format: .text)
        #expect(run.status == 2)
        #expect(run.answer.components(separatedBy: problem).count == 2, "\(run.answer)")
        #expect(run.answer.contains("  a_test.yaml:\(place): \(problem)"), "\(run.answer)")
        #expect(
            run.answer.contains("ERROR a_test.yaml: 2 cases not run because of a_test.yaml:\(place)\n"),
            "\(run.answer)")
    }

    @Test("where there is no inventory, no workload of it is to be named")
    func withoutWorkloads() throws {
        let policies = SuiteRunnerTests.policies.split(separator: "---\n")[0]
        let suite = "tests: [{name: a, request: {}, expect: deny}]"
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": String(policies), "a_test.yaml": suite], ["a_test.yaml"], format: .text)
        #expect(run.answer.contains("write `destination: {namespace: …, labels: {app: …}}`\n"), "\(run.answer)")
    }

    @Test("where the inventory has no Gateway and no Service, any may be named")
    func emptyInventory() throws {
        let suite = """
            tests:
            - {name: gateway, destination: {namespace: edge, gateway: any}, request: {}, expect: allow}
            - {name: service, destination: {workload: shop/cart, service: any}, request: {}, expect: allow}
            """
        let run = try SuiteRunnerTests.run(["a_test.yaml": suite], ["a_test.yaml"])
        #expect(run.status == 0, "\(run.answer)")
    }

    private static let cart = "destination: {workload: shop/cart}"

    @Test(
        "a case that passes since its request is none of HTTP says nothing of the policies, unless it says that it knows",
        arguments: [
            Row(
                members: "\(cart), request: {method: delete}, expect: deny",
                problem: "it is denied as `request-invalid` before any policy "
                    + "(methods are case-sensitive: `delete` is not `DELETE`); "
                    + "expect `reason: request-invalid` where that is meant",
                why: "a method in lower case"),
            Row(
                members: "\(cart), request: {path: a}, expect: {policy: null}",
                problem: "it is denied as `request-invalid` before any policy "
                    + "(`a` does not begin with `/`, as a path does); expect `reason: request-invalid` where that is meant",
                why: "a path without its slash"),
            Row(
                members: "\(cart), request: {method: delete}, expect: {outcome: deny, status: 400}", problem: nil,
                why: "the status is expected"),
            Row(
                members: "\(cart), request: {method: delete}, expect: {outcome: deny, reason: request-invalid}",
                problem: nil, why: "the reason is expected"),
            Row(members: "\(cart), request: {method: DELETE}, expect: deny", problem: nil, why: "it comes to a policy"),
            Row(
                members: "\(cart), request: {path: /a%00}, expect: deny", problem: nil,
                why: "a path that is meant as it is"),
        ])
    func refusedRequests(_ row: Row) throws { try problems(row) }

    @Test("a workload of a known name is looked for in all namespaces, and where there are none it is said")
    func unknownWorkloads() throws {
        let suite = "tests: [{name: a, destination: {workload: store/cart}, request: {}, expect: deny}]"
        let run = try SuiteRunnerTests.run(
            ["policies.yaml": Self.policies, "a_test.yaml": suite], ["a_test.yaml"], format: .text)
        #expect(
            run.answer.contains("`store/cart` is not in the inventory; did you mean `shop/cart`?\n"), "\(run.answer)")
        let policies = String(SuiteRunnerTests.policies.split(separator: "---\n")[0])
        let bare = try SuiteRunnerTests.run(
            ["policies.yaml": policies, "a_test.yaml": suite], ["a_test.yaml"], format: .text)
        #expect(
            bare.answer.contains(
                "there is no workload among the policies: add its Deployment, or write "
                    + "`{namespace: store, labels: {app: …}}`\n"), "\(bare.answer)")
    }

    @Test("a policy that is expected and that there is none of is said to be none")
    func unknownPolicies() throws {
        let run = { (policy: String, format: ReportFormat) in
            let suite = "tests: [{name: a, \(Self.cart), request: {}, expect: {policy: \(policy)}}]"
            return try SuiteRunnerTests.run(
                ["policies.yaml": Self.policies, "a_test.yaml": suite], ["a_test.yaml"], format: format)
        }
        for policy in ["store/access", "shop/acces"] {
            let text = try run(policy, .text)
            #expect(text.status == 1)
            #expect(
                text.answer.contains(
                    "  policy  expected \(policy), got shop/access; there is no policy `\(policy)`; "
                        + "did you mean `shop/access`?\n"), "\(text.answer)")
        }
        let json = try run("shop/other-policy", .json).answer
        #expect(json.contains(#""actual":"shop/access","remark":"there is no policy `shop/other-policy`"}"#), "\(json)")
        #expect(!(try run("null", .text).answer.contains("there is no policy")))
    }
}
