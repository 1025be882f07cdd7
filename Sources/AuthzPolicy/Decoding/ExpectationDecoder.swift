import AuthzCore

/// Reads the `expect` of a case, in its short form (`allow`) and its long one.
struct ExpectationDecoder {
    let collector: DiagnosticCollector

    func decode(_ node: DocumentNode) -> Expectation? {
        if case .scalar(let scalar) = node { return shortForm(scalar) }
        guard var reader = DocumentReader(node, name: "expect", collector: collector) else { return nil }
        let problemCount = collector.count
        var expectation = Expectation(location: reader.location)
        expectation.outcome = reader.enumeration("outcome", of: Expectation.Outcome.self)?.value
        expectation.status = reader.integer("status", in: 0...599).map { Int($0.value) }
        expectation.reason = reader.nonEmptyText("reason")
        expectation.policy = policy(&reader)
        expectation.rule = reader.integer("rule", in: 1...Int64(Int32.max)).map { Int($0.value) }
        expectation.headers = headers(&reader)
        expectation.audit = names("audit", &reader)
        if var dryRun = reader.reader("dryRun") {
            expectation.dryRunAllow = dryRun.enumeration("allow", of: Expectation.DryRunResult.self)?.value
            expectation.dryRunDeny = dryRun.enumeration("deny", of: Expectation.DryRunResult.self)?.value
            dryRun.finish()
        }
        expectation.custom = names("custom", &reader)
        reader.finish()
        if expectation.isEmpty, collector.count == problemCount {
            collector.error(
                .nothingExpected, at: reader.location, "`expect` names nothing to compare",
                label: "expected at least `outcome`", hint: "write `expect: allow` or `expect: deny`")
        }
        return expectation
    }

    private func shortForm(_ scalar: DocumentNode.Scalar) -> Expectation? {
        var expectation = Expectation(location: scalar.location)
        expectation.outcome = Expectation.Outcome(rawValue: scalar.text)
        guard expectation.outcome != nil else {
            let names = Expectation.Outcome.allCases.map(\.rawValue)
            collector.error(
                .unknownValue, at: scalar.location, "unknown value \(scalar.text.quoted) of `expect`",
                label: "expected allow, deny or a mapping",
                hint: scalar.integer.map { "write `{status: \($0)}`" }
                    ?? scalar.boolean.map { "write `\($0 ? "allow" : "deny")`" }
                    ?? Self.several(in: scalar.text) ?? NameSuggestion.hint(for: scalar.text, among: names)
                    ?? "write `allow`, `deny`, or `{outcome: deny, status: 403}` to compare more")
            return nil
        }
        return expectation
    }

    /// `allow, 200` and its like, as the mapping that they stand for.
    private static func several(in text: String) -> String? {
        guard let match = text.lowercased().wholeMatch(of: /(allow|deny)(?:ed|ied)?[ ,:\/]+([1-5][0-9]{2})/) else {
            return nil
        }
        return "write `{outcome: \(match.1), status: \(match.2)}`"
    }

    private func policy(_ reader: inout DocumentReader) -> Expectation.Policy? {
        if let written = reader.writtenNode("policy"), written.isNull { return Expectation.Policy.none }
        guard let text = reader.nonEmptyText("policy") else { return nil }
        if text.value.split(separator: "/", omittingEmptySubsequences: false).count != 2 {
            collector.error(
                .invalidPolicyName, at: text.location, "\(text.value.quoted) does not name a policy",
                label: "expected `namespace/name`",
                hint: text.value.contains("/") ? nil : "write \("NAMESPACE/\(text.value)".quoted), with its namespace")
        }
        return .named(text.value)
    }

    /// One name or a list of them.
    private func names(_ field: String, _ reader: inout DocumentReader) -> [String]? {
        guard let node = reader.node(field) else { return nil }
        if case .scalar = node { return reader.nonEmptyText(field).map { [$0.value] } }
        return reader.nonEmptyTexts(field).map(\.value)
    }

    private func headers(_ reader: inout DocumentReader) -> Expectation.Headers? {
        guard var fields = reader.reader("headers") else { return nil }
        var headers = Expectation.Headers()
        if let node = fields.node("set") {
            if case .mapping(let entries, _) = node {
                headers.set = entries.map { ($0.key.text.lowercased(), lines($0.value, of: $0.key.text)) }
            } else {
                collector.error(
                    .wrongType, at: node.location, "`set` is \(node.kindName), not a mapping",
                    label: "expected a mapping of headers to a value or a list of values")
            }
        }
        headers.remove = names("remove", &fields)?.map { $0.lowercased() }
        fields.finish()
        return headers
    }

    private func lines(_ node: DocumentNode, of name: String) -> [String] {
        if node.isNull { return [] }
        let items: [DocumentNode] = if case .sequence(let items, _) = node { items } else { [node] }
        return items.compactMap { item in
            if case .scalar(let scalar) = item, !scalar.isNull { return scalar.text }
            collector.error(
                .wrongType, at: item.location, "a value of \(name.quoted) is \(item.kindName), not text",
                label: "expected text")
            return nil
        }
    }
}
