import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// The smallest change of a request, held against all requests of a small universe.
@Suite struct NearestRequestTests {
    private static func search(_ ask: Ask, _ scene: Scene) throws -> RequestChanges {
        let document = ask.document(to: scene.destination)
        let workload = try #require(scene.point.policySet.workload(for: document).workload)
        var nearest = NearestRequest(of: document, for: workload, by: scene.point, now: scene.now)
        return nearest.search()
    }

    private static func words(_ changes: RequestChanges) -> [String] {
        changes.changes.map { change in
            change.edits.map { "\($0.field.name): \($0.from ?? "-") > \($0.to ?? "-")" }.joined(separator: "; ")
        }
    }

    @Test("the printed change is allowed, none with a field fewer is, and where there is none there is none")
    func bruteForce() throws {
        var generator = PolicyGenerator(seed: 71)
        var random = SeededGenerator(seed: 72)
        var denied = 0
        var bySize: [Int: Int] = [:]
        let total = GeneratedCases.count
        while denied < total {
            let policies = generator.policies()
            let scene = try Scene(GeneratedPolicy.text(of: policies))
            for _ in 0..<4 where denied < total {
                let ask = generator.ask()
                guard !scene.allows(ask) else { continue }
                denied += 1
                let base = ask.document(to: scene.destination)
                let result = try Self.search(ask, scene)
                var force = BruteForce(scene)
                let about = "\(ask)\n\(GeneratedPolicy.text(of: policies))\n\(Self.words(result))"
                #expect(result.verdict != .bounded, "\(about)")
                bySize[result.changes.first?.edits.count ?? 0, default: 0] += 1
                for change in result.changes {
                    let isAllowed = force.allows(change.document)
                    #expect(isAllowed, "\(about)")
                    #expect(change.report.outcome == .allow)
                    #expect(change.edits.count == result.changes[0].edits.count)
                }
                if let first = result.changes.first {
                    for count in 0..<first.edits.count {
                        let smaller = force.allowed(from: base, changing: count)
                        #expect(smaller == nil, "\(String(describing: smaller))\n\(about)")
                    }
                } else {
                    #expect(result.verdict == .none)
                    // All pairs take long, so they are tried of some.
                    for count in 0...(denied % 16 == 0 ? 2 : 1) {
                        let found = force.allowed(from: base, changing: count)
                        #expect(found == nil, "\(String(describing: found))\n\(about)")
                    }
                    let found = force.allowedAtRandom(from: base, tries: 500, using: &random)
                    #expect(found == nil, "\(String(describing: found))\n\(about)")
                }
            }
        }
        for size in 0...2 { #expect(bySize[size, default: 0] > total / 50, "\(bySize)") }
    }

    private static func one(_ policies: String, _ ask: Ask) throws -> [String] {
        words(try search(ask, try Scene(policies)))
    }

    @Test("a value that the rule names is offered")
    func namedValue() throws {
        let policy = Scene.policy("{rules: [{to: [{operation: {methods: [GET, POST], paths: [/v1/*]}}]}]}")
        #expect(try Self.one(policy, Ask(method: "PUT", path: "/v1/x")) == ["request.method: PUT > POST"])
        #expect(try Self.one(policy, Ask(path: "/v2/orders")) == ["request.path: /v2/orders > /v1/orders"])
        #expect(
            try Self.one(policy, Ask(method: "PUT", path: "/v2/orders")) == [
                "request.method: PUT > POST; request.path: /v2/orders > /v1/orders"
            ])
    }

    @Test("no host begins with a dot, and no identity has an empty name")
    func sendable() throws {
        let hosts = Scene.policy("{rules: [{to: [{operation: {hosts: ['*.example']}}]}]}")
        #expect(try Self.one(hosts, Ask(host: "b.test")) == ["request.host: b.test > x.example"])
        let starred = Scene.policy("{rules: [{from: [{source: {principals: ['*/ns/a/*']}}]}]}")
        #expect(try Self.one(starred, Ask()).isEmpty)
        for source in ["namespaces: [a]", "principals: ['*/ns/a/sa/web']"] {
            let policy = Scene.policy("{rules: [{from: [{source: {\(source)}}]}]}")
            let words = try Self.one(policy, Ask())
            let last = try #require(words.first?.split(separator: " ").last)
            let names = last.split(separator: "/", omittingEmptySubsequences: false)
            #expect(names.count == 5 && names[1] == "ns" && names[2] == "a" && names[3] == "sa", "\(words)")
            #expect(!names.contains(""), "\(words)")
        }
    }

    @Test("what is asked for is met, what is excluded is avoided")
    func excluded() throws {
        let policy = Scene.policy(
            "{rules: [{from: [{source: {ipBlocks: [10.0.0.0/8], notIpBlocks: [10.0.0.0/9]}}]}]}")
        #expect(try Self.one(policy, Ask(ip: "10.0.0.7")) == ["source.ip: 10.0.0.7 > 10.128.0.0"])
    }

    @Test("a token is offered with the claims that are asked for, and what it had stays")
    func token() throws {
        let policy = Scene.policy(
            "{rules: [{when: [{key: 'request.auth.claims[groups]', values: [ops]}]}]}")
        #expect(
            try Self.one(policy, Ask(claims: #"{"iss":"i","sub":"a","groups":["dev"]}"#)) == [
                #"token: {"groups":["dev"]} > {"groups":["ops"]}"#
            ])
        #expect(
            try Self.one(policy, Ask()) == [#"token: - > {"iss":"https://issuer.example","sub":"x","groups":"ops"}"#])
    }

    @Test("a refused token is made good, or left out")
    func refusedToken() throws {
        let policy = Scene.policy("{rules: [{}]}")
        let ask = Ask(claims: #"{"iss":"i","sub":"a","exp":1}"#)
        let words = try Self.one(policy, ask)
        #expect(words == [#"token: {"iss":"i","sub":"a","exp":1} > -"#])
        let needed = Scene.policy("{rules: [{from: [{source: {requestPrincipals: ['*']}}]}]}")
        #expect(try Self.one(needed, ask) == [#"token: {"exp":1} > {"exp":\#(Scene.now + 3600)}"#])
    }

    @Test("plaintext to a STRICT port asks for a principal")
    func plaintext() throws {
        let strict = """
            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: foo}
            spec: {mtls: {mode: STRICT}, selector: {matchLabels: {app: web}}, portLevelMtls: {"9000": {mode: PERMISSIVE}}}

            """
        let words = try Self.one(strict, .plaintext())
        #expect(words == ["source.principal: - > td1/ns/x/sa/x", "destination.port: 8080 > 9000"])
    }

    @Test(
        "where everything is denied, no change is allowed",
        arguments: [
            "{action: DENY, rules: [{}]}", "{}",
            "{rules: [{when: [{key: 'request.headers[x]', values: [a], notValues: [a]}]}]}",
        ])
    func none(spec: String) throws {
        let result = try Self.search(Ask(), try Scene(Scene.policy(spec)))
        #expect(result.verdict == .none)
        #expect(result.changes.isEmpty)
    }

    @Test("a value of a header that is a secret is told by its size, and that of a policy as it is")
    func secret() throws {
        let policy = Scene.policy("{rules: [{when: [{key: 'request.headers[x-api-key]', values: [open]}]}]}")
        let ask = Ask(headers: [("x-api-key", "hidden-value")])
        #expect(
            try Self.one(policy, ask) == [
                "request.headers[x-api-key]: (12 bytes, hidden) > open"
            ])
    }

    @Test("a thousand rules are searched through")
    func manyRules() throws {
        let rules = (0..<1000).map { "{to: [{operation: {methods: [GET], paths: [/p\($0)/*]}}]}" }
        let policies = stride(from: 0, to: 1000, by: 500).map {
            Scene.policy("{rules: [\(rules[$0..<$0 + 500].joined(separator: ", "))]}", name: "p\($0)")
        }
        let result = try Self.search(Ask(path: "/q"), try Scene(policies.joined()))
        #expect(result.verdict == .found)
        #expect(result.changes.first?.edits.map(\.field) == [.path])
    }
}
