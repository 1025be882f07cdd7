import AuthzCore
import Foundation
import Testing

@testable import authz

/// What `authz explain` says beside the decision: what would change it, how to send it, how two requests differ.
@Suite struct ExplainChangeTests {
    private static let policies = """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: access, namespace: shop}
        spec:
          selector: {matchLabels: {app: cart}}
          rules:
          - to: [{operation: {methods: [GET], paths: [/v1/*]}}]
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: cart, namespace: shop, labels: {app: cart}}
        spec: {containers: [{name: c, image: i}]}
        """
    private static let denied = """
        {destination: {workload: shop/cart, port: 8080}, request: {method: PUT, path: /v1/a, host: cart.shop}}
        """
    private static let allowed = """
        {destination: {workload: shop/cart, port: 8080}, request: {method: GET, path: /v1/a, host: cart.shop}}
        """

    @Test("of a denied request the smallest changes are told, and what they open")
    func denied() throws {
        let run = try ExplainRun(["r.yaml": Self.denied], policies: Self.policies)
        #expect(
            run.answer.hasSuffix(
                """
                  nearest: shop/access, rule 1 would allow this  (p.yaml:7:5)
                    if methods were `GET`
                  smallest change of the request that is allowed:
                    request.method  `PUT` → `GET`
                  smallest change of the policies: add `PUT` to `methods` of shop/access, rule 1
                    --- p.yaml
                    +++ p.yaml
                    @@ -4,7 +4,7 @@
                     spec:
                       selector: {matchLabels: {app: cart}}
                       rules:
                    -  - to: [{operation: {methods: [GET], paths: [/v1/*]}}]
                    +  - to: [{operation: {methods: [GET, "PUT"], paths: [/v1/*]}}]
                     ---
                     apiVersion: v1
                     kind: Pod
                    warning: this opens more: 20 of 83 requests tried, such as this one with request.path `/v1/a` → `/v1/a/x`
                  or, opening less: add a rule to shop/access
                    --- p.yaml
                    +++ p.yaml
                    @@ -5,6 +5,15 @@
                       selector: {matchLabels: {app: cart}}
                       rules:
                       - to: [{operation: {methods: [GET], paths: [/v1/*]}}]
                    +  - from:
                    +    - source:
                    +        notPrincipals: ["*"]
                    +    to:
                    +    - operation:
                    +        methods: ["PUT"]
                    +        paths: ["/v1/a"]
                    +        hosts: ["cart.shop"]
                    +        ports: ["8080"]
                     ---
                     apiVersion: v1
                     kind: Pod
                    opens nothing else among 84 requests tried

                """), "\(run.answer)")
    }

    @Test("a slip is named beside the nearest rule and mended in place, where it is in the policy")
    func slip() throws {
        let policies = Self.policies.replacing("methods: [GET]", with: "methods: [get, PUT]")
        let run = try ExplainRun(["r.yaml": Self.allowed], policies: policies)
        #expect(
            run.answer.contains(
                """
                    if methods were one of `get`, `PUT`
                      perhaps a slip: `get` is not `GET`: methods are case-sensitive

                """), "\(run.answer)")
        #expect(
            run.answer.contains(
                "  smallest change of the policies: write `GET` for `get` in `methods` of shop/access, rule 1\n"))
        #expect(run.answer.contains(#"    +  - to: [{operation: {methods: ["GET", PUT], paths: [/v1/*]}}]"#))
        #expect(run.answer.matches(of: /methods are case-sensitive/).count == 1, "it is told once")
        let json = try ExplainRun(["r.yaml": Self.allowed], policies: policies, format: .json)
        #expect(json.answer.contains(#""slip":"`get` is not `GET`: methods are case-sensitive""#))
    }

    @Test("a slip of the request is named, and the policy keeps what it has")
    func slipOfRequest() throws {
        let request = Self.allowed.replacing("/v1/a", with: "/V1/a")
        let run = try ExplainRun(["r.yaml": request], policies: Self.policies)
        #expect(
            run.answer.contains("      perhaps a slip: `/V1/a` is not `/v1/*`: paths are case-sensitive\n"),
            "\(run.answer)")
        #expect(run.answer.contains("smallest change of the policies: add `/V1/a` to `paths` of shop/access, rule 1\n"))
    }

    @Test("of a request that is none of HTTP the slip is named")
    func slipOfHTTP() throws {
        for (method, path, note) in [
            ("get", "/v1/a", "methods are case-sensitive: `get` is not `GET`"),
            ("GET", "v1/a", "`v1/a` does not begin with `/`, as a path does"),
        ] {
            let request = "{destination: {workload: shop/cart}, request: {method: \(method), path: \(path)}}"
            let run = try ExplainRun(["r.yaml": request], policies: Self.policies)
            #expect(run.answer.contains("              \(note)\n"), "\(run.answer)")
        }
    }

    @Test("of an allowed request it is told what it hangs on")
    func allowed() throws {
        let run = try ExplainRun(["r.yaml": Self.allowed], policies: Self.policies)
        #expect(
            run.answer.hasSuffix("  it hangs on shop/access, rule 1 alone: without that rule it is denied\n"))
    }

    @Test("JSON has the same")
    func json() throws {
        let run = try ExplainRun(["r.yaml": Self.denied], policies: Self.policies, format: .json)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(run.answer.utf8)) as? [String: Any])
        let change = try #require(object["change"] as? [String: Any])
        let request = try #require(change["request"] as? [String: Any])
        #expect(request["verdict"] as? String == "found")
        let edits = (request["changes"] as? [[String: Any]])?.first?["edits"] as? [[String: String]]
        #expect(edits == [["field": "request.method", "from": "PUT", "to": "GET"]])
        let policy = (change["policy"] as? [String: Any])?["changes"] as? [[String: Any]]
        #expect((policy?.first?["patch"] as? String)?.contains(#"methods: [GET, "PUT"]"#) == true)
        #expect((policy?.first?["opens"] as? [String: Any])?["opened"] as? Int ?? 0 > 0)
    }

    @Test("--curl prints what to send, credentials as variables")
    func curl() throws {
        let token = """
            {destination: {workload: shop/cart}, request: {method: PUT, path: "/v1/it's", headers: {authorization: Basic eA==}}}
            """
        let run = try ExplainRun(["r.yaml": token], policies: Self.policies, showsCurl: true)
        #expect(
            run.answer.hasSuffix(
                #"""
                  to send:
                    # over plaintext
                    curl -i --path-as-is 'http://cart.shop/v1/it'\''s' -H "authorization: $AUTHORIZATION"

                """#), "\(run.answer)")
    }

    @Test("several requests are explained one after the other")
    func several() throws {
        let run = try ExplainRun(
            ["a.yaml": Self.denied, "b.yaml": "\(Self.allowed)\n---\n\(Self.denied)\n"], policies: Self.policies)
        let heads = run.answer.split(separator: "\n").filter { $0.hasPrefix("== ") }
        #expect(heads == ["== a.yaml", "== b.yaml:1", "== b.yaml:3"])
        let json = try ExplainRun(
            ["a.yaml": Self.denied, "b.yaml": Self.allowed], policies: Self.policies, format: .json)
        #expect(json.answer.split(separator: "\n").count == 2)
        #expect(json.answer.hasPrefix(#"{"input":"a.yaml","outcome":"deny""#))
    }

    @Test("two requests are compared, field by field and test by test")
    func difference() throws {
        let run = try ExplainRun(
            ["a.yaml": Self.allowed, "b.yaml": Self.denied], policies: Self.policies, isDifference: true)
        #expect(
            run.answer == """
                A  ALLOW 200  shop/access, rule 1  (p.yaml:7:5)
                   a.yaml
                B  DENY 403  no ALLOW policy matched
                   b.yaml
                  in the requests:
                    request.method  `GET` → `PUT`
                  in how they are decided:
                    ALLOW       A  matched
                                B  no rule matched, so the default is deny
                    ALLOW       shop/access, rule 1  to methods  (p.yaml:7:5)
                                A  yes      `GET` is listed
                                B  no       `PUT` is not `GET`

                """)
        let json = try ExplainRun(
            ["a.yaml": Self.allowed, "b.yaml": Self.denied], policies: Self.policies, format: .json,
            isDifference: true)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.answer.utf8)) as? [String: Any])
        #expect(Set(object.keys) == ["a", "b", "requests", "layers", "tests"])
    }

    @Test("a line of the decision log is a request as far as it tells")
    func decisionLog() throws {
        let log = """
            {"time":1767225600,"level":"info","message":"serving"}
            {"time":1767225600,"level":"info","message":"decision","decisionId":"1","outcome":"deny","status":403,"reason":"no-allow-policy-matched","policySet":"x","generation":1,"workload":"shop/cart","method":"PUT","host":"cart.shop","path":"/v1/a"}
            {"time":1767225600,"level":"info","message":"decision","decisionId":"2","outcome":"deny","status":403,"reason":"denied-by-policy","policySet":"x","generation":1,"workload":"shop/cart","peerPrincipal":"cluster.local/ns/a/sa/b","method":"GET","host":"cart.shop","path":"/v1/a"}
            """
        let run = try ExplainRun(["log.jsonl": log], policies: Self.policies)
        #expect(run.status == 0)
        #expect(run.answer.contains("== log.jsonl:2\nDENY 403  no ALLOW policy matched\n"), "\(run.answer)")
        #expect(run.answer.contains("== log.jsonl:3\nALLOW 200  shop/access, rule 1"))
        #expect(run.answer.contains("  the log says deny, denied-by-policy: "))
        #expect(run.answer.contains("request.method  `PUT` → `GET`"))
    }

    @Test("a line about a check over HTTP is decided with the peer unknown, as it was when it was logged")
    func unknownPeer() throws {
        let strict = """
            \(Self.policies)
            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: strict, namespace: shop}
            spec: {mtls: {mode: STRICT}}
            """
        let line =
            #"{"time":1,"level":"info","message":"decision","api":"http","outcome":"allow","status":200,"#
            + #""reason":"allowed-by-policy","workload":"shop/cart","method":"GET","host":"cart.shop","path":"/v1/a"}"#
        let run = try ExplainRun(["log.jsonl": line], policies: strict)
        #expect(
            run.answer.hasPrefix("ALLOW 200  shop/access, rule 1") && !run.answer.contains("the log says"),
            "\(run.answer)")
        let other = try ExplainRun(["log.jsonl": line.replacing("http", with: "document")], policies: strict)
        #expect(other.answer.contains("the log says allow, allowed-by-policy"), "\(other.answer)")
    }

    @Test("lines that stand between those of a log are passed over")
    func mixedLog() throws {
        let line =
            #"{"time":1,"level":"info","message":"decision","api":"grpc","outcome":"allow","status":200,"#
            + #""reason":"allowed-by-policy","workload":"shop/cart","method":"GET","host":"cart.shop","path":"/v1/a"}"#
        let log = "warning: key sets\n{\"time\":1,\"level\":\"info\",\"message\":\"started\"}\n2026 F \(line)\n{\"ti\n"
        let run = try ExplainRun(["log": log], policies: Self.policies)
        #expect(run.answer.hasPrefix("ALLOW 200  shop/access, rule 1"), "\(run.answer)")
        #expect(run.messages.contains("warning: line 4 of the log is not read: it is cut off, or no JSON\n"))
    }

    @Test("words that stand for a value of a header are no value")
    func hiddenHeader() throws {
        let policies = Self.policies.replacing(
            "  - to:", with: "  - when: [{key: 'request.headers[cookie]', notValues: [a*]}]\n    to:")
        let request = Self.allowed.replacing("host: cart.shop", with: "host: cart.shop, headers: {cookie: abc}")
        let run = try ExplainRun(["r.yaml": request], policies: policies)
        #expect(
            run.answer.contains("    request.headers[cookie]  (3 bytes, hidden) → leave it out\n"), "\(run.answer)")
    }

    @Test("what nothing tests is told where nothing else is opened")
    func untested() throws {
        let request = Self.denied.replacing("cart.shop}", with: "cart.shop, headers: {x-a: b}}")
            .replacing("{destination", with: "{source: {ip: 10.0.0.1, principal: cluster.local/ns/a/sa/b}, destination")
        let run = try ExplainRun(["r.yaml": request], policies: Self.policies)
        #expect(
            run.answer.contains(
                " requests tried, but this one with any `source.ip` and any `request.headers[x-a]`\n"),
            "\(run.answer)")
    }

    @Test("a line of a log that is no decision of ours is refused with its place")
    func badLogLine() throws {
        let log = """
            {"time":1,"level":"info","message":"decision","outcome":"deny","reason":"x"}
            {"time":1,"level":"info","message":"decision"}
            """
        let run = try ExplainRun(["log.jsonl": log], policies: Self.policies)
        #expect(run.status == nil)
        #expect(
            run.messages.hasPrefix(
                "log.jsonl:2:1: error: the line of a decision log has no `outcome` and `reason` [missing-field]\n"))
    }

    // MARK: The page

    @Test("the page has the flow, the source with the rule marked, and the changes")
    func page() throws {
        let page = try #require(
            try ExplainRun(["r.yaml": Self.denied], policies: Self.policies, writesPage: true).page)
        #expect(page.hasPrefix("<!doctype html>\n"))
        for text in [
            #"<span class="badge">DENY 403</span>"#, "<h3>ALLOW</h3>",
            #"<span class="hit"><span class="n">7</span>  - to: [{operation: {methods: [GET], paths: [/v1/*]}}]</span>"#,
            "<code>PUT</code> → <code>GET</code>",
            #"<span class="add">+  - to: [{operation: {methods: [GET, &quot;PUT&quot;], paths: [/v1/*]}}]</span>"#,
        ] { #expect(page.contains(text), "\(text)") }
    }

    @Test("nothing that comes from outside is markup, and no token is whole on the page")
    func hostilePage() throws {
        let attack = "<script>alert(1)</script><img src=x onerror=y>&\"'\u{202e}"
        let token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJlLXRoYXQtaXMtc2VjcmV0"
        let policies = Self.policies.replacing(
            "rules:", with: "# \(attack.replacing("\u{202e}", with: ""))\n  rules:")
        let request =
            [
                "destination": ["workload": "shop/cart"],
                "request": ["method": "PUT", "path": "/v1/\(attack)", "host": attack, "headers": ["x-t": attack]],
                "token": token,
            ] as [String: Any]
        let json = String(decoding: try JSONSerialization.data(withJSONObject: request), as: UTF8.self)
        let page = try #require(try ExplainRun(["r.json": json], policies: policies, writesPage: true).page)
        #expect(page.contains("&lt;script&gt;"))
        for text in ["<script", "<img", "onerror=y>", "\u{202e}", "c2lnbmF0dXJl"] {
            #expect(!page.contains(text), "\(text)")
        }
        #expect(page.matches(of: /<[a-z!\/][^>]*>/).count > 50)
    }

    @Test("the page is not written over a policy or a request")
    func sparing() throws {
        let scratch = try Scratch(["p.yaml": Self.policies, "r.yaml": Self.denied])
        var settings = PolicySettings()
        settings.paths = [scratch("p.yaml")]
        let (answers, messages) = (try Capture(), try Capture())
        let console = Console(
            OutputSettings(format: .text, color: .never, isColorRefused: false, isQuiet: true, isVerbose: false),
            answers: answers.stream, messages: messages.stream)
        for file in ["p.yaml", "r.yaml"] {
            let explain = ExplainSettings(
                requestPaths: [scratch("r.yaml")], policies: settings, failsOnDenial: false, pagePath: scratch(file))
            #expect(throws: InputError.self) { _ = try Explainer(explain, console).run() }
        }
        #expect(try answers.text().hasPrefix("DENY 403"))
        #expect(try messages.text() == "")
        #expect(try String(contentsOfFile: scratch("p.yaml"), encoding: .utf8) == Self.policies)
    }
}
