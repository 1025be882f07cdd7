extension RequestSlip {
    /// What of a host is none; `nil` where it may be one.
    static func hostSentence(_ host: String) -> String? {
        let path = host.dropFirst(scheme(of: host).count).drop { $0 != "/" }
        let isBlank = host.contains(where: \.isWhitespace)
        guard isBlank || !path.isEmpty || !scheme(of: host).isEmpty else { return nil }
        // Who is named in front of the host may be named with a password.
        let start = host.contains("@") ? "a host has nobody in front of it: " : "`\(host)` is no host: "
        guard let mended = mended(host: host) else {
            return start + (isBlank ? "there is a blank in it" : "it has no name")
        }
        return start + "write `\(mended)`" + (path.count > 1 ? ", and `\(path)` in the path" : "")
    }

    /// The host in a text that has more than that; `nil` where there is no more, or none.
    static func mended(host: String) -> String? {
        let authority = host.dropFirst(scheme(of: host).count).prefix { $0 != "/" }
        let name = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return name.isEmpty || name.count == host.count || host.contains(where: \.isWhitespace) ? nil : String(name)
    }

    private static func scheme(of host: String) -> String {
        ["https://", "http://"].first { host.lowercased().hasPrefix($0) } ?? ""
    }

    /// What of a method is none; `nil` where it may be one.
    static func methodSentence(_ method: String) -> String? {
        let words = method.split(whereSeparator: \.isWhitespace)
        if words.count > 1 {
            let isLine = words[1].hasPrefix("/")
            return
                "`\(method)` is no method: write `\(words[0].uppercased())`\(isLine ? ", and `\(words[1])` as the path" : "")"
        }
        guard method != method.uppercased() else { return nil }
        return "methods are case-sensitive: `\(method)` is not `\(method.uppercased())`"
    }

    /// The method in a text that has more than that, or is in other case; `nil` where it is one.
    static func mended(method: String) -> String? {
        let first = method.split(whereSeparator: \.isWhitespace).first?.uppercased()
        return first == method ? nil : first
    }
}
