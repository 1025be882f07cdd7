import AuthzCore
import AuthzPolicy

/// A written value that differs from what a request has by no more than a slip of the pen, as people make it.
struct Slip {
    /// What the slip is, in words.
    var sentence: String
    /// Whether it is in the policy for certain, since no request has the value as it is written.
    var isOfPolicy = false
    /// What was probably meant, to be written in the place of the value; `nil` where that may be right beside another one.
    var meant: String?
    /// What else was meant by a value that is no list.
    var others: [String] = []
    /// Whether all of these are asked for, and not one of them, so that each needs a condition.
    var areAllMeant = false
    /// Whether it belongs in another field, so that no value of this one is what was meant.
    var isElsewhere = false
    /// Whether ``meant`` is a pattern in the place of a value that no request has, as one of another language.
    var isPattern = false
    /// The words that differ by a letter, where only what else there is can say which of them is right.
    var words: (written: String, seen: String)?
    /// What other values of the same list begin with by the same slip, and what is meant.
    var beginning: (written: String, meant: String)?

    init(
        _ sentence: String, isOfPolicy: Bool = false, meant: String? = nil,
        words: (written: String, seen: String)? = nil
    ) {
        self.sentence = sentence
        self.isOfPolicy = isOfPolicy
        self.meant = meant
        self.words = words
    }

    /// The slip between a written value and the one that a test saw; `nil` where they differ by more.
    ///
    /// - Parameter servicePorts: Where Services in front of the workload lead to, by their ports.
    init?(
        _ written: String, seen: String, of attribute: Program.Attribute, servicePorts: [UInt16: UInt16] = [:]
    ) {
        let found: Slip? =
            switch attribute {
            case .method: Self.method(written, seen)
            case .path: Self.path(written, seen)
            case .host: Self.host(written, seen)
            case .peerPrincipal, .ztunnelPrincipal: Self.principal(written, seen)
            case .requestPrincipal: Self.requestPrincipal(written, seen)
            case .header: Self.byCase(written, seen, "values of headers") ?? Self.letter(written, seen)
            case .claim:
                Self.byCase(written, seen, "claims") ?? Self.letter(written, seen)
                    ?? Self.several(written, seen, "values", isOfPolicy: false)
            case .sni:
                Self.byCase(written, seen, "server names") ?? Self.listed(written, seen, between: ".", what: "names")
                    ?? Self.letter(written, seen)
            case .destinationPort: Self.port(written, seen, servicePorts)
            case .authority, .scheme, .fullPath, .sourceIP, .remoteIP, .destinationIP, .dynamicMetadata,
                .ztunnelNamespace, .ztunnelAccount:
                nil
            }
        guard let found else { return nil }
        self = found
    }

    private static func byCase(_ written: String, _ seen: String, _ what: String) -> Slip? {
        guard written != seen, differsByCase(written, seen) else { return nil }
        return Slip("`\(seen)` is not `\(written)`: \(what) are case-sensitive")
    }

    /// Whether only the case of letters keeps a value, or the part of it beside its star, from fitting.
    private static func differsByCase(_ written: String, _ seen: String) -> Bool {
        // What fits as it is and was refused all the same was refused for something else.
        fits(written.lowercased(), seen.lowercased()) && !fits(written, seen)
    }

    static func fits(_ written: String, _ seen: String) -> Bool {
        if written.hasPrefix("*") { return written.count > 1 && seen.hasSuffix(written.dropFirst()) }
        if written.hasSuffix("*") { return written.count > 1 && seen.hasPrefix(written.dropLast()) }
        return written == seen
    }

    private static func method(_ written: String, _ seen: String) -> Slip? {
        guard written != seen else { return nil }
        guard differsByCase(written, seen) else {
            return unknownMethod(written, seen) ?? several(written, seen, "methods", isOfPolicy: true)
                ?? anyMethod(written, seen)
        }
        // Methods have upper case (RFC 9110 §9.1), so that the one which has not is the slip.
        guard seen == seen.uppercased() else {
            return Slip("the request's `\(seen)` is not `\(written)`: methods are case-sensitive")
        }
        let isWhole = !written.contains("*")
        return Slip(
            "`\(written)` is not `\(seen)`: methods are case-sensitive", isOfPolicy: isWhole,
            meant: isWhole ? seen : nil)
    }

    /// `GTE`, which no proxy takes.
    private static func unknownMethod(_ written: String, _ seen: String) -> Slip? {
        guard NameSuggestion.distance(written, seen) == 1, !written.contains("*") else { return nil }
        let known = HTTPSyntax.methods
        guard known.contains(seen), !known.contains(written.uppercased()) else { return nil }
        return Slip("there is no method `\(written)`, and the request has `\(seen)`", isOfPolicy: true, meant: seen)
    }

    private static func path(_ written: String, _ seen: String) -> Slip? {
        guard written != seen else { return nil }
        if written.prefix(while: { $0 != "?" }) == seen, written.contains("?") {
            return Slip("`\(written)` has a query, and paths are compared without it", isOfPolicy: true, meant: seen)
        }
        if written + "/" == seen || written == seen + "/" {
            return Slip("`\(seen)` is not `\(written)`: a `/` at the end counts")
        }
        if isParent(written, of: seen) {
            return Slip("`\(written)` is that path alone; below it is `\(written)/*`")
        }
        if written.hasSuffix("/*"), seen == written.dropLast(2) {
            return Slip("`\(written)` is for what is below `\(seen)`, not for `\(seen)` itself")
        }
        if !written.hasPrefix("/"), !written.hasPrefix("*"), fits("/" + written, seen) {
            return Slip("`\(written)` lacks the `/` that paths begin with", isOfPolicy: true, meant: "/" + written)
        }
        if let slip = url(written, seen) ?? below(written, seen) { return slip }
        if differsByCase(written, seen) { return Slip("`\(seen)` is not `\(written)`: paths are case-sensitive") }
        if written.lowercased() + "/" == seen.lowercased() || written.lowercased() == seen.lowercased() + "/" {
            return Slip("`\(seen)` is not `\(written)`: paths are case-sensitive, and a `/` at the end counts")
        }
        return expression(written, seen) ?? dotted(written, seen) ?? template(written, seen)
            ?? starsInPath(written, seen) ?? letter(written, seen, between: "/")
    }

    private static func host(_ written: String, _ seen: String) -> Slip? {
        let (written, seen) = (written.lowercased(), seen.lowercased())
        if let scheme = ["https://", "http://"].first(where: { written == $0 + seen || written == "\($0)\(seen)/" }) {
            return Slip("a host is written without `\(scheme)`", isOfPolicy: true, meant: seen)
        }
        if let port = port(of: seen, behind: written) {
            return Slip(
                "the host of the request has a port: `\(written)` is without, `\(written):*` with any, `\(written):\(port)` with this one"
            )
        }
        if let port = port(of: written, behind: seen) {
            return Slip("the host of the request has no port, and `\(written)` asks for `:\(port)`")
        }
        return portBehindPattern(written, seen) ?? pattern(written, seen) ?? dot(written, seen)
            ?? listed(written, seen, between: ".", what: "hosts") ?? letter(written, seen, between: ".")
    }

    private static func port(of host: String, behind name: String) -> Substring? {
        guard host.hasPrefix(name + ":") else { return nil }
        let port = host.dropFirst(name.count + 1)
        return UInt16(port) == nil ? nil : port
    }

    private static func principal(_ written: String, _ seen: String) -> Slip? {
        let scheme = "spiffe://"
        let identity = seen.hasPrefix(scheme) ? String(seen.dropFirst(scheme.count)) : seen
        guard written != identity else { return nil }
        if PrincipalForm.mended(written) == identity {
            let why =
                written.hasPrefix(scheme) ? "policies name principals without `\(scheme)`" : "principals have this form"
            return Slip(
                "no workload is `\(written)`, and the caller is `\(identity)`: \(why)", isOfPolicy: true,
                meant: identity)
        }
        if PrincipalForm.mended(identity) == written {
            return Slip("the request's `\(identity)` is no identity of a workload: `\(written)` is one")
        }
        if differsByCase(written, identity) {
            return Slip("`\(identity)` is not `\(written)`: principals are case-sensitive")
        }
        if let slip = listed(written, identity, between: "/", what: "principals") { return slip }
        let parts = (written.split(separator: "/"), identity.split(separator: "/"))
        guard parts.0.count == 5, parts.1.count == 5 else { return nil }
        let differing = (0..<5).filter { parts.0[$0] != parts.1[$0] }
        let isNear = { (index: Int) in NameSuggestion.isSlip(String(parts.0[index]), of: String(parts.1[index])) }
        switch differing {
        case [0]: return Slip("`\(identity)` and `\(written)` differ in nothing but the trust domain")
        // Every namespace has an account `default`.
        case [2] where parts.0[4] != "default" || isNear(2):
            return Slip("`\(identity)` and `\(written)` differ in nothing but the namespace")
        case [4] where isNear(4):
            return Slip("the service account of `\(identity)` is `\(parts.1[4])`, and not `\(parts.0[4])`")
        default: return nil
        }
    }

    private static func requestPrincipal(_ written: String, _ seen: String) -> Slip? {
        guard let slash = seen.lastIndex(of: "/"), let end = written.lastIndex(of: "/") else {
            if seen.hasPrefix("\(written)/") { return withoutSubject(written, seen) }
            guard seen.hasSuffix("/\(written)") else { return nil }
            return Slip("`\(written)` lacks the issuer: the principal is `\(seen)`", isOfPolicy: true, meant: seen)
        }
        if let slip = listed(written, seen, between: "/", what: "principals") { return slip }
        if seen[..<slash] == written { return withoutSubject(written, seen) }
        let issuers = (String(written[..<end]), String(seen[..<slash]))
        // The subject stays what it is, which may be a pattern.
        let meant = issuers.1 + written[end...]
        if fits(String(written[end...]), String(seen[slash...])) {
            if issuers.0 + "/" == issuers.1 || issuers.0 == issuers.1 + "/" {
                return Slip(
                    "the issuer is `\(issuers.1)`, and not `\(issuers.0)`: a `/` at its end counts", meant: meant)
            }
            if let how = difference(issuers.0, seen: issuers.1) {
                return Slip("the issuer is `\(issuers.1)`, and not `\(issuers.0)`: \(how)", meant: meant)
            }
        }
        if var split = splitPrincipal(written, seen) {
            if written[end...] == "/*" { split.meant = meant }
            return split
        }
        return byCase(written, seen, "principals")
    }

    private static func withoutSubject(_ written: String, _ seen: String) -> Slip {
        Slip(
            "`\(written)` is an issuer, and the principal is `\(seen)`: `\(written)/*` is whoever has a token of it",
            isOfPolicy: true, meant: "\(written)/*")
    }

    /// Whether a path is the one above another: `/items` of `/items/1`.
    static func isParent(_ written: String, of seen: String) -> Bool {
        guard !written.contains(where: { "*{".contains($0) }), !written.hasSuffix("/"), seen.hasPrefix("\(written)/")
        else { return false }
        let rest = seen.dropFirst(written.count + 1)
        return !rest.isEmpty && !rest.contains("/")
    }

    /// How an issuer or an audience differs from the one that is configured, where that is no more than a slip; `nil` where it is more.
    static func difference(_ written: String, seen: String) -> String? {
        guard written != seen else { return nil }
        if written + "/" == seen || written == seen + "/" { return "they differ by the `/` at the end" }
        let schemes = ["https://", "http://", ""]
        let bare = { (text: String) in text.dropFirst(schemes.first { text.hasPrefix($0) }?.count ?? 0) }
        if bare(written) == bare(seen) { return "they differ in what stands before `\(bare(written))`" }
        guard NameSuggestion.isSlip(seen, of: written) else { return nil }
        if seen.lowercased() == written.lowercased() { return "they differ in the case of letters" }
        return seen.utf8.sorted() == written.utf8.sorted()
            ? "they differ in the order of two letters" : "they differ by one letter"
    }
}
