import AuthzTestSupport

/// Makes policies and requests from one small vocabulary, so that they often meet. The seed fixes all of it.
struct PolicyGenerator {
    private static let sourceFields: [(name: String, values: [String])] = [
        (
            "principals",
            ["*", "td1/ns/foo/sa/bar", "cluster.local/ns/foo/sa/bar", "*/sa/bar", "td1/ns/*", "td1/ns/*/sa/bar"]
        ),
        ("namespaces", ["foo", "f*o", "*a", "*", "fo", "prod-*", "*oo"]),
        ("trustDomains", ["td1", "td*", "*2", "*", "td"]),
        ("requestPrincipals", ["*", "i/alice", "*/alice", "i/*", "*ice", "i*", "i/al*", "*/*"]),
        ("ipBlocks", ["10.0.0.0/8", "10.0.0.7", "0.0.0.0/0", "10.1.0.0/16", "::/0"]),
        ("remoteIpBlocks", ["10.0.0.0/8", "203.0.113.9", "203.0.113.0/30"]),
    ]
    private static let serviceAccounts = (
        name: "serviceAccounts", values: ["bar", "foo/bar", "foo/baz", "prod-eu/bar", "foo/sa"]
    )
    private static let operationFields: [(name: String, values: [String])] = [
        ("paths", ["/a", "/a*", "*/b", "/a/{*}", "/a/{**}", "/{*}/b", "*", "/A", "/a/{**}/b", "/a*b", "**"]),
        ("methods", ["GET", "P*", "*T", "get", "*"]),
        ("hosts", ["example.com", "*.example.com", "Example.com*", "*", "example.com:80"]),
        ("ports", ["80", "8080", "0"]),
    ]
    private static let conditions: [(name: String, values: [String])] = [
        ("request.headers[x-role]", ["admin", "ad*", "*min", "*", "user,admin"]),
        ("request.headers[:path]", ["/a", "/a*", "*x"]),
        ("source.ip", ["10.0.0.0/8", "10.0.0.7"]),
        ("remote.ip", ["203.0.113.9", "10.0.0.0/8"]),
        ("source.namespace", ["foo", "*"]),
        ("source.principal", ["td1/ns/foo/sa/bar", "*"]),
        ("request.auth.claims[groups]", ["ops", "o*", "*"]),
        ("request.auth.claims[scope]", ["read", "*te", "read write"]),
        ("request.auth.claims[nested][role]", ["admin", "*"]),
        ("request.auth.audiences", ["api", "*"]),
        ("destination.port", ["80", "8080"]),
        ("connection.sni", ["a.example.com", "*.example.com", "*"]),
    ]

    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &random)] }

    mutating func shuffled<Value>(_ values: [Value]) -> [Value] { values.shuffled(using: &random) }

    // MARK: Policies

    mutating func policies() -> [GeneratedPolicy] {
        (0..<Int.random(in: 1...4, using: &random)).map { index in
            policy(named: "p\(index)", action: pick(["ALLOW", "ALLOW", "DENY", "AUDIT"]))
        }
    }

    mutating func policy(named name: String, action: String) -> GeneratedPolicy {
        var policy = GeneratedPolicy(
            name: name, namespace: pick(["foo", "foo", "istio-system", "other"]), action: action,
            labels: chance(30) ? ["app": pick(["web", "web", "other"])] : [:],
            rules: (0..<Int.random(in: 1...3, using: &random)).map { _ in rule() })
        policy.isDryRun = action != "AUDIT" && chance(10)
        if action == "ALLOW", chance(5) { policy.rules = [] }
        return policy
    }

    mutating func rule() -> GeneratedPolicy.Rule {
        GeneratedPolicy.Rule(
            from: chance(60) ? (0..<(chance(25) ? 2 : 1)).map { _ in source() } : [],
            to: chance(60) ? (0..<(chance(25) ? 2 : 1)).map { _ in entry(Self.operationFields) } : [],
            when: chance(35) ? (0..<(chance(25) ? 2 : 1)).map { _ in field(pick(Self.conditions)) } : [])
    }

    /// A rule that tests one field of `operation` and nothing else.
    mutating func rule(ofOperation name: String) -> GeneratedPolicy.Rule {
        let fields = Self.operationFields.filter { $0.name == name }
        return GeneratedPolicy.Rule(from: [], to: [entry(fields)], when: [])
    }

    private mutating func source() -> [GeneratedPolicy.Field] {
        // Admission has service accounts beside neither principals nor namespaces.
        guard chance(20) else { return entry(Self.sourceFields) }
        return [field(Self.serviceAccounts)] + (chance(30) ? [field(pick(Array(Self.sourceFields.suffix(2))))] : [])
    }

    private mutating func entry(_ fields: [(name: String, values: [String])]) -> [GeneratedPolicy.Field] {
        let count = chance(70) ? 1 : min(2, fields.count)
        return shuffled(fields).prefix(count).map { field($0) }
    }

    private mutating func field(_ field: (name: String, values: [String])) -> GeneratedPolicy.Field {
        var made = GeneratedPolicy.Field(name: field.name, values: [], notValues: [])
        if chance(75) { made.values = Array(shuffled(field.values).prefix(Int.random(in: 1...2, using: &random))) }
        if made.values.isEmpty || chance(15) { made.notValues = [pick(field.values)] }
        return made
    }

    // MARK: Requests

    /// A request whose path is normalized.
    mutating func ask() -> Ask {
        var ask = Ask()
        ask.principal = pick([
            nil, Ask.usualPrincipal, Ask.usualPrincipal, "spiffe://td2/ns/prod-eu/sa/bar", "spiffe://td1/ns/fo/sa/baz",
            "spiffe://td1/ns/foo/xsa/sa/sa", "CN=client",
        ])
        ask.ip = pick(["10.0.0.7", "10.0.0.7", "10.1.2.3", "203.0.113.9", "2001:db8::1"])
        ask.method = pick(["GET", "GET", "PUT", "POST", "PATCH"])
        ask.path = path() + (chance(20) ? "?x=/a" : "")
        ask.host = pick(["example.com", "example.com:80", "a.example.com", "EXAMPLE.com.evil.org"])
        ask.port = pick([80, 8080])
        if chance(50) { ask.sni = pick(["a.example.com", "A.EXAMPLE.COM", "example.com"]) }
        if chance(50) {
            ask.headers = (0..<(chance(30) ? 2 : 1)).map { _ in ("x-role", pick(["admin", "user", "", "user,admin"])) }
        }
        if chance(30) { ask.headers.append(("x-forwarded-for", pick(["203.0.113.9", "10.0.0.1, 203.0.113.2", "x"]))) }
        if chance(50) { ask.claims = claims() }
        ask.isTCP = chance(10)
        if ask.isTCP { ask.claims = nil }
        return ask
    }

    mutating func path() -> String {
        pick(["/", "/a", "/A", "/a/", "/a/b", "/a/x", "/a//b", "/a/x/b", "/ab", "/a*b", "/x/b", "/a[b"])
    }

    private mutating func claims() -> String {
        var members = ["\"iss\": \"\(pick(["i", "i", "j"]))\""]
        if chance(90) { members.append("\"sub\": \"\(pick(["alice", "malice", "*", ""]))\"") }
        if chance(50) {
            members.append(
                "\"groups\": \(pick(["\"ops\"", "[\"dev\", \"ops\"]", "[]", "7", "[\"\"]", "[[\"ops\"]]", "null"]))")
        }
        if chance(50) {
            members.append("\"scope\": \(pick(["\"read write\"", "\"write\"", "\"\"", "[\"read\"]", "\"  \""]))")
        }
        if chance(50) {
            members.append("\"nested\": \(pick(["{\"role\": \"admin\"}", "[{\"role\": \"admin\"}]", "\"role\""]))")
        }
        if chance(50) { members.append("\"aud\": \(pick(["\"api\"", "[\"x\", \"api\"]", "[]"]))") }
        return "{" + members.joined(separator: ", ") + "}"
    }
}
