import AuthzCore
import AuthzPolicy

/// What ALLOW rules leave out, and allow in another form.
extension Linter {
    /// What an exception is about.
    private enum Exception {
        case path, host, method

        init?(_ field: ConditionField) {
            switch field.requestField {
            case .path: self = .path
            case .host: self = .host
            case .method: self = .method
            case .token, .header, .port, .sni, .scheme, .principal, .remoteIP, .sourceIP, .destinationIP, nil:
                return nil
            }
        }

        var code: LintCode {
            switch self {
            case .path: .notPathsBypass
            case .host: .notHostsBypass
            case .method: .notMethodsBypass
            }
        }

        var field: RequestField {
            switch self {
            case .path: .path
            case .host: .host
            case .method: .method
            }
        }

        /// What fits a value, as plain as can be.
        func example(of value: String) -> String {
            switch self {
            case .path: ReadValues.plainPath(value)
            case .host: ReadValues.texts(value)[0]
            // Of all methods, it is GET that has another one that answers the same.
            case .method: ["G*", "GE*", "*"].contains(value) ? "GET" : value
            }
        }

        var hint: String {
            switch self {
            case .path: "list what is allowed in `paths`, in place of what is not"
            case .host: "list the hosts that are allowed in `hosts`, in place of those that are not"
            case .method: "list the methods that are allowed in `methods`, or leave out `HEAD`, too"
            }
        }
    }

    mutating func findExceptionBypasses(_ subject: LintRule) {
        for test in subject.rule.tests {
            guard let exception = Exception(test.field) else { continue }
            for value in test.lists.notValues {
                var lists = test.lists
                lists.notValues.removeAll { $0.location == value.location }
                let open = subject.rule.replacing(test, with: lists)
                guard let alone = point(for: [subject.alone(open)], at: subject.sites) else { continue }
                for site in subject.likelySites where site.workload.readsHTTP {
                    if findBypass(of: exception, subject, test, value, open, alone, at: site) { break }
                }
            }
        }
    }

    private mutating func findBypass(
        of exception: Exception, _ subject: LintRule, _ test: RuleTest, _ value: Located<String>,
        _ open: AuthorizationPolicy.Rule, _ alone: DecisionPoint, at site: LintSite
    ) -> Bool {
        let field = exception.field
        let base = field.putting(.text(exception.example(of: value.value)), into: subject.request(at: site))
        guard
            let document = request(
                matching: open, of: subject, alone, allowedBy: policies(subject, with: open), near: base),
            field.text(in: document) == field.text(in: base), !allows(document, point)
        else { return false }
        var disguises: [RequestField.Value]
        switch exception {
        case .path:
            let path = document.request?.path ?? "/"
            disguises = PathSpelling.variants(of: path, pattern: value.value).map { .text($0) }
            // The header has the query, too.
            if test.field != .path { disguises.append(.text(path + "?x")) }
        case .host: disguises = HostSpelling.variants(of: document.request?.host ?? "").map { .text($0) }
        case .method: disguises = document.request?.method == "GET" ? [.text("HEAD")] : []
        }
        let passing = disguises.map { field.putting($0, into: document) }
            .filter { field.text(in: $0) != field.text(in: document) && allows($0, point) }
        guard !passing.isEmpty else { return false }
        let all = Passing(field: field, acting: document, documents: passing)
        add(
            exception.code, subject, at: value.location, all,
            "an ALLOW rule that leaves out \(value.value.quoted) allows \(all.first)\(all.others(word: ""))",
            hint: exception.hint)
        return true
    }
}
