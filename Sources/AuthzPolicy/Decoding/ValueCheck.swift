import AuthzCore

/// The checks of admission on single values. Each names what is wrong with a text, and is `nil` where nothing is.
enum ValueCheck {
    /// An IP address or a CIDR block.
    static func cidr(_ text: String) -> ValueProblem? {
        guard CIDRBlock(parsing: Array(text.utf8).span) == nil else { return nil }
        let message = "\(text.quoted) is not a CIDR block"
        if let hint = JoinedValues.hint(text, { cidr($0) == nil }) {
            return ValueProblem(.invalidCIDR, message, label: "expected one address or block", hint: hint)
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            return ValueProblem(
                .invalidCIDR, "\(text.quoted) is not an IP address", label: "expected an IP address or a CIDR block",
                hint: block(of: text).map { "write \($0.quoted) for the addresses that begin so" })
        }
        guard let address = IPAddress(parsing: Array(parts[0].utf8).span) else {
            return ValueProblem(.invalidCIDR, message, label: "expected an IP address before the `/`")
        }
        let limit = address.family == .v4 ? 32 : 128
        let family = address.family == .v4 ? "IPv4" : "IPv6"
        // No length is proposed: another one would let in or keep out other addresses, and nobody knows which were meant.
        return ValueProblem(.invalidCIDR, message, label: "an \(family) prefix length is 0 to \(limit)")
    }

    /// `10.1.0.0/16` of `10.1.*`: the same addresses.
    private static func block(of text: String) -> String? {
        guard let match = text.wholeMatch(of: /((?:[0-9]{1,3}\.){1,3})\*(?:\.\*){0,2}/) else { return nil }
        let octets = match.1.split(separator: ".")
        let address = (octets + Array(repeating: "0", count: 4 - octets.count)).joined(separator: ".")
        let block = "\(address)/\(octets.count * 8)"
        return CIDRBlock(parsing: Array(block.utf8).span) == nil ? nil : block
    }

    /// A decimal port number; 0 passes, as in Istio.
    static func port(_ text: String) -> ValueProblem? {
        let isDecimal = !text.isEmpty && text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard isDecimal, UInt16(text) != nil else {
            return ValueProblem(
                .invalidPort, "\(text.quoted) is not a port", label: "expected a number from 0 to 65535",
                hint: portHint(text))
        }
        return nil
    }

    /// What to write for several ports in one text, and for the name of one.
    private static func portHint(_ text: String) -> String? {
        let numbers = text.split { ", ;|".contains($0) }.map(String.init)
        if numbers.count > 1, numbers.allSatisfy({ UInt16($0) != nil }) {
            return "write \(numbers.map { "\"\($0)\"".quoted }.joined(separator: ", ")), each a value of its own"
        }
        if text.wholeMatch(of: /[0-9]+ ?(-|:|\.\.) ?[0-9]+/) != nil { return "there are no ranges: list each port" }
        return text.first?.isLetter ?? false ? "write the number of the workload's port, not its name" : nil
    }

    /// `namespace/account` or `account`, without wildcards.
    static func serviceAccount(_ text: String) -> ValueProblem? {
        let message = "\(text.quoted) is not a service account"
        if text.utf8.contains(UInt8(ascii: "*")) {
            return ValueProblem(
                .invalidServiceAccount, message, label: "a service account has no `*`",
                hint: "use `principals` for a pattern")
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }), text.utf8.count <= 320 else {
            let identity = PrincipalForm.mended(text) ?? text
            let names = identity.split(separator: "/", omittingEmptySubsequences: false)
            let isPrincipal = names.count == 5 && names[1] == "ns" && names[3] == "sa" && !names.contains("")
            return ValueProblem(
                .invalidServiceAccount, message, label: "expected `namespace/account` or `account`",
                hint: isPrincipal
                    ? "write \("\(names[2])/\(names[4])".quoted), or list it in `principals`"
                    : JoinedValues.hint(text) { serviceAccount($0) == nil })
        }
        return nil
    }

    /// A trust domain with at most one `*`, first or last.
    static func trustDomain(_ text: String) -> ValueProblem? {
        if text.utf8.contains(UInt8(ascii: "/")) {
            return ValueProblem(
                .invalidTrustDomain, "\(text.quoted) is not a trust domain", label: "a trust domain has no `/`")
        }
        return trustDomainPattern(text)
    }

    /// As ``trustDomain(_:)``, but `/` is not looked at: the key `source.trustDomain` takes it.
    static func trustDomainPattern(_ text: String) -> ValueProblem? {
        let stars = text.utf8.count { $0 == UInt8(ascii: "*") }
        guard stars == 0 || stars == 1 && (text.hasPrefix("*") || text.hasSuffix("*")) else {
            return ValueProblem(
                .invalidTrustDomain, "\(text.quoted) is not a trust domain",
                label: "a trust domain has at most one `*`, at its start or end")
        }
        return nil
    }

    /// A name of an HTTP header that a claim is written to.
    static func claimHeader(_ text: String) -> ValueProblem? {
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName else {
            return ValueProblem(
                .invalidHeaderName, "\(text.quoted) is not a header name",
                label: "expected letters, digits, `-` and `_`")
        }
        return nil
    }

    /// An `http` or `https` URL with a host.
    static func url(_ text: String) -> ValueProblem? {
        let message = "\(text.quoted) is not a URL of keys"
        guard text.utf8.count <= 2048 else {
            return ValueProblem(.invalidURL, message, label: "a URL has at most 2048 characters")
        }
        let lowercased = text.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lowercased.hasPrefix($0) }) else {
            return ValueProblem(.invalidURL, message, label: "expected `https://` or `http://`")
        }
        let rest = text.dropFirst(scheme.count)
        guard !rest.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7f }) else {
            return ValueProblem(.invalidURL, message, label: "a URL has no blanks")
        }
        var authority = rest.prefix { !"/?#".contains($0) }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        var port: Substring?
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            let tail = authority[authority.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":") else {
                return ValueProblem(.invalidURL, message, label: "expected a host and a port")
            }
            port = tail.isEmpty ? nil : tail.dropFirst()
            authority = authority[...end]
        } else if let colon = authority.lastIndex(of: ":") {
            port = authority[authority.index(after: colon)...]
            authority = authority[..<colon]
        }
        guard !authority.isEmpty else {
            return ValueProblem(.invalidURL, message, label: "expected a host after `\(scheme)`")
        }
        if let port, !port.isEmpty, self.port(String(port)) != nil || UInt16(port) == 0 {
            return ValueProblem(.invalidURL, message, label: "expected a port from 1 to 65535")
        }
        return nil
    }
}
