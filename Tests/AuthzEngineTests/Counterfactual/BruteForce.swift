import AuthzCore
import AuthzEngine
import AuthzPolicy
import AuthzTestSupport

/// Tries every request of a small universe, knowing nothing of the policies: what a search says is held against it.
struct BruteForce {
    typealias Change = (inout RequestDocument) -> Void

    let scene: Scene
    private var request = CheckRequest()
    private var workspace = Workspace()

    init(_ scene: Scene) {
        self.scene = scene
    }

    mutating func allows(_ document: RequestDocument) -> Bool {
        let workload = scene.point.policySet.workload(for: document).workload
        request.fill(from: document, for: workload, in: scene.point.policySet)
        var trace: Trace?
        return scene.point.decide(&request, for: workload, now: scene.now, in: &workspace, trace: &trace).outcome
            == .allow
    }

    /// The first allowed request with this many fields changed, in words.
    mutating func allowed(from base: RequestDocument, changing count: Int) -> RequestDocument? {
        allowed(base, Self.universe(base)[...], count)
    }

    private mutating func allowed(
        _ document: RequestDocument, _ fields: ArraySlice<[Change]>, _ count: Int
    ) -> RequestDocument? {
        if count == 0 { return allows(document) ? document : nil }
        guard fields.count >= count else { return nil }
        for index in fields.indices {
            for change in fields[index] {
                var next = document
                change(&next)
                if let found = allowed(next, fields[(index + 1)...], count - 1) { return found }
            }
        }
        return nil
    }

    /// An allowed one among requests with every field changed at random.
    mutating func allowedAtRandom(
        from base: RequestDocument, tries: Int, using random: inout SeededGenerator
    ) -> RequestDocument? {
        let universe = Self.universe(base)
        for _ in 0..<tries {
            let document = Self.document(base, universe, using: &random)
            if allows(document) { return document }
        }
        return nil
    }

    /// A request with any values in most fields.
    static func document(
        _ base: RequestDocument, _ universe: [[Change]], using random: inout SeededGenerator
    ) -> RequestDocument {
        var document = base
        for field in universe {
            guard Int.random(in: 0..<4, using: &random) > 0, let change = field.randomElement(using: &random) else {
                continue
            }
            change(&document)
        }
        return document
    }

    // MARK: Values

    private static let principals: [String?] = [
        nil, "spiffe://td1/ns/foo/sa/bar", "spiffe://cluster.local/ns/foo/sa/bar", "spiffe://td2/ns/prod-eu/sa/bar",
        "spiffe://td1/ns/fo/sa/baz", "spiffe://td1/ns/foo/sa/baz", "spiffe://td1/ns/zoo/sa/bar",
        "spiffe://td/ns/a/sa/b",
        "spiffe://td2/ns/foo/sa/sa", "spiffe://other/ns/other/sa/other", "spiffe://td1/ns/prod-eu/sa/other",
    ]
    private static let paths = [
        "/", "/a", "/A", "/a/", "/a/b", "/a/x", "/a/x/b", "/ab", "/a*b", "/x/b", "/z", "/b", "/a?x", "/z?x", "/x/y/z",
        "/q/a/b", "/az", "/a/y?x=x",
    ]
    private static let methods = ["GET", "PUT", "POST", "PATCH", "get", "DELETE", "PUTX"]
    private static let hosts = ["example.com", "example.com:80", "a.example.com", "EXAMPLE.com.evil.org", "other"]
    private static let ports: [UInt16] = [80, 8080, 81]
    private static let names: [String?] = [nil, "a.example.com", "example.com", "other"]
    private static let roles: [[String]] = [
        [], ["admin"], ["user"], [""], ["user,admin"], ["adx"], ["xmin"], ["admin", "user,admin"], ["adx", "xmin"],
    ]
    private static let addresses = [
        "10.0.0.7", "10.1.2.3", "203.0.113.9", "203.0.113.2", "2001:db8::1", "192.0.2.1", "10.0.0.8",
    ]
    private static let claims: [String?] = {
        var all: [String?] = [nil]
        for issuer in ["i", "j", "ice", "malice"] {
            for subject in ["alice", "bob", "ali", ""] {
                for rest in [
                    "", #","groups":"ops""#, #","scope":"read write""#, #","nested":{"role":"admin"}"#,
                    #","aud":"api""#,
                    #","groups":["ops","x"],"scope":["read","write","read write"],"nested":{"role":"admin"},"aud":["api"]"#,
                    #","groups":"x","scope":"x","nested":{"role":"x"},"aud":"x""#,
                ] { all.append(#"{"iss":"\#(issuer)","sub":"\#(subject)"\#(rest)}"#) }
            }
        }
        return all
    }()

    private static func address(_ text: String) -> IPAddress? { IPAddress(parsing: Array(text.utf8).span) }

    static func universe(_ base: RequestDocument) -> [[Change]] {
        let place = base.location
        var fields: [[Change]] = [
            principals.map { value in { $0.source.principal = value } },
            ports.map { value in { $0.destination.port = value } },
            names.map { value in { $0.destination.sni = value } },
            addresses.map { value in { $0.source.ip = address(value) } },
            addresses.map { value in { $0.source.remoteIP = address(value) } },
        ]
        guard base.request != nil else { return fields }
        fields += [
            methods.map { value in { $0.request?.method = value } },
            paths.map { value in { $0.request?.path = value } },
            hosts.map { value in { $0.request?.host = value } },
            roles.map { values in
                {
                    $0.request?.headers.removeAll { $0.name == "x-role" }
                    $0.request?.headers += values.map { ("x-role", $0) }
                }
            },
            claims.map { value in
                { $0.token = value.map { .claims(json: $0, hasValidSignature: true, location: place) } }
            },
        ]
        return fields
    }
}
