import AuthzCore

/// Decodes the entries of `from`, `to` and `when` of a rule.
struct MatchDecoder {
    private static let maximumServiceAccounts = 16

    private let action: AuthorizationPolicy.Action?
    private let collector: DiagnosticCollector

    init(action: AuthorizationPolicy.Action?, collector: DiagnosticCollector) {
        self.action = action
        self.collector = collector
    }

    func source(_ node: DocumentNode) -> AuthorizationPolicy.SourceMatch? {
        guard var reader = inner("source", of: node, in: "from") else { return nil }
        var fields: [(field: AuthorizationPolicy.SourceMatch.Field, lists: AuthorizationPolicy.ValueLists)] = []
        for field in AuthorizationPolicy.SourceMatch.Field.allCases {
            let lists = lists(field.rawValue, from: &reader, check: Self.check(of: field))
            if !lists.isEmpty { fields.append((field, lists)) }
            if field == .principals { warn(of: lists, with: PrincipalForm.problem(ofPeer:)) }
            if field == .requestPrincipals { warn(of: lists, with: PrincipalForm.problem(ofRequest:)) }
            if field == .serviceAccounts { warn(of: lists, with: AccountForm.problem(of:)) }
        }
        finish(&reader, hasFields: !fields.isEmpty)

        let written = Set(fields.map(\.field))
        checkServiceAccounts(fields.first { $0.field == .serviceAccounts }?.lists, beside: written, in: &reader)
        if action == .custom {
            for field in written.subtracting([.ipBlocks, .remoteIpBlocks]).sorted(by: { $0.rawValue < $1.rawValue }) {
                for name in [field.rawValue, AuthorizationPolicy.negated(field.rawValue)] {
                    guard reader.node(name) != nil, let place = reader.keyLocation(name) else { continue }
                    reportNotWithCustom("`\(name)`", at: place)
                }
            }
        }
        return AuthorizationPolicy.SourceMatch(fields: fields, location: reader.location)
    }

    func operation(_ node: DocumentNode) -> AuthorizationPolicy.OperationMatch? {
        guard var reader = inner("operation", of: node, in: "to") else { return nil }
        var fields: [(field: AuthorizationPolicy.OperationMatch.Field, lists: AuthorizationPolicy.ValueLists)] = []
        for field in AuthorizationPolicy.OperationMatch.Field.allCases {
            let lists = lists(field.rawValue, from: &reader, check: Self.check(of: field))
            if !lists.isEmpty { fields.append((field, lists)) }
        }
        finish(&reader, hasFields: !fields.isEmpty)
        return AuthorizationPolicy.OperationMatch(fields: fields, location: reader.location)
    }

    func condition(_ node: DocumentNode) -> AuthorizationPolicy.Condition? {
        guard var reader = DocumentReader(node, name: "when", spelling: .snakeCaseToo, collector: collector) else {
            return nil
        }
        if let field = reader.fieldNames.first(where: { $0.contains(".") }), reader.node("key") == nil {
            collector.error(
                .missingField, at: reader.keyLocation(field) ?? reader.location,
                "\(field.quoted) is no field of `when`",
                label: "expected `key` and `values`", hint: "write `key: \(field)`, and `values: […]` beside it")
            return nil
        }
        let key = reader.requiredText("key")
        let known = key.flatMap { ConditionKey($0, collector: collector) }
        let hasLists = Self.hasItems(reader.node("values")) || Self.hasItems(reader.node("notValues"))
        let lists = lists("values", from: &reader, check: known.map { Self.check(of: $0.values) })
        reader.finish()
        guard let key else { return nil }
        if key.value == "source.principal" { warn(of: lists, with: PrincipalForm.problem(ofPeer:)) }
        if key.value == "request.auth.principal" { warn(of: lists, with: PrincipalForm.problem(ofRequest:)) }
        if key.value == "source.serviceAccount" { warn(of: lists, with: AccountForm.problem(of:)) }
        if !hasLists, !reader.hasSlip(of: "values"), !reader.hasSlip(of: "notValues") {
            collector.error(
                .missingField, at: key.location, "the condition \(key.value.quoted) has no values",
                label: "expected `values` or `notValues` beside it")
        }
        if action == .custom {
            let refused = ["source.namespace", "source.serviceAccount", "source.trustDomain", "source.principal"]
            if refused.contains(key.value) || key.value.hasPrefix("request.auth.") {
                reportNotWithCustom("the key \(key.value.quoted)", at: key.location)
            }
        }
        return AuthorizationPolicy.Condition(key: key, lists: lists)
    }

    /// The one mapping inside an entry of `from` or `to`.
    private func inner(_ field: String, of node: DocumentNode, in list: String) -> DocumentReader? {
        guard var outer = DocumentReader(node, name: list, spelling: .snakeCaseToo, collector: collector) else {
            return nil
        }
        let hasField = outer.node(field) != nil
        let reader = outer.reader(field)
        outer.finish()
        if !hasField, outer.fieldNames.allSatisfy({ $0 == field }) { outer.missing(field) }
        return reader
    }

    private func finish(_ reader: inout DocumentReader, hasFields: Bool) {
        reader.finish()
        if !hasFields, reader.holdsNothing {
            collector.error(
                .emptyMatch, at: reader.location, "`\(reader.name)` tests nothing",
                label: "expected at least one value",
                hint:
                    "name a value: a rule without `\(reader.name == "source" ? "from" : "to")` matches any \(reader.name)"
            )
        }
    }

    private func lists(
        _ field: String, from reader: inout DocumentReader, check: ((String) -> ValueProblem?)?
    ) -> AuthorizationPolicy.ValueLists {
        var lists = AuthorizationPolicy.ValueLists()
        lists.values = reader.nonEmptyTexts(field)
        lists.notValues = reader.nonEmptyTexts(AuthorizationPolicy.negated(field))
        if let check {
            collector.check(lists.values, with: check)
            collector.check(lists.notValues, with: check)
        }
        return lists
    }

    private func warn(
        of lists: AuthorizationPolicy.ValueLists, with check: (String) -> ValueProblem?
    ) {
        collector.warn(of: lists.values, with: check)
        collector.warn(of: lists.notValues, with: check)
    }

    private func checkServiceAccounts(
        _ lists: AuthorizationPolicy.ValueLists?, beside written: Set<AuthorizationPolicy.SourceMatch.Field>,
        in reader: inout DocumentReader
    ) {
        guard let lists else { return }
        for (name, values) in [("serviceAccounts", lists.values), ("notServiceAccounts", lists.notValues)] {
            guard !values.isEmpty, let place = reader.keyLocation(name) else { continue }
            if values.count > Self.maximumServiceAccounts {
                collector.error(
                    .tooManyValues, at: place, "`\(name)` has \(values.count) entries",
                    label: "at most \(Self.maximumServiceAccounts)")
            }
            guard !written.isDisjoint(with: [.principals, .namespaces]) else { continue }
            collector.error(
                .conflictingFields, at: place, "`\(name)` cannot stand beside `principals` or `namespaces`",
                label: "a service account names its namespace itself")
        }
    }

    private func reportNotWithCustom(_ what: String, at place: SourceLocation) {
        collector.error(
            .notWithAction, at: place, "\(what) cannot be used in a CUSTOM policy",
            label: "CUSTOM policies act before the caller is known")
    }

    private static func hasItems(_ node: DocumentNode?) -> Bool {
        if case .sequence(let items, _) = node { !items.isEmpty } else { node != nil }
    }

    private static func check(of field: AuthorizationPolicy.SourceMatch.Field) -> ((String) -> ValueProblem?)? {
        switch field {
        case .principals, .requestPrincipals, .namespaces: nil
        case .serviceAccounts: ValueCheck.serviceAccount
        case .trustDomains: ValueCheck.trustDomain
        case .remoteIpBlocks, .ipBlocks: ValueCheck.cidr
        }
    }

    private static func check(of field: AuthorizationPolicy.OperationMatch.Field) -> ((String) -> ValueProblem?)? {
        switch field {
        case .hosts, .methods: nil
        case .paths: ValueCheck.path
        case .ports: ValueCheck.port
        }
    }

    private static func check(of values: ConditionKey.Values) -> (String) -> ValueProblem? {
        switch values {
        case .addresses: ValueCheck.cidr
        case .ports: ValueCheck.port
        case .serviceAccounts: ValueCheck.serviceAccount
        case .trustDomains: ValueCheck.trustDomainPattern
        case .anyText: { _ in nil }
        }
    }
}
