import AuthzCore

/// Whether two paths of claims say the same. Who may write one claim may not be who may write another, so that what says more, or names
/// another parent, is never the same.
enum ClaimWords {
    /// Where Keycloak has the roles of the realm, and by client the others.
    private static let realm = "realm_access"
    static let clients = "resource_access"
    private static let roles = "roles"
    /// Clients of Keycloak's own, whose roles are about Keycloak.
    private static let ownClients: Set = ["account", "account-console", "admin-cli", "broker", "realm-management"]
    /// What stands between host and name in claims of a namespace.
    private static let folders: Set = ["claims", "jwt"]

    /// Whether the names have the same words, in whatever case, with whatever between them, and however cut into names.
    static func areSame(_ path: [String], _ written: [String]) -> Bool {
        let own = words(path).joined()
        // A number in a key is the place in a list, which no key has.
        let plain = written.filter { !$0.allSatisfy(\.isNumber) }
        return !own.isEmpty && (own == words(written).joined() || own == words(plain).joined())
    }

    /// Whether each name is the other one, or that with a slip.
    static func isNear(_ path: [String], _ written: [String]) -> Bool {
        path.count == written.count
            && zip(path, written).allSatisfy { $0 == $1 || areSame([$0], [$1]) || NameSuggestion.isSlip($1, of: $0) }
    }

    /// Whether a path is the written one within what wraps it by custom.
    static func wraps(_ path: [String], _ written: [String]) -> Bool {
        let inner = Array(path.dropFirst())
        if path[0] == realm, path.count > 1 {
            return areSame(inner, written) || inner == [roles] && areSame([realm], written)
        }
        if path[0] == clients, path.count == 3, inner[1] == roles, !ownClients.contains(inner[0]) {
            return [inner, [roles], [clients, roles], [clients, inner[0]]].contains { areSame($0, written) }
        }
        return name(of: path[0]).map { areSame([$0] + inner, written) } ?? false
    }

    /// `roles` of `https://shop.example/roles`.
    private static func name(of claim: String) -> String? {
        guard let scheme = ["https://", "http://"].first(where: claim.hasPrefix) else { return nil }
        var parts = claim.dropFirst(scheme.count).split(separator: "/").map(String.init)
        if parts.count == 3, folders.contains(parts[1]) { parts.remove(at: 1) }
        return parts.count == 2 ? parts[1] : nil
    }

    /// The words of names in lower case, without the `s` of a plural.
    static func words(_ names: [String]) -> [String] {
        var words: [String] = []
        for name in names {
            var word = ""
            var isLower = false
            let end = {
                if !word.isEmpty {
                    words.append(word.count > 3 && word.hasSuffix("s") ? String(word.dropLast()) : word)
                }
                word = ""
            }
            for character in name {
                if !character.isLetter && !character.isNumber { end() }
                if character.isUppercase, isLower { end() }
                if character.isLetter || character.isNumber { word += character.lowercased() }
                isLower = character.isLowercase
            }
            end()
        }
        return words
    }
}
