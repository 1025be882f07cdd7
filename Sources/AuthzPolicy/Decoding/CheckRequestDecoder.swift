import AuthzCore

/// Reads Envoy's check request as proto3 JSON has it, in both spellings of its names: what a proxy or its log captured stands for a
/// request document.
///
/// All fields of the message are known; those that no decision depends on are left as they are. Others are errors.
struct CheckRequestDecoder {
    let caller: RequestDocumentDecoder.Caller
    let collector: DiagnosticCollector

    /// Whether the document is one.
    static func isCheckRequest(_ node: DocumentNode) -> Bool {
        guard case .mapping(let entries, _) = node else { return false }
        return entries.contains { $0.key.text == "attributes" }
    }

    /// Reads a document that has `attributes` and nothing beside.
    func document(_ node: DocumentNode) -> RequestDocument? {
        guard
            var reader = DocumentReader(node, name: "the check request", spelling: .snakeCaseToo, collector: collector)
        else { return nil }
        let document = attributes(of: &reader)
        reader.finish()
        return document
    }

    /// Reads the field `attributes`.
    func attributes(of reader: inout DocumentReader) -> RequestDocument? {
        guard let node = reader.node("attributes") else {
            reader.missing("attributes")
            return nil
        }
        guard var fields = DocumentReader(node, name: "attributes", spelling: .snakeCaseToo, collector: collector)
        else {
            return nil
        }
        var document = RequestDocument(location: reader.location)
        var check = ForwardedCheck()
        if var source = fields.reader("source") { readSource(&source, &document, &check) }
        if var destination = fields.reader("destination") { readDestination(&destination, &document, &check) }
        if var request = fields.reader("request") { readRequest(&request, &document, &check) }
        if let node = fields.node("contextExtensions") { readContext(node, of: &fields, &document, &check) }
        if var session = fields.reader("tlsSession") {
            check.tellsServerName = true
            document.destination.sni = text("sni", &session)
            session.finish()
        }
        if var context = fields.reader("metadataContext") { readMetadata(&context, &check) }
        _ = fields.node("routeMetadataContext")
        fields.finish()
        if document.request == nil {
            // A check of a connection carries the server name as the service.
            check.tellsServerName = true
            document.destination.sni = document.destination.sni ?? document.destination.service
        }
        document.destination.service = nil
        document.check = check
        return document
    }

    // MARK: Peers

    private func readSource(
        _ reader: inout DocumentReader, _ document: inout RequestDocument, _ check: inout ForwardedCheck
    ) {
        // As it stands: whatever it begins with, it is what the proxy compares.
        document.source.principal = text("principal", &reader)
        if var address = reader.reader("address") { (document.source.ip, _, check.sourceHasNoIP) = socket(&address) }
        for field in ["service", "labels", "certificate"] { _ = reader.node(field) }
        reader.finish()
    }

    private func readDestination(
        _ reader: inout DocumentReader, _ document: inout RequestDocument, _ check: inout ForwardedCheck
    ) {
        if var address = reader.reader("address") {
            (document.destination.ip, document.destination.port, check.destinationHasNoIP) = socket(&address)
        }
        document.destination.service = text("service", &reader)
        let labels = reader.textMap("labels").map { ($0.key.value, $0.value.value) }
        check.destinationAccount = text("principal", &reader).flatMap(ServiceAccountIdentity.init)
        if let account = check.destinationAccount, !labels.isEmpty {
            document.destination.namespace = account.namespace
            document.destination.serviceAccount = account.serviceAccount
            document.destination.labels = Dictionary(labels, uniquingKeysWith: { first, _ in first })
        }
        _ = reader.node("certificate")
        reader.finish()
    }

    private func socket(_ reader: inout DocumentReader) -> (ip: IPAddress?, port: UInt16?, hasNoIP: Bool) {
        defer { reader.finish() }
        let hasNoIP = ["pipe", "envoyInternalAddress"].map { reader.node($0) != nil }.contains(true)
        guard var socket = reader.reader("socketAddress") else { return (nil, nil, hasNoIP) }
        var ip: IPAddress?
        if let address = socket.nonEmptyText("address") {
            ip = IPAddress(parsing: address.value.utf8Span.span, allowsZone: true)
            if ip == nil {
                collector.error(
                    .invalidAddress, at: address.location, "\(address.value.quoted) is not an IP address",
                    label: "expected an IPv4 or IPv6 address")
            }
        }
        let port = port(&socket)
        for field in ["protocol", "namedPort", "resolverName", "ipv4Compat", "networkNamespaceFilepath"] {
            _ = socket.node(field)
        }
        socket.finish()
        return (ip, port, hasNoIP)
    }

    /// A number, or as proto3 JSON also allows, its text. 0 is none.
    private func port(_ reader: inout DocumentReader) -> UInt16? {
        if case .scalar(let scalar) = reader.node("portValue"), !scalar.isPlain, let port = UInt16(scalar.text) {
            return port == 0 ? nil : port
        }
        return reader.integer("portValue", in: 0...65535).flatMap { $0.value == 0 ? nil : UInt16($0.value) }
    }

    // MARK: Request

    private func readRequest(
        _ reader: inout DocumentReader, _ document: inout RequestDocument, _ check: inout ForwardedCheck
    ) {
        // Tokens are judged by the time at which the proxy asked; a server has its own clock.
        if let time = reader.time("time"), caller == .offline { document.now = time.value }
        if var fields = reader.reader("http") {
            var request = RequestDocument.HTTPRequest()
            request.method = text("method", &fields) ?? ""
            request.path = text("path", &fields) ?? ""
            request.host = text("host", &fields) ?? ""
            request.scheme = text("scheme", &fields)
            let merged = fields.textMap("headers").map { (name: $0.key.value, value: $0.value.value) }
            let lines = headerLines(&fields)
            check.hasMergedHeaders = lines.isEmpty
            for (name, value) in lines.isEmpty ? merged : lines { add(name, value, to: &request) }
            check.isOverHTTP2 = ["HTTP/2", "HTTP/3"].contains(text("protocol", &fields))
            for field in ["id", "query", "fragment", "size", "body", "rawBody"] { _ = fields.node(field) }
            fields.finish()
            document.request = request
        }
        reader.finish()
    }

    /// The lines of `headerMap`, each as the client sent it; where there are any, they count.
    private func headerLines(_ reader: inout DocumentReader) -> [(name: String, value: String)] {
        guard var map = reader.reader("headerMap") else { return [] }
        var lines: [(name: String, value: String)] = []
        for node in map.list("headers") ?? [] {
            guard var line = DocumentReader(node, name: "headers", spelling: .snakeCaseToo, collector: collector) else {
                continue
            }
            let name = text("key", &line) ?? ""
            var value = text("value", &line) ?? ""
            if let raw = line.text("rawValue"), !raw.value.isEmpty {
                if let bytes = Base64Text.decode(raw.value) {
                    value = String(decoding: bytes, as: UTF8.self)
                } else {
                    collector.error(
                        .invalidHeader, at: raw.location, "`rawValue` is not base64", label: "expected base64")
                }
            }
            line.finish()
            lines.append((name, value))
        }
        map.finish()
        return lines
    }

    /// Pseudo headers stand among the others, and the fields of their own go before. What Envoy says of the body is no header.
    private func add(_ name: String, _ value: String, to request: inout RequestDocument.HTTPRequest) {
        switch name.lowercased() {
        case ":method": if request.method.isEmpty { request.method = value }
        case ":path": if request.path.isEmpty { request.path = value }
        case ":authority", "host": if request.host.isEmpty { request.host = value }
        case ":scheme": if request.scheme == nil, !value.isEmpty { request.scheme = value }
        case "x-envoy-auth-partial-body": break
        case let other where other.hasPrefix(":"): break
        default: request.headers.append((name, value))
        }
    }

    // MARK: Metadata

    /// Fields of all namespaces, and texts in all lists: as many as are read over gRPC.
    private static let maximumMetadata = 512

    /// The fields that conditions can be met by; others are left as they are.
    private func readMetadata(_ reader: inout DocumentReader, _ check: inout ForwardedCheck) {
        _ = reader.node("typedFilterMetadata")
        if case .mapping(let namespaces, let location) = reader.node("filterMetadata") {
            var count = 0
            for namespace in namespaces {
                guard case .mapping(let fields, _) = namespace.value else { continue }
                var values: [String: ForwardedCheck.MetadataValue] = [:]
                for field in fields {
                    count += 1
                    if case .sequence(let elements, _) = field.value { count += elements.count }
                    guard count <= Self.maximumMetadata else {
                        return collector.error(
                            .inputTooLarge, at: location,
                            "`filterMetadata` has more than the \(Self.maximumMetadata) fields and elements that are read"
                        )
                    }
                    switch field.value {
                    case .scalar(let scalar): values[field.key.text] = Self.text(of: scalar).map { .text($0) }
                    case .sequence(let elements, _):
                        values[field.key.text] = .list(
                            elements.compactMap { element in
                                guard case .scalar(let scalar) = element else { return nil }
                                return Self.text(of: scalar)
                            })
                    case .mapping: break
                    }
                }
                check.metadata[namespace.key.text] = values
            }
        }
        reader.finish()
    }

    /// `nil` for a number, `true`, `false` or `null`.
    private static func text(of scalar: DocumentNode.Scalar) -> String? {
        scalar.kindName == "text" ? scalar.text : nil
    }

    // MARK: Workload

    /// `workload`, or `namespace` with or without `labels`, as an Envoy is told to send them.
    private func readContext(
        _ node: DocumentNode, of reader: inout DocumentReader, _ document: inout RequestDocument,
        _ check: inout ForwardedCheck
    ) {
        let entries = reader.textMap("contextExtensions")
        let value = { (key: String) in entries.first { $0.key.value == key }?.value }
        check.workloadIsInContext = value("workload") != nil || value("namespace") != nil
        if let workload = value("workload") {
            document.destination.labels = nil
            document.destination.namespace = nil
            document.destination.serviceAccount = nil
            document.destination.workload = workload
            return
        }
        guard let namespace = value("namespace") else { return }
        document.destination.namespace = namespace.value
        document.destination.serviceAccount = nil
        guard let written = value("labels") else {
            document.destination.labels = [:]
            return
        }
        document.destination.labels = LabelText.labels(in: written.value)
        guard document.destination.labels == nil else { return }
        collector.error(
            .invalidWorkload, at: written.location, "\(written.value.quoted) is no list of labels",
            label: "expected labels such as `app=api,version=v1`")
    }

    /// The text of a field; `nil` where it is absent or empty, which is the same in proto3.
    private func text(_ field: String, _ reader: inout DocumentReader) -> String? {
        guard let text = reader.text(field), !text.value.isEmpty else { return nil }
        return text.value
    }
}
