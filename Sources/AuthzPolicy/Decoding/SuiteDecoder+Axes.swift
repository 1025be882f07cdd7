import AuthzCore

extension SuiteDecoder {
    /// Reads the fields of a test that may be lists, and into the template what of its request may not.
    ///
    /// `attributes` in a test are those of Envoy's check request; nothing of them varies.
    func axes(_ reader: inout DocumentReader, _ template: inout RequestDocument) -> SuiteCaseAxes {
        if reader.node("attributes") != nil { return checkAxes(&reader, &template) }
        let source = parts(.source, &reader, absent: RequestDocument.Source(), fixtures.sources) {
            documentDecoder.source($0)
        }
        let destination = parts(.destination, &reader, absent: RequestDocument.Destination(), fixtures.destinations) {
            documentDecoder.destination($0)
        }
        let token: SuiteAlternatives<RequestDocument.Token?> = parts(
            .token, &reader, absent: nil, fixtures.tokens.mapValues { .some($0) }
        ) { node in
            if case .scalar(let scalar) = node {
                return documentDecoder.compactToken(scalar, among: fixtures.names(of: .token)).map { .some($0) }
            }
            return documentDecoder.token(node).map { .some($0) }
        }
        var request = RequestDocument.HTTPRequest()
        var axes = SuiteCaseAxes(
            source: source, destination: destination, token: token, method: .single(.init(request.method)),
            path: .single(.init(request.path)), host: .single(.init(request.host)))
        if var fields = reader.reader("request") {
            axes.method = texts("method", &fields, absent: request.method)
            axes.path = texts("path", &fields, absent: request.path)
            axes.host = texts("host", &fields, absent: request.host)
            documentDecoder.rest(of: &fields, into: &request)
            template.request = request
        }
        if let node = reader.node("token"), token.choices.contains(where: { $0.value != nil }) {
            documentDecoder.refuseSecondToken(at: node.location, beside: template.request)
        }
        return axes
    }

    private func checkAxes(_ reader: inout DocumentReader, _ template: inout RequestDocument) -> SuiteCaseAxes {
        for field in ["source", "destination", "request", "token"] {
            guard reader.node(field) != nil, let place = reader.keyLocation(field) else { continue }
            collector.error(
                .conflictingFields, at: place, "`\(field)` beside `attributes`",
                label: "the check request says this", hint: "leave one of them out")
        }
        let now = template.now
        if let check = CheckRequestDecoder(caller: .offline, collector: collector).attributes(of: &reader) {
            template = check
            template.now = now ?? check.now
        }
        let request = template.request ?? RequestDocument.HTTPRequest()
        return SuiteCaseAxes(
            source: .single(template.source), destination: .single(template.destination), token: .single(nil),
            method: .single(.init(request.method)), path: .single(.init(request.path)),
            host: .single(.init(request.host)))
    }

    /// Reads a field that names a fixture or spells the part out, or a list of such. `null` in a list stands for its absence.
    private func parts<Part>(
        _ kind: SuiteFixtures.Kind, _ reader: inout DocumentReader, absent: Part, _ named: [String: Part],
        decode: (DocumentNode) -> Part?
    ) -> SuiteAlternatives<Part> {
        guard let node = reader.node(kind.rawValue) else { return .single(absent) }
        guard case .sequence(let items, _) = node else {
            return .single(part(kind, node, named, decode: decode) ?? absent)
        }
        refuseEmpty(items, kind.rawValue, at: node.location)
        let values = items.map { $0.isNull ? absent : part(kind, $0, named, decode: decode) ?? absent }
        return .list(kind.rawValue, values, names: items.map { name(of: $0, kind) })
    }

    private func part<Part>(
        _ kind: SuiteFixtures.Kind, _ node: DocumentNode, _ named: [String: Part], decode: (DocumentNode) -> Part?
    ) -> Part? {
        guard case .scalar(let scalar) = node else { return decode(node) }
        let names = fixtures.names(of: kind)
        // A name whose fixture cannot be read has been reported where the fixture stands.
        if names.contains(scalar.text) { return named[scalar.text] }
        // One that is not known may stand in the file that could not be read, which is told.
        if !fixtures.isComplete, kind != .token || !scalar.text.contains(".") { return nil }
        if kind == .token { return decode(node) }
        collector.error(
            .unknownFixture, at: scalar.location, "\(scalar.text.quoted) names nothing in `\(kind.field)`",
            label: "expected a name in `\(kind.field)` or a mapping",
            hint: NameSuggestion.hint(for: scalar.text, among: names)
                ?? (scalar.text.contains("/") ? ShapeHint.hint(forPart: kind.rawValue, scalar.text) : nil)
                ?? "write what it is: `\(kind.rawValue): {\(kind.example)}`, or name that in `\(kind.field)` of the suite"
        )
        return nil
    }

    /// What to call an entry of a list in messages; `nil` for one that is spelled out. A compact token is never shown.
    private func name(of node: DocumentNode, _ kind: SuiteFixtures.Kind) -> String? {
        guard case .scalar(let scalar) = node else { return nil }
        if scalar.isNull { return "none" }
        return fixtures.names(of: kind).contains(scalar.text) ? scalar.text : nil
    }

    private func texts(
        _ field: String, _ reader: inout DocumentReader, absent: String
    ) -> SuiteAlternatives<SuiteCaseAxes.Text> {
        guard case .sequence(let items, let location) = reader.node(field) else {
            let text = field == "method" ? reader.nonEmptyText(field) : reader.text(field)
            return .single(SuiteCaseAxes.Text(text?.value ?? absent, at: text?.location))
        }
        refuseEmpty(items, field, at: location)
        let texts = field == "method" ? reader.nonEmptyTexts(field) : reader.texts(field)
        return .list(
            field, texts.map { SuiteCaseAxes.Text($0.value, at: $0.location) }, names: texts.map(\.value))
    }

    private func refuseEmpty(_ items: [DocumentNode], _ field: String, at location: SourceLocation) {
        guard items.isEmpty else { return }
        collector.error(
            .emptyList, at: location, "`\(field)` is an empty list, which makes no case", label: "expected a value")
    }
}
