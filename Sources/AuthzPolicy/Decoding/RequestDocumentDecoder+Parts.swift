import AuthzCore

extension RequestDocumentDecoder {
    /// Reads a `source`.
    func source(_ node: DocumentNode) -> RequestDocument.Source? {
        guard var reader = DocumentReader(node, name: "source", collector: collector) else { return nil }
        var source = RequestDocument.Source()
        source.principal = reader.nonEmptyText("principal").map { text in
            text.value.contains("://") ? text.value : "spiffe://" + text.value
        }
        source.ip = address("ip", &reader)
        source.remoteIP = address("remoteIp", &reader)
        source.isUnknown = reader.boolean("unknown")?.value ?? false
        source.places = reader.places(of: ["principal"])
        reader.finish()
        return source
    }

    /// Reads a `destination`.
    func destination(_ node: DocumentNode) -> RequestDocument.Destination? {
        guard var reader = DocumentReader(node, name: "destination", collector: collector) else { return nil }
        var destination = RequestDocument.Destination()
        destination.workload = workload(&reader)
        destination.namespace = reader.nonEmptyText("namespace")?.value
        if reader.node("labels") != nil {
            destination.labels = Dictionary(
                reader.textMap("labels").map { ($0.key.value, $0.value.value) }, uniquingKeysWith: { first, _ in first }
            )
        }
        destination.serviceAccount = reader.nonEmptyText("serviceAccount")?.value
        destination.service = reader.nonEmptyText("service")?.value
        destination.gateway = reader.nonEmptyText("gateway")?.value
        destination.waypoint = reader.nonEmptyText("waypoint")?.value
        destination.gatewayClass = reader.nonEmptyText("gatewayClass")?.value
        destination.ip = address("ip", &reader)
        destination.port = reader.integer("port", in: 1...65535).map { UInt16($0.value) }
        destination.sni = reader.nonEmptyText("sni")?.value
        destination.location = node.location
        destination.places = reader.places(of: ["namespace", "labels", "port", "service", "gateway", "waypoint"])
        if destination.workload != nil { refuseSpelledOut(&reader) }
        reader.finish()
        return destination
    }

    /// Reads what of a `request` never varies within a case, and reports fields that are not known. The caller has read
    /// `method`, `path` and `host`.
    func rest(of reader: inout DocumentReader, into request: inout RequestDocument.HTTPRequest) {
        if let scheme = reader.text("scheme") {
            request.scheme = scheme.value
            if !["http", "https"].contains(scheme.value) {
                reader.unknownValue(scheme, of: "scheme", expected: ["http", "https"])
            }
        }
        if let node = reader.node("headers") { request.headers = headers(node) }
        reader.finish()
    }

    /// Reads a `token` that is no name of a fixture.
    func token(_ node: DocumentNode) -> RequestDocument.Token? {
        if case .scalar(let scalar) = node, !scalar.isNull { return compactToken(scalar, among: nil) }
        guard case .mapping = node, var reader = DocumentReader(node, name: "token", collector: collector) else {
            collector.error(
                .wrongType, at: node.location, "`token` is \(node.kindName), not a token",
                label: "expected a compact token or a mapping with `claims`")
            return nil
        }
        let claims = claims(&reader)
        var hasValidSignature = true
        if let signature = reader.text("signature") {
            hasValidSignature = signature.value != "invalid"
            if !["valid", "invalid"].contains(signature.value) {
                reader.unknownValue(signature, of: "signature", expected: ["valid", "invalid"])
            }
        }
        reader.finish()
        return claims.map {
            .claims(json: $0, hasValidSignature: hasValidSignature, location: reader.location)
        }
    }

    /// Reads the text of a compact token. One without any `.` is refused rather than sent: it is a misspelled name more
    /// often than a test of what becomes of such a token.
    ///
    /// - Parameter fixtures: The names that could have stood there.
    func compactToken(_ scalar: DocumentNode.Scalar, among fixtures: [String]?) -> RequestDocument.Token? {
        guard scalar.text.contains(".") else {
            collector.error(
                .invalidToken, at: scalar.location,
                fixtures == nil || !Self.isName(scalar.text)
                    ? "`token` is no token" : "\(scalar.text.quoted) names nothing in `tokens`, and is no token",
                label: fixtures?.isEmpty ?? true
                    ? "expected a compact token, three parts with `.` between them"
                    : "expected a name in `tokens` or a compact token",
                hint: NameSuggestion.hint(for: scalar.text, among: fixtures ?? [])
                    ?? "write `token: {claims: {iss: …, sub: …}}`, or `headers: {authorization: Bearer …}` to send it as it is"
            )
            return nil
        }
        if scalar.text.lowercased().hasPrefix("bearer ") {
            collector.error(
                .invalidToken, at: scalar.location, "`token` begins with `Bearer`", label: "expected the token alone",
                hint: "leave `Bearer` out: it is put in front of the token")
            return nil
        }
        return .compact(scalar.text)
    }

    /// Whether it is too short to be a secret of somebody, so that it may be shown.
    private static func isName(_ text: String) -> Bool { text.utf8.count < 16 }

    /// Reports a token beside an `authorization` header, since both would be sent.
    func refuseSecondToken(at location: SourceLocation, beside request: RequestDocument.HTTPRequest?) {
        guard let request, request.headers.contains(where: { $0.name.lowercased() == "authorization" }) else { return }
        collector.error(
            .conflictingFields, at: location, "`token` beside an `authorization` header",
            label: "stands for such a header itself", hint: "leave one of them out")
    }

    private func claims(_ reader: inout DocumentReader) -> String? {
        guard let node = reader.node("claims") else {
            reader.missing("claims", hint: "write `{claims: {iss: …, sub: …}}`")
            return nil
        }
        guard case .mapping = node else {
            collector.error(
                .wrongType, at: node.location, "`claims` is \(node.kindName), not a mapping",
                label: "expected a mapping of claims")
            return nil
        }
        if caller == .network {
            collector.error(
                .offlineOnly, at: node.location, "`claims` are only read offline", label: "not over the network",
                hint: "send the signed token")
        }
        return node.jsonText
    }

    private func address(_ field: String, _ reader: inout DocumentReader) -> IPAddress? {
        guard let text = reader.text(field) else { return nil }
        if let address = IPAddress(parsing: text.value.utf8Span.span) { return address }
        collector.error(
            .invalidAddress, at: text.location, "\(text.value.quoted) is not an IP address",
            label: "expected an IPv4 or IPv6 address", hint: withoutPort(text.value).map { "write `\($0)`" })
        return nil
    }

    /// The address in `192.0.2.1:80` or `[2001:db8::1]:80`. Which address of a block is meant, nobody knows.
    private func withoutPort(_ text: String) -> String? {
        guard let end = text.lastIndex(of: ":") else { return nil }
        let address = text[..<end].filter { $0 != "[" && $0 != "]" }
        return IPAddress(parsing: address.utf8Span.span) == nil ? nil : address
    }

    private func workload(_ reader: inout DocumentReader) -> Located<String>? {
        guard let text = reader.nonEmptyText("workload") else { return nil }
        let parts = text.value.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) { return text }
        collector.error(
            .invalidWorkload, at: text.location, "\(text.value.quoted) does not name a workload",
            label: "expected `namespace/name`",
            hint: parts.count == 1 ? Self.hint(forWorkload: text.value) : nil)
        return nil
    }

    /// A name with its namespace behind it, as hosts have it, is turned around.
    private static func hint(forWorkload name: String) -> String {
        let pieces = name.split(separator: ".", omittingEmptySubsequences: false)
        guard pieces.count == 2, pieces.allSatisfy({ !$0.isEmpty }) else {
            return "write \("NAMESPACE/\(name)".quoted), with its namespace"
        }
        return "write \("\(pieces[1])/\(pieces[0])".quoted), its namespace first"
    }

    private func refuseSpelledOut(_ reader: inout DocumentReader) {
        for field in ["namespace", "labels", "serviceAccount", "gateway", "waypoint", "gatewayClass"] {
            guard reader.node(field) != nil, let place = reader.keyLocation(field) else { continue }
            collector.error(
                .conflictingFields, at: place, "`\(field)` beside `workload`",
                label: "the inventory says this of the workload", hint: "leave `\(field)` or `workload` out")
        }
    }

    private func headers(_ node: DocumentNode) -> [(name: String, value: String)] {
        guard case .mapping(let entries, _) = node else {
            collector.error(
                .wrongType, at: node.location, "`headers` is \(node.kindName), not a mapping",
                label: "expected a mapping of names to a value or a list of values",
                hint: "write `headers: {x-name: value}`")
            return []
        }
        var headers: [(name: String, value: String)] = []
        for entry in entries where isHeaderName(entry.key) {
            let values: [DocumentNode] = if case .sequence(let items, _) = entry.value { items } else { [entry.value] }
            for value in values {
                guard let text = headerValue(value, of: entry.key.text) else { continue }
                headers.append((entry.key.text, text))
            }
        }
        return headers
    }

    private func isHeaderName(_ key: DocumentNode.Scalar) -> Bool {
        if key.text.lowercased() == "host" || key.text.hasPrefix(":") {
            collector.error(
                .invalidHeader, at: key.location, "\(key.text.quoted) is no header of its own here",
                label: "expected the name of a header", hint: "write `host`, `method` or `path` in `request`")
            return false
        }
        guard HeaderName.isValid(key.text) else {
            collector.error(
                .invalidHeader, at: key.location, "\(key.text.quoted) is not the name of a header",
                label: "expected letters, digits and `-`")
            return false
        }
        return true
    }

    private func headerValue(_ node: DocumentNode, of name: String) -> String? {
        guard case .scalar(let scalar) = node, !scalar.isNull else {
            collector.error(
                .wrongType, at: node.location, "a value of \(name.quoted) is \(node.kindName), not text",
                label: "expected text")
            return nil
        }
        guard !scalar.text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) else {
            collector.error(
                .invalidHeader, at: scalar.location, "a value of \(name.quoted) holds a control character",
                label: "expected one line of text")
            return nil
        }
        return scalar.text.trimmingBlanks
    }
}

extension String {
    /// The text without blanks and tabs around it, as HTTP takes a header's value (RFC 9110 §5.5).
    fileprivate var trimmingBlanks: String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let first = utf8.firstIndex(where: { !isBlank($0) }), let last = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(self[first...last])
    }
}
