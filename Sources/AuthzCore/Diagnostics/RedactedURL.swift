/// URLs as they may be shown in logs, metrics, status and explanations.
package enum RedactedURL {
    /// The URL without what may be secret in it: user, password, query and fragment. Other text stays as it is.
    package static func text(of url: String) -> String {
        let url = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = url.firstRange(of: "://") else { return String(url) }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard let at = authority.lastIndex(of: "@") else { return String(url) }
        return String(url[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }
}
