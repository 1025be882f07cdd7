import AuthzCore
import AuthzPolicy

/// The requests to one destination that policies and others in their place can tell apart: for each part of a request that matters
/// one value for each combination of answers of all their tests. What no policy reads is left as it is.
struct RequestSpace {
    /// A change of a request.
    enum Change {
        case field(RequestField, RequestField.Value)
        /// What is no token where one is looked for, or nothing.
        case badToken(TokenPlaces.Place?)
        /// Headers that a JWT rule writes, sent by the client.
        case forged([String])
    }

    /// One part of a request with what it can be; the first is the plainest.
    struct Dimension {
        var changes: [Change]
        /// Changes that the policy in question cannot tell apart; all of them where it does not read the field.
        var cells: [[Int]]

        init(_ changes: [Change], cells: [[Int]]? = nil) {
            self.changes = changes
            self.cells = cells ?? [Array(changes.indices)]
        }
    }

    /// What of a request the policy in question reads.
    enum Near {
        /// These tests, by side.
        case tests([Set<Int32>])
        /// Who the peer is, and the port.
        case connection
        /// Tokens, wherever they stand.
        case tokens
        /// Nobody knows, so that all is combined with all.
        case unknown
    }

    private let base: RequestDocument
    private let places: TokenPlaces
    private(set) var dimensions: [Dimension] = []
    /// Whether every request that is answered otherwise is like one of these.
    private(set) var isComplete: Bool

    /// - Parameters:
    ///   - isHTTP: Or a connection that carries no HTTP.
    ///   - sides: Policies as they are, and others.
    ///   - places: Where either looks for tokens.
    init(
        _ destination: RequestDocument.Destination, isHTTP: Bool, _ sides: [PolicySide], near: Near,
        places: TokenPlaces, now: Int64
    ) {
        var base = RequestDocument(location: SourceLocation(file: "", line: 1, column: 1))
        base.destination = destination
        if isHTTP { base.request = RequestDocument.HTTPRequest() }
        self.base = base
        self.places = places
        isComplete = !sides.contains { $0.tests.readsDerivedValues || $0.tests.readsTokensInQuery }
        var fields: Set<RequestField> = [.principal, .port]
        for side in sides { fields.formUnion(side.tests.byField.keys) }
        let readsHTTP = isHTTP && sides.contains(where: \.workload.readsHTTP)
        if case .tokens = near {
            // Tokens in several places, and rules that stand in for each other, are more than can be tried.
            isComplete = false
            if readsHTTP { fields.insert(.token) }
        }
        fields = fields.filter { readsHTTP || !$0.isHTTP }
        if fields.contains(.token), !sides.allSatisfy(\.tokenRules.haveOwnIssuers) { isComplete = false }
        var values = DistinctValues(sides, near: near, base: base, places: places, now: now)
        // A token goes first: it takes away what stood in its place, and a header that is set then counts.
        let inOrder = fields.sorted {
            ($0 == .token ? 0 : 1, $0.rank, $0.name) < ($1 == .token ? 0 : 1, $1.rank, $1.name)
        }
        for field in inOrder {
            if let dimension = values.dimension(of: field) { dimensions.append(dimension) }
        }
        isComplete = isComplete && values.isComplete
        guard readsHTTP, case .tokens = near else { return }
        dimensions.append(Dimension([.badToken(nil)] + places.all.map { .badToken($0) }))
        let outputs = Set(sides.flatMap(\.workload.outputHeaders).map { String(decoding: $0, as: UTF8.self) }).sorted()
        if !outputs.isEmpty { dimensions.append(Dimension([.forged([]), .forged(outputs)])) }
    }

    /// - Parameter choice: An index for each dimension.
    func document(_ choice: [Int]) -> RequestDocument {
        var document = base
        for (dimension, index) in zip(dimensions, choice) { apply(dimension.changes[index], to: &document) }
        return document
    }

    private func apply(_ change: Change, to document: inout RequestDocument) {
        switch change {
        case .field(let field, let value): field.set(value, in: &document, places: places)
        case .badToken(let place): place?.put("not-a-token", into: &document)
        case .forged(let names): for name in names { document.request?.headers.append((name, "forged")) }
        }
    }
}

extension TokenPlaces {
    /// One of the places where tokens are looked for.
    enum Place {
        case header(name: String, prefix: String)
        case parameter(String)
        case cookie(String)

        fileprivate func put(_ token: String, into document: inout RequestDocument) {
            switch self {
            case .header(let name, let prefix): document.request?.headers.append((name, prefix + token))
            case .cookie(let name): document.request?.headers.append(("cookie", "\(name)=\(token)"))
            case .parameter(let name):
                let mark = document.request?.path.contains("?") == true ? "&" : "?"
                document.request?.path += "\(mark)\(name)=\(token)"
            }
        }
    }

    fileprivate var all: [Place] {
        var places: [Place] = []
        var seen: Set<String> = []
        for header in headers where seen.insert("header \(header.name) \(header.prefix)").inserted {
            places.append(.header(name: header.name, prefix: header.prefix))
        }
        for name in params.uniqued() { places.append(.parameter(name)) }
        for name in cookies.uniqued() { places.append(.cookie(name)) }
        return places
    }
}

extension [TokenRule] {
    /// Whether a token says by its issuer which rule it is for, or it does not matter.
    fileprivate var haveOwnIssuers: Bool {
        guard let first else { return true }
        let areAlike = allSatisfy { rule in
            rule.issuer == first.issuer && rule.wordLists == first.wordLists
                && Set(rule.audiences) == Set(first.audiences)
        }
        return areAlike || (Set(map(\.issuer)).count == count && !contains { $0.issuer.isEmpty })
    }
}
