import AuthzCore

/// Several values in one text, as people write them who take a value for a list.
package enum JoinedValues {
    /// What stands between the separators, without blanks around it; `nil` where that is not several things.
    package static func parts(of text: String, separators: String = ",;|") -> [String]? {
        for separator in separators {
            let parts = text.split(separator: separator, omittingEmptySubsequences: false).map { part in
                String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
            if parts.count > 1, !parts.contains("") { return parts }
        }
        return nil
    }

    /// What to write in the place of a text whose parts are all values; `nil` for another one.
    static func hint(_ text: String, _ isValue: (String) -> Bool) -> String? {
        guard let parts = parts(of: text), parts.allSatisfy(isValue) else { return nil }
        return hint(for: parts)
    }

    /// As in a list of YAML.
    package static func hint(for parts: [String]) -> String {
        "write \(parts.map { "\"\($0)\"".quoted }.joined(separator: ", ")), each a value of its own"
    }
}
