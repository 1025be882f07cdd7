import AuthzCore
import AuthzPolicy

/// The requests to one destination that can matter to its policies: combinations of values that they read, of values beside these,
/// and of none. What no policy reads is left as it is.
struct RequestSpace {
    /// One part of a request with what it can be; the first is the plainest.
    struct Dimension {
        /// What tells it from the others.
        var name: String
        var choices: [(inout RequestDocument) -> Void]
    }

    private let base: RequestDocument
    private(set) var dimensions: [Dimension] = []

    /// - Parameters:
    ///   - isHTTP: Or a connection that carries no HTTP.
    ///   - documents: All that may decide, with the sets that they were compiled to.
    init(
        _ destination: RequestDocument.Destination, isHTTP: Bool, _ documents: [PolicyDocuments],
        _ policySets: [PolicySet]
    ) {
        var base = RequestDocument(location: SourceLocation(file: "", line: 1, column: 1))
        base.destination = destination
        if isHTTP { base.request = RequestDocument.HTTPRequest() }
        self.base = base
        var values = ReadValues()
        for (documents, policySet) in zip(documents, policySets) {
            values.gather(documents, policySet, destination)
        }
        addConnection(values)
        if isHTTP { addRequest(values) }
    }

    /// - Parameter choice: An index for each dimension.
    func document(_ choice: [Int]) -> RequestDocument {
        var document = base
        for (dimension, index) in zip(dimensions, choice) { dimension.choices[index](&document) }
        return document
    }

    private mutating func add<Value>(
        _ name: String, _ values: [Value], _ set: @escaping (inout RequestDocument, Value) -> Void
    ) {
        guard values.count > 1 else { return }
        let choices = values.map { value in
            { (document: inout RequestDocument) in set(&document, value) }
        }
        dimensions.append(Dimension(name: name, choices: choices))
    }

    private mutating func addConnection(_ values: ReadValues) {
        let ports = [base.destination.port] + values.ports.filter { $0 != base.destination.port }.map(Optional.some)
        add("port", ports) { $0.destination.port = $1 }
        add("principal", [nil] + values.principals.map { Optional("spiffe://" + $0) }) { $0.source.principal = $1 }
        add("ip", [nil] + values.sourceAddresses.map(Optional.some)) { $0.source.ip = $1 }
        add("remoteIp", [nil] + values.remoteAddresses.map(Optional.some)) { $0.source.remoteIP = $1 }
        add("destination.ip", [nil] + values.destinationAddresses.map(Optional.some)) { $0.destination.ip = $1 }
        add("sni", [nil] + values.serverNames.map(Optional.some)) { $0.destination.sni = $1 }
    }

    private mutating func addRequest(_ values: ReadValues) {
        if !values.methods.isEmpty { add("method", values.methods) { $0.request?.method = $1 } }
        add("path", ["/"] + values.paths.filter { $0 != "/" }) { $0.request?.path = $1 }
        add("host", [""] + values.hosts) { $0.request?.host = $1 }
        for (name, texts) in values.headers {
            add("header \(name.lowercased())", [nil] + texts.map(Optional.some)) { document, text in
                if let text { document.request?.headers.append((name, text)) }
            }
        }
        for parameter in values.tokenParameters {
            add("parameter \(parameter)", [false, true]) { document, isSent in
                if isSent { document.request?.path += "?\(parameter)=not-a-token" }
            }
        }
        add("token", [nil] + values.tokens.map(Optional.some)) { document, token in
            // One header can hold only one token.
            if document.request?.headers.contains(where: { $0.name == "authorization" }) != true {
                document.token = token.map { RequestDocument.Token($0, at: document.location) }
            }
        }
    }

    /// All choices of some dimensions in order, or where there are too many some that are drawn, always the same.
    struct Sampler {
        let isComplete: Bool
        private let sizes: [Int]
        private var rest: Int
        private var choice: [Int]?
        private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

        /// - Parameters:
        ///   - sizes: How many choices each dimension has.
        ///   - limit: How many combinations are made at most.
        init(_ sizes: [Int], limit: Int) {
            let count = sizes.reduce(1) { product, size in
                let (result, overflows) = product.multipliedReportingOverflow(by: size)
                return overflows ? .max : result
            }
            self.sizes = sizes
            isComplete = count <= limit
            rest = min(count, limit)
        }

        mutating func next() -> [Int]? {
            guard rest > 0 else { return nil }
            rest -= 1
            guard let last = choice else {
                choice = sizes.map { _ in 0 }
                return choice
            }
            choice = isComplete ? successor(of: last) : sizes.map { Int(random() % UInt64($0)) }
            return choice
        }

        /// The first dimension changes fastest.
        private func successor(of choice: [Int]) -> [Int] {
            var result = choice
            for index in result.indices {
                result[index] += 1
                if result[index] < sizes[index] { break }
                result[index] = 0
            }
            return result
        }

        private mutating func random() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }
}

extension RequestDocument.Token {
    fileprivate init(_ token: ExampleToken, at location: SourceLocation) {
        self = .claims(json: token.claims, hasValidSignature: token.hasValidSignature, location: location)
    }
}
