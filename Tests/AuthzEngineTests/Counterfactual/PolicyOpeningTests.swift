import AuthzCore
import AuthzEngine
import AuthzPolicy
import Testing

/// What a change of the policies opens, and which one is told, for policies that hide either.
@Suite struct PolicyOpeningTests {
    private static func search(
        _ text: String, file: String = "p.yaml", _ edit: (inout RequestDocument) -> Void = { _ in }
    ) throws -> (policy: PolicyChanges, request: RequestChanges) {
        let documents = try PolicyLoader.load(text: text, file: file).documents
        let scene = try Scene(documents)
        var document = Ask(method: "POST", path: "/a").document(to: scene.destination)
        edit(&document)
        let workload = try #require(scene.point.policySet.workload(for: document).workload)
        let found = Counterfactual(
            of: document, for: workload, by: scene.point, documents: documents, outcome: .deny, now: scene.now)
        return (try #require(found.policy), try #require(found.request))
    }

    @Test("a value of the rule that is edited is among what is tried, however unlike it is")
    func hiddenValue() throws {
        let many = (1...12).map { "/orders/\($0)" }.joined(separator: ", ")
        let text =
            Scene.policy(
                "{rules: [{from: [{source: {principals: [td1/ns/foo/sa/bar]}}], to: [{operation: {methods: [POST], paths: [\(many)]}}]}]}",
                name: "web")
            + Scene.policy(
                "{rules: [{from: [{source: {principals: [td1/ns/foo/sa/boss]}}], to: [{operation: {methods: [POST], paths: [/orders/99, /wipe-all-data], hosts: [example.com], ports: ['8080']}}]}]}",
                name: "boss")
        let change = try #require(
            try Self.search(text) { $0.request?.path = "/orders/99" }.policy.changes.first)
        #expect(change.steps == ["add `td1/ns/foo/sa/bar` to `principals` of foo/boss, rule 1"])
        #expect(change.opening.example?.map { $0.to } == ["/wipe-all-data"])
    }

    @Test("another alternative of the rule is tried as a whole")
    func alternative() throws {
        let text = Scene.policy(
            "{rules: [{from: [{source: {principals: [td1/ns/foo/sa/boss]}}], to: [{operation: {methods: [POST], paths: [/a], hosts: [example.com], ports: ['8080']}}, {operation: {methods: [DELETE], paths: [/b], hosts: [other.example], ports: ['9']}}]}]}"
        )
        let change = try #require(try Self.search(text).policy.changes.first)
        #expect(change.opening.example?.compactMap(\.to).sorted() == ["/b", "9", "DELETE", "other.example"])
    }

    @Test("the token that was sent is no other request")
    func sameToken() throws {
        let text =
            Scene.anyIssuer
            + Scene.policy(
                "{rules: [{from: [{source: {requestPrincipals: ['i/*']}}], to: [{operation: {methods: [GET]}}]}]}")
        let place = SourceLocation(file: "request", line: 1, column: 1)
        let changes = try Self.search(text) {
            $0.token = .claims(json: #"{"iss":"i","sub":"a"}"#, hasValidSignature: true, location: place)
        }.policy.changes
        let narrow = try #require(changes.last)
        #expect(narrow.steps == ["add a rule to foo/p"])
        #expect(!narrow.opening.isWider, "\(String(describing: narrow.opening.example))")
    }

    @Test("a change that does without the token goes behind one that asks for it, and that is its example")
    func withoutToken() throws {
        let text =
            Scene.anyIssuer
            + Scene.policy(
                "{rules: [{from: [{source: {requestPrincipals: ['j/*']}}], to: [{operation: {methods: [PUT]}}]}, {to: [{operation: {paths: [/login], methods: [POST]}}]}]}"
            )
        let place = SourceLocation(file: "request", line: 1, column: 1)
        let changes = try Self.search(text) {
            $0.token = .claims(json: #"{"iss":"i","sub":"a"}"#, hasValidSignature: true, location: place)
        }.policy
        #expect(changes.isCautious)
        #expect(changes.changes.map(\.steps) == [["add a rule to foo/p"], ["add `/a` to `paths` of foo/p, rule 2"]])
        #expect(changes.changes.map(\.opening.needsNoToken) == [false, true])
        let example = try #require(changes.changes.last?.opening.example)
        #expect(example.map(\.to) == [nil])
    }

    @Test("where no rule asks for tokens, the smaller change stays the first")
    func tokenForNobody() throws {
        let text = Scene.anyIssuer + Scene.policy("{rules: [{to: [{operation: {paths: [/login]}}]}]}")
        let place = SourceLocation(file: "request", line: 1, column: 1)
        let changes = try Self.search(text) {
            $0.token = .claims(json: #"{"iss":"i","sub":"a"}"#, hasValidSignature: true, location: place)
        }.policy
        #expect(!changes.isCautious)
        #expect(changes.changes.first?.steps == ["add `/a` to `paths` of foo/p, rule 1"])
    }

    @Test("what the request has and nothing tests is told beside what is opened")
    func untested() throws {
        let text = Scene.policy(
            "{rules: [{to: [{operation: {paths: [/b]}}], when: [{key: 'request.headers[x-b]', values: [b]}]}]}")
        let narrow = try #require(
            try Self.search(text) { $0.request?.headers = [("x-a", "1"), ("x-b", "b"), ("X-A", "2")] }
                .policy.changes.last)
        #expect(narrow.opening.untested == [.sourceIP, .header("x-a")])
        let tested = try #require(try Self.search(text) { $0.request?.headers = [("x-b", "b")] }.policy.changes.first)
        #expect(tested.steps == ["add `/a` to `paths` of foo/p, rule 1"])
        #expect(tested.opening.untested == [.sourceIP])
    }

    private static let service = """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: foo, labels: {app: web}}
        spec: {serviceAccountName: web, containers: [{name: c, image: i, ports: [{containerPort: 8080}]}]}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: job, namespace: prom, labels: {app: job}}
        spec: {serviceAccountName: job}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: foo}
        spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}, {port: 81, targetPort: 81}]}

        """

    @Test("the port of a Service is replaced by that of the workload, and is no change of a request")
    func servicePort() throws {
        let text =
            Scene.policy("{rules: [{to: [{operation: {ports: ['80']}}]}, {to: [{operation: {methods: [GET]}}]}]}")
            + Self.service
        let found = try Self.search(text) {
            $0.destination = RequestDocument.Destination()
            $0.destination.workload = Located("foo/web", at: $0.location)
            $0.destination.port = 8080
        }
        #expect(found.policy.changes.first?.steps == ["write `8080` for `80` in `ports` of foo/p, rule 1"])
        #expect(found.request.changes.map { $0.edits.map(\.field) } == [[.method]])
        let other = try Self.search(text.replacing("['80']", with: "['81']")) {
            $0.destination = RequestDocument.Destination()
            $0.destination.workload = Located("foo/web", at: $0.location)
            $0.destination.port = 8080
        }
        #expect(other.policy.changes.first?.steps.first?.hasPrefix("add ") == true)
        #expect(other.request.changes.map { $0.edits.map(\.field) } == [[.method], [.port]])
    }

    @Test("a caller of the inventory is offered before one that is made up")
    func knownPeer() throws {
        let text = Scene.policy("{rules: [{from: [{source: {namespaces: [p*]}}]}]}")
        let principals = { (text: String) in
            try Self.search(text).request.changes.flatMap(\.edits).filter { $0.field == .principal }.map(\.to)
        }
        #expect(try principals(text + Self.service) == ["td1/ns/prom/sa/job"])
        #expect(try principals(text).first??.hasPrefix("td1/ns/p") == true)
    }

    @Test("a header that stands in the way is left out, not sent empty")
    func headerLeftOut() throws {
        let text = Scene.policy("{action: DENY, rules: [{when: [{key: 'request.headers[cookie]', values: [a*]}]}]}")
        let edits = try Self.search(text) { $0.request?.headers = [("cookie", "abc")] }.request.changes.flatMap(\.edits)
        #expect(edits.map(\.from) == ["(3 bytes, hidden)"])
        #expect(edits.map(\.to) == [nil])
    }

    @Test("no empty host is offered")
    func emptyHost() throws {
        let text = Scene.policy("{action: DENY, rules: [{to: [{operation: {hosts: [e*], ports: ['8080']}}]}]}")
        let changes = try Self.search(text).request.changes
        let hosts = changes.flatMap(\.edits).filter { $0.field == .host }.map(\.to)
        #expect(hosts == ["x.example"])
    }

    @Test("a secret of the request gets into no value that is told")
    func secretWitness() throws {
        let text = Scene.policy(
            "{rules: [{when: [{key: 'request.headers[authorization]', values: ['Basic abc*']}]}]}")
        let edits = try Self.search(text) { $0.request?.headers = [("authorization", "Bearer sekret")] }
            .request.changes.flatMap(\.edits)
        #expect(edits.map(\.from) == ["(13 bytes, hidden)"])
        #expect(edits.map(\.to) == ["Basic abcx"])
    }

    @Test("an opaque token where rules look for one is told by its size")
    func opaqueToken() throws {
        let text =
            """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: j, namespace: foo}
            spec: {jwtRules: [{issuer: i, fromHeaders: [{name: x-t, prefix: "T "}], jwksUri: "https://keys.example/"}]}

            """ + Scene.policy("{rules: [{when: [{key: 'request.headers[x-t]', values: [open]}]}]}")
        let edits = try Self.search(text) { $0.request?.headers = [("x-t", "opaque")] }.request.changes
            .flatMap(\.edits).filter { $0.field == .header("x-t") }
        #expect(edits.map(\.from) == ["(6 bytes, hidden)"])
        #expect(edits.map(\.to) == ["open"])
    }

    // MARK: Changes that were not found

    private static let strict = """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: pa, namespace: foo}
        spec:
          selector: {matchLabels: {app: web}}
          mtls: {mode: PERMISSIVE}
          portLevelMtls:
            8080: {mode: STRICT}
            9090: {mode: STRICT}

        """

    @Test("of a request that does not say its port, each port that refuses is made PERMISSIVE")
    func unknownPort() throws {
        let changes = try Self.search(Self.strict) {
            $0.source.principal = nil
            $0.destination.port = nil
        }.policy.changes
        #expect(
            changes.first?.steps == ["make port 8080 PERMISSIVE in foo/pa", "make port 9090 PERMISSIVE in foo/pa"])
    }

    @Test("the place of a port's mode is where that is written")
    func placeOfMode() throws {
        let scene = try Scene(Self.strict, trustsAnyIssuer: false)
        for port in [8080 as UInt16, nil] {
            let report = scene.report(Ask(principal: nil, port: port))
            #expect(report.reason == .plaintextNotPermitted)
            #expect(report.determiningPolicy?.location.line == 8)
        }
    }

    @Test(
        "a policy in JSON that allows nothing gets its first rule",
        arguments: [
            #"{"apiVersion":"security.istio.io/v1","kind":"AuthorizationPolicy","metadata":{"name":"a","namespace":"foo"},"spec":{}}"#,
            #"{"apiVersion":"security.istio.io/v1","kind":"AuthorizationPolicy","metadata":{"name":"a","namespace":"foo"},"spec":{"rules":[]}}"#,
            #"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"security.istio.io/v1","kind":"AuthorizationPolicy","metadata":{"name":"a","namespace":"foo"},"spec":{"action":"ALLOW"}}]}"#,
        ])
    func allowNothing(_ text: String) throws {
        let change = try #require(try Self.search(text, file: "p.json").policy.changes.first)
        #expect(change.steps == ["add a rule to foo/a"])
        #expect(!change.opening.isWider)
    }

    @Test("a token without an audience is told to have none")
    func noAudience() throws {
        let text = """
            apiVersion: security.istio.io/v1
            kind: RequestAuthentication
            metadata: {name: j, namespace: foo}
            spec: {jwtRules: [{issuer: i, audiences: [cart], jwksUri: "https://keys.example/"}]}

            """
        let place = SourceLocation(file: "request", line: 1, column: 1)
        let policy = try Self.search(text) {
            $0.token = .claims(json: #"{"iss":"i","sub":"a"}"#, hasValidSignature: true, location: place)
        }.policy
        #expect(policy.changes.isEmpty)
        #expect(policy.obstacle == "the token has no `aud`, and a rule with `audiences` wants one")
    }

    // MARK: What is said of a change

    @Test("a list that stands in two rules changes in both, and that is said")
    func anchor() throws {
        let text = """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: foo}
            spec:
              rules:
              - to: [{operation: {methods: &m [GET], paths: [/b]}}]
              - to: [{operation: {methods: *m, paths: [/a]}}]

            """
        let change = try #require(try Self.search(text).policy.changes.first)
        #expect(
            change.steps == ["add `POST` to `methods` of foo/a, rule 2 and with it of rule 1, which shares it"])
    }

    @Test("a value that the proxy makes up is in no policy")
    func madeUp() throws {
        let text = Scene.policy("{rules: [{when: [{key: 'request.headers[x-request-id]', values: [mine]}]}]}")
        for change in try Self.search(text).policy.changes { #expect(!change.patch.contains("0000-4000")) }
    }

    @Test("of a file whose lines end with a return, the new ones do, too")
    func returns() throws {
        let text = Scene.policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}").replacing("\n", with: "\r\n")
        let changes = try Self.search(text).policy.changes
        #expect(changes.count == 2)
        for change in changes {
            let new = change.files[0].new
            #expect(new.indices.allSatisfy { new[$0] != 0x0a || (new[max($0, 1) - 1] == 0x0d) })
            #expect(change.patch.utf8.contains(0x0d))
        }
    }

    @Test("of very many rules the nearest are searched through", .timeLimit(.minutes(2)))
    func manyRules() throws {
        let policies = (0..<25).map { policy in
            let rules = (0..<100).map { rule in
                "{from: [{source: {principals: [td1/ns/n/sa/s\(rule)]}}], to: [{operation: {methods: [PUT], paths: [/svc\(policy)/\(rule)/*, /v/\(policy)x\(rule)]}}]}"
            }
            return Scene.policy("{rules: [\(rules.joined(separator: ", "))]}", name: "p\(policy)")
        }
        let found = try Self.search(policies.joined())
        #expect(found.request.verdict == .found)
        #expect(found.policy.changes.first?.opening.isWider == false)
    }
}
