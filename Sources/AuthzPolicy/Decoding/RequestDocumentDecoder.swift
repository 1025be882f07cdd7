package import AuthzCore

/// Reads request documents, and Envoy's check requests in their place: what `authz explain`, the cases of suites and `POST /v1/check` ask about.
package struct RequestDocumentDecoder {
    /// Who wrote the document.
    package enum Caller: Sendable {
        /// A user at hand, who may also assume a token and a time.
        case offline
        /// A client of a network endpoint, where ``RequestDocument/Token/claims(json:hasValidSignature:location:)`` and
        /// `now` are refused.
        case network

        fileprivate var maximumProblems: Int {
            switch self {
            case .offline: .max
            case .network: RequestDocumentDecoder.maximumProblems
            }
        }
    }

    /// How much of what is wrong with one document a client of the network is told.
    package static let maximumProblems = 100

    let caller: Caller
    let collector: DiagnosticCollector

    private init(_ caller: Caller) {
        self.init(caller: caller, collector: DiagnosticCollector(maximum: caller.maximumProblems))
    }

    init(caller: Caller, collector: DiagnosticCollector) {
        self.caller = caller
        self.collector = collector
    }

    /// Reads the one document of an input.
    ///
    /// - Parameter file: The name of the input in diagnostics.
    /// - Throws: Everything that is wrong with it; over the network the first ``maximumProblems``.
    package static func decode(
        _ bytes: [UInt8], file: String, from caller: Caller
    ) throws(InputError) -> RequestDocument {
        let (documents, diagnostics) = DocumentParser.parse(bytes, file: file)
        let decoder = RequestDocumentDecoder(caller)
        let collector = decoder.collector
        collector.report(diagnostics)
        if !collector.hasErrors, documents.isEmpty {
            collector.error(
                .missingDocument, at: SourceLocation(file: file, line: 1, column: 1), "the input holds no request",
                label: "expected a request document")
        }
        if let second = documents.dropFirst().first {
            collector.error(
                .extraDocument, at: second.location, "the input holds more than one request",
                label: "a second document begins here")
        }
        guard let first = documents.first, let document = decoder.document(first), !collector.hasErrors else {
            throw InputError(collector.diagnostics)
        }
        return document
    }

    /// Reads a document.
    ///
    /// - Throws: Everything that is wrong with it; over the network the first ``maximumProblems``.
    package static func decode(_ node: DocumentNode, from caller: Caller) throws(InputError) -> RequestDocument {
        let decoder = RequestDocumentDecoder(caller)
        guard let document = decoder.document(node), !decoder.collector.hasErrors else {
            throw InputError(decoder.collector.diagnostics)
        }
        return document
    }

    private func document(_ node: DocumentNode) -> RequestDocument? {
        if CheckRequestDecoder.isCheckRequest(node) {
            return CheckRequestDecoder(caller: caller, collector: collector).document(node)
        }
        guard var reader = DocumentReader(node, name: "request document", collector: collector) else { return nil }
        let fields = Set(reader.fieldNames)
        if fields.isSuperset(of: ["apiVersion", "kind"]), fields.isDisjoint(with: ["source", "destination", "request"])
        {
            collector.error(
                .wrongType, at: reader.location, "this is a resource and no request",
                label: "expected a request document",
                hint: caller == .offline ? "policies are given with `-p`" : nil)
            return nil
        }
        if fields.contains("tests"), fields.isDisjoint(with: ["source", "destination", "request"]) {
            let name = "\(reader.location.file)#NAME"
            collector.error(
                .wrongType, at: reader.location, "this is a suite and no request", label: "expected a request document",
                hint: caller == .offline ? "name a case of it, as \(name.quoted); `authz test` runs it" : nil)
            return nil
        }
        var document = RequestDocument(location: reader.location)
        if let source = reader.node("source").flatMap(source) { document.source = source }
        if let destination = reader.node("destination").flatMap(destination) { document.destination = destination }
        if var fields = reader.reader("request") {
            var request = RequestDocument.HTTPRequest()
            if let method = fields.nonEmptyText("method") { request.method = method.value }
            if let path = fields.text("path") { request.path = path.value }
            if let host = fields.text("host") { request.host = host.value }
            rest(of: &fields, into: &request)
            document.request = request
        }
        if let node = reader.node("token") {
            document.token = token(node)
            refuseSecondToken(at: node.location, beside: document.request)
        }
        document.now = now(&reader)
        reader.finish()
        return document
    }

    /// The field `now`.
    func now(_ reader: inout DocumentReader) -> Int64? {
        if caller == .network, let place = reader.keyLocation("now") {
            collector.error(.offlineOnly, at: place, "`now` is only read offline", label: "not over the network")
        }
        return reader.time("now")?.value
    }
}
