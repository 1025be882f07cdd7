import AuthzCore

/// Values that look as if they fitted a request, and are something else: a URL for a path, several values in one, a word for all.
extension Slip {
    /// `https://api.example/users` for `/users`.
    static func url(_ written: String, _ seen: String) -> Slip? {
        guard let mark = written.firstRange(of: "://"), mark.lowerBound > written.startIndex,
            written[..<mark.lowerBound].allSatisfy({ $0.isASCII && $0.isLetter }),
            let slash = written[mark.upperBound...].firstIndex(of: "/")
        else { return nil }
        let path = String(written[slash...])
        guard fits(path, seen) else { return nil }
        return Slip("`\(written)` is a URL, and a path begins behind its host", isOfPolicy: true, meant: path)
    }

    /// `/items/` for `/items/1`.
    static func below(_ written: String, _ seen: String) -> Slip? {
        guard written.count > 1, written.hasPrefix("/"), written.hasSuffix("/"), !written.contains("{"),
            seen.hasPrefix(written), seen.count > written.count
        else { return nil }
        return Slip("`\(written)` is that path alone; below it is `\(written)*`", meant: "\(written)*")
    }

    /// `GET,POST`, and `editors, chief`.
    static func several(_ written: String, _ seen: String, _ what: String, isOfPolicy: Bool) -> Slip? {
        let pieces = written.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") }
        // Distinguished names have commas, and so have those of persons.
        let areWords = pieces.allSatisfy { !$0.contains { "= ".contains($0) } } && written == written.lowercased()
        guard pieces.count > 1, pieces.contains(seen), areWords || isOfPolicy else { return nil }
        var slip = Slip("`\(written)` is one value, and no list of \(what)", isOfPolicy: isOfPolicy, meant: seen)
        slip.others = pieces.filter { $0 != seen }
        return slip
    }

    /// `openid api:write` for a claim that is compared word by word.
    ///
    /// - Parameter seen: The words of the claim.
    static func words(_ written: String, _ seen: [String]) -> Slip? {
        let words = written.split(separator: " ").map(String.init)
        guard words.count > 1, words.allSatisfy(seen.contains) else { return nil }
        // Nearly every token has those of OpenID Connect, so that they are hardly what a rule asks for.
        let own = words.filter { !openIDScopes.contains($0) }
        let advice =
            own.count == 1
            ? "\(own[0].quoted) is one"
            : "for one of them list them as values, for all of them write a condition each"
        var slip = Slip(
            "no word of the claim has a blank in it, as \(written.quoted) has: \(advice)", isOfPolicy: true,
            meant: own.first)
        slip.others = Array(own.dropFirst())
        slip.areAllMeant = true
        return slip
    }

    private static let openIDScopes: Set = [
        "openid", "profile", "email", "address", "phone", "offline_access",
    ]

    /// `ALL`, which is no method.
    static func anyMethod(_ written: String, _ seen: String) -> Slip? {
        guard ["ALL", "ANY"].contains(written.uppercased()), HTTPSyntax.methods.contains(seen) else { return nil }
        return Slip(
            "there is no method `\(written)`: a rule without `methods` is for any", isOfPolicy: true, meant: seen)
    }
}
