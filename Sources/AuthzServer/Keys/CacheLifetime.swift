import CCurl

/// How long an answer is fresh by its headers (RFC 9111 §4.2.1, for a private cache).
package enum CacheLifetime {
    /// - Parameter headers: Names in lower case.
    /// - Returns: `nil` where they do not say; zero where it may not be kept, and where they contradict themselves.
    package static func lifetime(of headers: [String: String]) -> Duration? {
        if let directives = headers["cache-control"].map(Self.directives) {
            if directives.contains(where: { $0.name == "no-store" || $0.name == "no-cache" }) { return .zero }
            let ages = directives.filter { $0.name == "max-age" }.map { seconds($0.value) ?? 0 }
            if let age = ages.min() { return .seconds(max(age - (headers["age"].flatMap(seconds) ?? 0), 0)) }
        }
        guard let expires = headers["expires"] else { return nil }
        // Against the server's own clock: ours does not matter, so there must be a `Date`.
        guard let date = headers["date"].flatMap(time) else { return nil }
        // What is no date, `0` above all, has expired (RFC 9111 §5.3).
        guard let end = time(expires) else { return .zero }
        return .seconds(max(end - date, 0))
    }

    private static func directives(_ text: String) -> [(name: String, value: String)] {
        text.split(separator: ",").map { directive in
            let parts = directive.split(separator: "=", maxSplits: 1)
            let words = parts.map { $0.filter { !$0.isWhitespace && $0 != "\"" } }
            return (words.first?.lowercased() ?? "", words.count > 1 ? words[1] : "")
        }
    }

    /// Delta seconds; what is larger than this program ever waits counts as that.
    private static func seconds(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return text.utf8.count > 9 ? 1_000_000_000 : Int(text)
    }

    /// Seconds since 1970.
    private static func time(_ text: String) -> Int? {
        let time = curl_getdate(text, nil)
        return time < 0 ? nil : Int(time)
    }
}
