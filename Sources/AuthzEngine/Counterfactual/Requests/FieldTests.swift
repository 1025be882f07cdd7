import AuthzCore
import AuthzPolicy

/// The tests of the rules at a workload that a search has to know, by the fields whose change can change their answer.
struct FieldTests: Sendable {
    /// Indices of ``Program/tests``, in order.
    private(set) var tests: [Int32] = []
    /// By index into ``tests``.
    private(set) var byField: [RequestField: [Int32]] = [:]

    private let program: Program
    private let places: TokenPlaces
    private let outputHeaders: Set<String>

    /// - Parameters:
    ///   - others: Rules that count beside those that enforce something.
    ///   - readsDryRuns: Whether what dry runs say counts, too.
    init(
        _ program: Program, _ chain: Workload.CompiledChain, _ workload: Workload, places: TokenPlaces,
        others: [Program.Rule] = [], readsDryRuns: Bool = false
    ) {
        let custom = chain.custom.filter { $0.provider != .notOnTCP }.flatMap(\.rules.rules)
        var all: Set<Int32> = []
        let dryRuns = readsDryRuns ? chain.deny.dryRun.rules + chain.allow.dryRun.rules : []
        for rule in custom + chain.deny.enforced.rules + chain.allow.enforced.rules + dryRuns + others {
            all.formUnion(Self.tests(of: rule, in: program))
        }
        self.init(program, tests: all, workload, places: places)
    }

    /// Some tests alone, as those of one rule.
    init(_ program: Program, tests: Set<Int32>, _ workload: Workload, places: TokenPlaces) {
        self.program = program
        self.places = places
        outputHeaders = Set(workload.outputHeaders.map { String(decoding: $0, as: UTF8.self) })
        self.tests = tests.sorted()
        for test in self.tests {
            for field in fields(of: test) { byField[field, default: []].append(test) }
        }
    }

    /// All tests of both sides of a rule.
    static func tests(of rule: Program.Rule, in program: Program) -> [Int32] {
        (Array(rule.permissions) + Array(rule.principals)).flatMap { Array(program.conjunctions[Int($0)].tests) }
    }

    /// The tests that read one field, as they are written.
    func tests(of field: RequestField) -> [Program.Test] { (byField[field] ?? []).map { program.tests[Int($0)] } }

    /// Whether a test reads what follows from other fields, or what no document of a request has: then fields cannot be told apart
    /// one by one, and no search is complete.
    var readsDerivedValues: Bool {
        tests.contains { index in
            let test = program.tests[Int(index)]
            switch test.attribute {
            case .scheme, .dynamicMetadata: return true
            case .header:
                let name = String(decoding: program.arena[test.name.range], as: UTF8.self)
                return Self.derivedHeaders.contains(name) || name.hasPrefix("x-forwarded-")
                    || name.hasPrefix("x-envoy-")
                    || places.holdsToken(name) || outputHeaders.contains(name)
            case .peerPrincipal, .ztunnelPrincipal, .ztunnelNamespace, .ztunnelAccount, .requestPrincipal, .claim,
                .authority, .host, .fullPath, .path, .method, .sourceIP, .remoteIP, .destinationIP, .destinationPort,
                .sni:
                return false
            }
        }
    }

    /// Whether a test reads the query where tokens are looked for in it: what it says then hangs on the token as well.
    var readsTokensInQuery: Bool {
        !places.params.isEmpty && tests.contains { program.tests[Int($0)].attribute == .fullPath }
    }

    /// Headers that the proxy writes, or takes away unless others stand beside them.
    private static let derivedHeaders: Set = [
        "connection", "upgrade", "te", "forwarded", "via", "content-length", "transfer-encoding", "x-request-id",
        "x-real-ip", "keep-alive", "proxy-connection", "expect",
    ]

    /// The fields that a test reads.
    func fields(of test: Int32) -> [RequestField] {
        let test = program.tests[Int(test)]
        switch test.attribute {
        case .peerPrincipal, .ztunnelPrincipal, .ztunnelNamespace, .ztunnelAccount: return [.principal]
        case .requestPrincipal, .claim: return [.token]
        case .header:
            let name = String(decoding: program.arena[test.name.range], as: UTF8.self)
            // A verified token may be taken away with its header, or write one.
            return outputHeaders.contains(name) || places.holdsToken(name) ? [.header(name), .token] : [.header(name)]
        case .authority, .host: return [.host]
        case .scheme: return [.scheme]
        case .fullPath: return places.params.isEmpty ? [.path] : [.path, .token]
        case .path: return [.path]
        case .method: return [.method]
        case .sourceIP: return [.sourceIP]
        case .remoteIP: return [.remoteIP, .sourceIP]
        case .destinationIP: return [.destinationIP]
        case .destinationPort: return [.port]
        case .sni: return [.sni]
        case .dynamicMetadata: return []
        }
    }
}
