import AuthzCore

/// Finds values of Istio's kinds that Kubernetes takes for a Boolean or a number, though text belongs there: its API server refuses
/// such a resource. Here they stay the text that is written (SR-39), so that this is a warning, and no decision hangs on it.
struct UnquotedText {
    /// What a plain scalar is to a reader of YAML 1.1, as the API server's is (sigs.k8s.io/yaml); `nil` for text and null.
    enum Kind: String {
        case boolean = "a Boolean"
        case number = "a number"

        init?(_ scalar: DocumentNode.Scalar) {
            guard scalar.isPlain, !scalar.isNull else { return nil }
            if Self.booleans.contains(scalar.text) {
                self = .boolean
            } else if Self.isNumber(scalar.text) {
                self = .number
            } else {
                return nil
            }
        }

        /// In lower case, with a capital or in capitals, and in no other case.
        private static let booleans: Set<String> = Set(
            ["y", "n", "yes", "no", "on", "off", "true", "false"].flatMap { word in
                [word, word.prefix(1).uppercased() + word.dropFirst(), word.uppercased()]
            })

        private static func isNumber(_ text: String) -> Bool {
            guard let first = text.utf8.first, "+-.0123456789".utf8.contains(first) else { return false }
            let unsigned = "+-".utf8.contains(first) ? text.dropFirst() : text[...]
            if [".inf", ".Inf", ".INF"].contains(unsigned) || [".nan", ".NaN", ".NAN"].contains(text) { return true }
            // Only integers may have `_` between their digits.
            let digits = unsigned.filter { $0 != "_" }
            return digits.wholeMatch(of: /0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[0-9]+/) != nil
                || unsigned.wholeMatch(of: /(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/) != nil
        }
    }

    private let collector: DiagnosticCollector

    init(collector: DiagnosticCollector) {
        self.collector = collector
    }

    /// Fields that are no text, or in which no number is right with quotes, either.
    private static let others: Set = ["forwardOriginalToken", "forward_original_token", "timeout"]
    /// What of `metadata` is text to Kubernetes, or maps to it.
    private static let metadata: Set = ["name", "namespace", "labels", "annotations"]
    /// Fields that hold mappings, or lists of such: a scalar there is wrong for another reason.
    private static let structures: Set = [
        "spec", "metadata", "rules", "from", "to", "when", "source", "operation", "selector", "matchLabels",
        "match_labels",
        "targetRef", "target_ref", "targetRefs", "target_refs", "provider", "jwtRules", "jwt_rules", "fromHeaders",
        "from_headers", "outputClaimToHeaders", "output_claim_to_headers", "mtls", "portLevelMtls", "port_level_mtls",
        "labels", "annotations",
    ]

    /// Those whose keys are the author's.
    private static let textMaps: Set = ["matchLabels", "match_labels", "labels", "annotations"]

    /// Warns of each in a resource of one of Istio's kinds.
    func check(_ resource: DocumentNode) {
        guard case .mapping(let entries, _) = resource else { return }
        for entry in entries {
            switch entry.key.text {
            case "spec": walk(entry.value, in: "spec")
            case "metadata":
                guard case .mapping(let fields, _) = entry.value else { continue }
                for field in fields where Self.metadata.contains(field.key.text) {
                    walk(field.value, in: field.key.text)
                }
            default: continue
            }
        }
    }

    private func walk(_ node: DocumentNode, in field: String) {
        switch node {
        case .scalar(let scalar):
            if !Self.structures.contains(field) { warn(of: scalar, in: field) }
        case .sequence(let items, _):
            for item in items { walk(item, in: field) }
        case .mapping(let entries, _):
            for entry in entries where !Self.others.contains(entry.key.text) {
                if Self.textMaps.contains(field), case .scalar(let scalar) = entry.value {
                    warn(of: scalar, in: field)
                } else {
                    walk(entry.value, in: entry.key.text)
                }
            }
        }
    }

    private func warn(of scalar: DocumentNode.Scalar, in field: String) {
        guard let kind = Kind(scalar) else { return }
        collector.warning(
            .unquotedText, at: scalar.location,
            "\(scalar.text.quoted) without quotes is \(kind.rawValue) to Kubernetes, which refuses it in `\(field)`",
            label: "expected text", hint: "write `\"\(scalar.text)\"`")
    }
}
