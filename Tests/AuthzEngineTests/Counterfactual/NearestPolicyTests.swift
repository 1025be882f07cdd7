import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzTestSupport
import Testing

/// The smallest change of the policies: the patch that is printed, applied, loaded and executed.
@Suite struct NearestPolicyTests {
    private static func search(_ text: String, _ ask: Ask, file: String = "p.yaml") throws -> (PolicyChanges, Scene) {
        let documents = try PolicyLoader.load(text: text, file: file).documents
        let scene = try Scene(documents)
        let document = ask.document(to: scene.destination)
        let workload = try #require(scene.point.policySet.workload(for: document).workload)
        var nearest = NearestPolicy(
            of: document, for: workload, by: scene.point, documents: documents, now: scene.now)
        return (nearest.search(), scene)
    }

    @Test("the printed patch lets the request pass, and none with an edit fewer does")
    func bruteForce() throws {
        let total = GeneratedCases.count
        var generator = PolicyGenerator(seed: 81)
        var denied = 0
        var sizes: [Int: Int] = [:]
        var round = 0
        while denied < total {
            let policies = generator.policies()
            let style = Tree.Style.allCases[round % Tree.Style.allCases.count]
            round += 1
            let text = Scene.anyIssuer + GeneratedPolicy.text(of: policies, as: style)
            for _ in 0..<3 where denied < total {
                let ask = generator.ask()
                let before = try Scene(PolicyLoader.load(text: text, file: "p.yaml").documents)
                guard !before.allows(ask) else { continue }
                let reason = before.report(ask).reason
                guard [.deniedByPolicy, .noAllowPolicyMatched].contains(reason) else { continue }
                denied += 1
                let (result, _) = try Self.search(text, ask)
                let about = "\(ask)\n\(text)\n\(result.changes.map(\.patch))"
                guard let first = result.changes.first else {
                    // A rule that tests nothing, met by a request of which nothing is known that could be written.
                    #expect(ask.isTCP && ask.principal.map { !$0.hasPrefix("spiffe://") } ?? true, "\(about)")
                    continue
                }
                for change in result.changes {
                    let patched = try PatchedText(text, patch: change.patch).text
                    #expect(patched == String(decoding: change.files[0].new, as: UTF8.self), "\(about)")
                    let after = try Scene(PolicyLoader.load(text: patched, file: "p.yaml").documents)
                    #expect(after.allows(ask), "\(about)")
                    #expect(change.steps.count == first.steps.count, "\(about)")
                }
                sizes[first.steps.count, default: 0] += 1
                if first.steps.count > 1 {
                    let smaller = try SingleEdits(policies).first { edited in
                        try Scene(GeneratedPolicy.text(of: edited)).allows(ask)
                    }
                    #expect(smaller == nil, "\(about)\n\(GeneratedPolicy.text(of: smaller ?? []))")
                }
                for change in result.changes {
                    guard let example = change.opening.exampleDocument else { continue }
                    let after = try Scene(
                        PolicyLoader.load(text: String(decoding: change.files[0].new, as: UTF8.self), file: "p.yaml")
                            .documents)
                    var (old, new) = (BruteForce(before), BruteForce(after))
                    let (was, is_) = (old.allows(example), new.allows(example))
                    #expect(!was && is_, "\(about)")
                }
            }
        }
        #expect(sizes[1, default: 0] > total / 10 && sizes[2, default: 0] > total / 50, "\(sizes)")
    }

    // MARK: What is printed

    private static let access = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata:
          name: access
          namespace: foo
        spec:
          selector:
            matchLabels:
              app: web
          rules:
          # Who may read.
          - from:
            - source:
                principals:
                - td1/ns/foo/sa/bar
            to:
            - operation:
                methods: ["GET"]  # and no more
                paths: ["/v1/*"]

        """

    @Test("a value goes into the list that lacks it, and what that opens is told")
    func value() throws {
        let (result, _) = try Self.search(Self.access, Ask(method: "PUT", path: "/v1/x"))
        let change = try #require(result.changes.first)
        #expect(change.steps == ["add `PUT` to `methods` of foo/access, rule 1"])
        #expect(
            change.patch == """
                --- p.yaml
                +++ p.yaml
                @@ -15,5 +15,5 @@
                         - td1/ns/foo/sa/bar
                     to:
                     - operation:
                -        methods: ["GET"]  # and no more
                +        methods: ["GET", "PUT"]  # and no more
                         paths: ["/v1/*"]

                """)
        #expect(change.opening.isWider)
        #expect(change.opening.example?.map(\.field) == [.path])
        let narrow = try #require(result.changes.last)
        #expect(narrow.steps == ["add a rule to foo/access"])
        #expect(!narrow.opening.isWider)
        #expect(
            narrow.patch.hasSuffix(
                """
                         methods: ["GET"]  # and no more
                         paths: ["/v1/*"]
                +  - from:
                +    - source:
                +        principals: ["td1/ns/foo/sa/bar"]
                +    to:
                +    - operation:
                +        methods: ["PUT"]
                +        paths: ["/v1/x"]
                +        hosts: ["example.com"]
                +        ports: ["8080"]

                """))
    }

    @Test("a list of one value a line gets one more line")
    func blockList() throws {
        let ask = Ask(principal: "spiffe://td1/ns/foo/sa/other", path: "/v1/x")
        let change = try #require(try Self.search(Self.access, ask).0.changes.first)
        #expect(change.patch.contains("\n         - td1/ns/foo/sa/bar\n+        - \"td1/ns/foo/sa/other\"\n     to:\n"))
    }

    @Test("a DENY rule gets an exception")
    func exception() throws {
        let deny = Scene.policy("{action: DENY, rules: [{to: [{operation: {paths: [/admin/*]}}]}]}")
        let change = try #require(try Self.search(deny, Ask(path: "/admin/a")).0.changes.first)
        #expect(
            change.patch.contains(
                "paths: [/admin/*]}}], from: [{source: {notPrincipals: [\"td1/ns/foo/sa/bar\"]}}]}]}\n"))
        #expect(change.opening.isWider)
        let anyone = try #require(try Self.search(deny, .plaintext(path: "/admin/a")).0.changes.first)
        #expect(anyone.patch.contains("{operation: {paths: [/admin/*], notPaths: [\"/admin/a\"]}}]}]}\n"))
    }

    @Test("allow-nothing is left as it is, and a policy for the request stands beside it")
    func allowNothing() throws {
        let change = try #require(
            try Self.search(Scene.policy("{}"), Ask(method: "PUT", path: "/v1/x")).0.changes.first)
        #expect(change.steps == ["add the policy foo/allow-request"])
        #expect(change.patch.contains("+  selector:\n+    matchLabels:\n+      app: \"web\"\n"))
        #expect(!change.opening.isWider)
    }

    @Test("a change of a policy that more workloads share is told by their names")
    func otherWorkloads() throws {
        let pods = ["a", "b"].map { name in
            """
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: \(name), namespace: foo, labels: {app: \(name)}}
            spec: {containers: [{name: c, image: i}]}

            """
        }
        let policy = Scene.policy("{rules: [{to: [{operation: {methods: [GET]}}]}]}")
        let change = try #require(try Self.search(policy + pods.joined(), Ask(method: "PUT")).0.changes.first)
        #expect(change.steps == ["add `PUT` to `methods` of foo/p, rule 1"])
        #expect(change.opening.workloads == ["foo/a", "foo/b"])
    }

    @Test("plaintext is let in for one port of one workload")
    func plaintext() throws {
        let strict = """
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: foo}
            spec:
              mtls:
                mode: STRICT

            """
        let changes = try Self.search(strict, .plaintext()).0.changes
        #expect(changes.first?.steps == ["add the PeerAuthentication foo/permissive-workload"])
        #expect(
            changes.first?.patch.hasSuffix(
                """
                +spec:
                +  selector:
                +    matchLabels:
                +      app: "web"
                +  mtls: {mode: STRICT}
                +  portLevelMtls:
                +    "8080": {mode: PERMISSIVE}

                """) == true)
    }

    @Test("no policy is the answer to a bad token")
    func badToken() throws {
        let ask = Ask(claims: #"{"iss":"i","sub":"a","exp":1}"#)
        let result = try Self.search(Scene.anyIssuer + Scene.policy("{rules: [{}]}"), ask).0
        #expect(result.changes.isEmpty)
        #expect(result.obstacle == "the token is not good, and no policy should make it so")
    }

    @Test("what alone allowed a request is told, where it is alone")
    func allowance() throws {
        let twice = """
            {rules: [{to: [{operation: {methods: [GET]}}]}, {to: [{operation: {paths: [/a]}}]}]}
            """
        let documents = try PolicyLoader.load(text: Scene.policy(twice), file: "p.yaml").documents
        let scene = try Scene(documents)
        let allowance = { (ask: Ask) -> Allowance? in
            let document = ask.document(to: scene.destination)
            return Counterfactual(
                of: document, for: scene.point.policySet.workload(for: document).workload, by: scene.point,
                documents: documents, outcome: .allow, now: scene.now
            ).allowance
        }
        let one = try #require(allowance(Ask(path: "/b")))
        #expect(one.isAlone && one.rules.map(\.rule) == [1])
        let both = try #require(allowance(Ask(path: "/a")))
        #expect(!both.isAlone && both.rules.map(\.rule) == [1, 2])
    }
}

/// A text with a patch applied, strictly.
private struct PatchedText {
    let text: String

    init(_ text: String, patch: String) throws {
        var old = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if old.last == "" { old.removeLast() }
        var new: [String] = []
        var position = 0
        for line in patch.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2) where !line.isEmpty {
            if line.hasPrefix("@@") {
                let start = try #require(line.split(separator: " ")[1].dropFirst().split(separator: ",").first)
                let count = try #require(line.split(separator: " ")[1].split(separator: ",").last)
                let target = try #require(Int(start)) - (count == "0" ? 0 : 1)
                new += old[position..<target]
                position = target
                continue
            }
            let content = String(line.dropFirst())
            if !line.hasPrefix("+") {
                try #require(old[position] == content)
                position += 1
            }
            if !line.hasPrefix("-") { new.append(content) }
        }
        new += old[position...]
        self.text = new.map { $0 + "\n" }.joined()
    }
}

/// Every set of policies that is one edit away: a rule or value less, a value that fits anything more, or a policy that allows all.
private struct SingleEdits: Sequence {
    private let all: [[GeneratedPolicy]]

    init(_ policies: [GeneratedPolicy]) {
        var all: [[GeneratedPolicy]] = []
        let allowAll = GeneratedPolicy(
            name: "allow-all", namespace: "foo", action: "ALLOW", labels: [:],
            rules: [GeneratedPolicy.Rule(from: [], to: [], when: [])])
        all.append(policies + [allowAll])
        for index in policies.indices {
            for rule in policies[index].rules.indices {
                var fewer = policies
                fewer[index].rules.remove(at: rule)
                if fewer[index].rules.isEmpty, fewer[index].action != "ALLOW" { fewer.remove(at: index) }
                all.append(fewer)
                for change in Self.changes(of: policies[index].rules[rule]) {
                    var changed = policies
                    changed[index].rules[rule] = change
                    all.append(changed)
                }
            }
        }
        self.all = all
    }

    private static func changes(of rule: GeneratedPolicy.Rule) -> [GeneratedPolicy.Rule] {
        var changes: [GeneratedPolicy.Rule] = []
        for side in [\GeneratedPolicy.Rule.from, \.to] {
            for entry in rule[keyPath: side].indices {
                for field in rule[keyPath: side][entry].indices {
                    for lists in Self.lists(of: rule[keyPath: side][entry][field]) {
                        var changed = rule
                        changed[keyPath: side][entry][field] = lists
                        changes.append(changed)
                    }
                }
            }
        }
        for condition in rule.when.indices {
            for lists in Self.lists(of: rule.when[condition]) {
                var changed = rule
                changed.when[condition] = lists
                changes.append(changed)
            }
        }
        return changes
    }

    private static func lists(of field: GeneratedPolicy.Field) -> [GeneratedPolicy.Field] {
        var all: [GeneratedPolicy.Field] = []
        for list in [\GeneratedPolicy.Field.values, \.notValues] {
            guard field[keyPath: list].count > 1 else { continue }
            for index in field[keyPath: list].indices {
                var fewer = field
                fewer[keyPath: list].remove(at: index)
                all.append(fewer)
            }
        }
        return all
    }

    func makeIterator() -> IndexingIterator<[[GeneratedPolicy]]> { all.makeIterator() }
}
