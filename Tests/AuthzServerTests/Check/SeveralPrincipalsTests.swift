import AuthzServer
import Testing

/// AP 70, SR-19: a certificate that names several is tested as Envoy tests it, by any of its names.
@Suite struct SeveralPrincipalsTests {
    private static let target = "/workload/prod/api/check"

    private static func ask(_ policies: String, _ names: String...) throws -> Int {
        let certificate = names.map { "URI=\($0)" }.joined(separator: ";")
        return try CheckFixture(policies).ask(
            "GET", target, headers: [("x-forwarded-client-cert", certificate)], isTrusted: true
        ).status
    }

    private static let first = "spiffe://a.example/x"
    private static let second = "spiffe://cluster.local/ns/foo/sa/bar"
    private static let third = "spiffe://cluster.local/ns/other/sa/baz"

    @Test(
        "one name that fits will do, and one that is excluded excludes",
        arguments: [
            ("principals: [cluster.local/ns/foo/sa/bar]", "notPrincipals: [cluster.local/ns/foo/sa/bar]"),
            ("principals: ['*/sa/bar']", "notPrincipals: ['*/sa/bar']"),
            ("namespaces: [foo]", "notNamespaces: [foo]"),
            ("serviceAccounts: [foo/bar]", "notServiceAccounts: [foo/bar]"),
        ])
    func sources(_ positive: String, _ negative: String) throws {
        let allow = { (test: String) in CheckFixture.allow("from: [{source: {\(test)}}]") }
        let deny = { (test: String) in ForwardAuthFixture.deny("from: [{source: {\(test)}}]") }
        for names in [[Self.first, Self.second], [Self.second, Self.first], [Self.first, Self.third, Self.second]] {
            let ask = { (policies: String) in
                try CheckFixture(policies).ask(
                    "GET", Self.target,
                    headers: [("x-forwarded-client-cert", names.map { "URI=\($0)" }.joined(separator: ";"))],
                    isTrusted: true
                ).status
            }
            #expect(try ask(allow(positive)) == 200)
            #expect(try ask(allow(negative)) == 403)
            #expect(try ask(deny(positive)) == 403)
            #expect(try ask(deny(negative)) == 200)
        }
        #expect(try Self.ask(allow(positive), Self.first, Self.third) == 403)
        #expect(try Self.ask(allow(negative), Self.first, Self.third) == 200)
    }

    @Test("the peer is of the mesh if one of its names is")
    func trustDomains() throws {
        #expect(try Self.ask("", Self.first, Self.second) == 200)
        #expect(try Self.ask("", Self.first, "spiffe://b.example/x") == 403)
        #expect(try Self.ask("", Self.first) == 403)
    }

    @Test("an index over many rules finds them by any name")
    func index() throws {
        let rules = (0..<200).map { "from: [{source: {principals: [cluster.local/ns/n\($0)/sa/a]}}]" }
        let policies = CheckFixture.allow(rules.joined(separator: "\n  - "))
        #expect(try Self.ask(policies, Self.first, "spiffe://cluster.local/ns/n137/sa/a") == 200)
        #expect(try Self.ask(policies, "spiffe://cluster.local/ns/n137/sa/a") == 200)
        #expect(try Self.ask(policies, Self.first, "spiffe://cluster.local/ns/n200/sa/a") == 403)
    }

    @Test("a request that follows has its own names alone")
    func reuse() throws {
        let fixture = try CheckFixture(CheckFixture.allow("from: [{source: {namespaces: [foo]}}]"))
        var intake = RequestIntake(limits: RequestLimits())
        var loop = fixture.responder.makeLoopState()
        var answer = Answer()
        var statuses: [Int] = []
        for certificate in ["URI=\(Self.third);URI=\(Self.second)", "URI=\(Self.third)", ""] {
            intake.begin(peer: Peer(address: nil, isTrusted: true))
            intake.setMethod("GET".utf8.span)
            intake.setTarget(Self.target.utf8.span)
            intake.setHost("a".utf8.span)
            intake.addHeader(name: "x-forwarded-client-cert".utf8.span, value: certificate.utf8.span)
            fixture.responder.respond(to: &intake, in: &loop, with: &answer)
            statuses.append(answer.status)
        }
        #expect(statuses == [200, 403, 403])
    }
}
