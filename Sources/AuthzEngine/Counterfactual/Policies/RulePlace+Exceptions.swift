import AuthzCore

extension RulePlace {
    /// The field of a condition key, which reads the same.
    static func family(_ field: String) -> String {
        switch field {
        case "source.principal": "principals"
        case "request.auth.principal": "requestPrincipals"
        case "source.ip": "ipBlocks"
        case "remote.ip": "remoteIpBlocks"
        case "destination.port": "ports"
        default: field
        }
    }

    /// The fields in which a rule names just what the request has. An exception of the same value beside it would leave nothing of the
    /// rule, which is not what it looks like.
    func asked(by rule: Program.Rule, _ program: Program, _ values: WrittenValues) -> Set<String> {
        var asked: Set<String> = []
        for index in FieldTests.tests(of: rule, in: program) {
            let test = program.tests[Int(index)]
            let source = program.sources[Int(test.source)]
            let field = Self.family(source.field)
            guard !test.isNegated, let value = values.value(of: field, test: test) else { continue }
            let same = [value, "\(value)/32", "\(value)/128"]
            guard source.values.contains(where: { same.contains($0.value) }) else { continue }
            asked.insert(field)
            // An account is a principal of the one trust domain that counts.
            if field == "serviceAccounts" { asked.insert("principals") }
        }
        return asked
    }
}
