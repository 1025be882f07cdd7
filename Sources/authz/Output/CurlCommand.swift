import AuthzCore
import AuthzEngine
import AuthzPolicy

/// The curl command that sends a request: as it was where it is allowed, else with the smallest change. Credentials are variables.
struct CurlCommand {
    let text: String

    /// - Parameters:
    ///   - outcome: What was decided of the request.
    ///   - change: The smallest change of a denied one.
    ///   - now: Seconds since 1970.
    init(
        _ document: RequestDocument, _ outcome: Decision.Outcome, change: RequestChange?, for workload: Workload?,
        at point: DecisionPoint, now: Int64
    ) {
        guard let sent = outcome == .allow ? document : change?.document else {
            text = "# no request to this workload is allowed that differs in a few fields"
            return
        }
        var builder = Builder(original: document, sent: sent, workload: workload, point: point, now: now)
        // Nothing of a token is to be read, not even where it stands in a claim.
        text = SignatureMask.hidingSignatures(in: builder.command())
    }
}

private struct Builder {
    let original: RequestDocument
    let sent: RequestDocument
    let workload: Workload?
    let point: DecisionPoint
    let now: Int64
    private let places: TokenPlaces
    private var notes: [String] = []
    private var words = ["curl", "-i"]
    /// The names of variables by what they stand for.
    private var variables: [String: String] = [:]

    init(
        original: RequestDocument, sent: RequestDocument, workload: Workload?, point: DecisionPoint, now: Int64
    ) {
        self.original = original
        self.sent = sent
        self.workload = workload
        self.point = point
        self.now = now
        places = TokenPlaces(of: workload, in: point.policySet)
    }

    mutating func command() -> String {
        noteSource()
        guard let http = sent.request else {
            let port = sent.destination.port.map { "\($0)" } ?? "PORT"
            return (notes + ["# a TCP connection to port \(port), which curl does not make"]).joined(separator: "\n")
        }
        if http.method == "HEAD" {
            words.append("-I")
        } else if http.method != "GET" {
            words += ["-X", ShellWord(http.method).text]
        }
        addTarget(http)
        for header in http.headers { add(header) }
        addToken()
        return (notes + [words.joined(separator: " ")]).joined(separator: "\n")
    }

    private mutating func noteSource() {
        let hasServerName = sent.destination.sni != nil
        if let principal = sent.source.principal {
            notes.append("# over mutual TLS as \(principal.escapingControls)")
        } else if sent.source.isUnknown || workload?.role == .waypoint {
            notes.append("# from a peer that is not known")
        } else {
            notes.append(hasServerName ? "# over TLS without a certificate" : "# over plaintext")
        }
        if let ip = sent.source.ip { notes.append("# from \(ip) (the direct peer)") }
        if let ip = sent.source.remoteIP { notes.append("# from the client address \(ip)") }
    }

    // MARK: Where it goes

    private mutating func addTarget(_ http: RequestDocument.HTTPRequest) {
        // A path stays as it is, dots and all.
        words.append("--path-as-is")
        let destination = sent.destination
        if let ip = destination.ip {
            let address = ip.family == .v4 ? "\(ip)" : "[\(ip)]"
            words += ["--connect-to", ShellWord("::\(address):\(destination.port.map { "\($0)" } ?? "")").text]
        }
        if let port = destination.port { notes.append("# to port \(port) of the workload") }
        var authority = http.host
        if authority.isEmpty {
            authority = fallbackAuthority
            var named = sent
            named.request?.host = authority
            // A name that makes no difference reads better than none.
            if point.outcome(of: named, for: workload, now: now) != .allow { words += ["-H", "'host;'"] }
        }
        var scheme = http.scheme ?? "http"
        if let name = destination.sni {
            if sent.source.principal == nil, http.scheme != "http" {
                // The server name that curl sends is that of the URL.
                scheme = "https"
                if name.lowercased() != authority.lowercased(), !words.contains("'host;'") {
                    words += ["-H", ShellWord("host: \(authority)").text]
                }
                authority = name
            } else {
                notes.append("# with the server name \(name.escapingControls)")
            }
        }
        add("\(scheme)://\(authority)", target: places.parts(ofPath: http.path), http.path)
    }

    private mutating func add(_ origin: String, target: [SentPart], _ path: String) {
        var parts = self.parts(target, "TOKEN")
        if let (token, place) = claims, case .param(let name) = place {
            parts += [.text("\(path.contains("?") ? "&" : "?")\(name)="), .variable(token)]
        }
        // What is no part of a URL is sent past it.
        if !path.hasPrefix("/") || path.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7f || $0 == UInt8(ascii: "#") }) {
            words += ["--request-target", ShellWord(parts).text]
            parts = [.text("/")]
        }
        let hasBraces = (origin + parts.map(\.text).joined()).contains { "{}[]".contains($0) }
        if hasBraces || parts.contains(where: \.isVariable) { words.append("-g") }
        words.append(ShellWord([.text(origin)] + parts).text)
    }

    private var fallbackAuthority: String {
        guard let workload = sent.destination.workload?.value else { return "HOST" }
        return workload.split(separator: "/").reversed().joined(separator: ".")
    }

    // MARK: Headers and tokens

    private mutating func add(_ header: (name: String, value: String)) {
        let name = header.name.lowercased()
        if header.value.isEmpty {
            words += ["-H", ShellWord("\(name);").text]
            return
        }
        // What the request did not have comes from a policy, which is no secret of who sent it.
        let isSent = original.request?.headers.contains { $0.name.lowercased() == name && $0.value == header.value }
        let parts = isSent == true ? places.parts(ofHeader: name, value: header.value) : [.text(header.value)]
        let variable = name.uppercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        words += ["-H", ShellWord([.text("\(name): ")] + self.parts(parts, variable)).text]
    }

    /// - Parameter name: Of the variable for what is no token.
    private mutating func parts(_ parts: [SentPart], _ name: String) -> [ShellWord.Part] {
        var result: [ShellWord.Part] = []
        for part in parts {
            switch part {
            case .text(let text): result.append(.text(text))
            case .secret(let secret, let isToken): result.append(.variable(variable(isToken ? "TOKEN" : name, secret)))
            }
        }
        return result
    }

    private mutating func variable(_ wanted: String, _ secret: String) -> String {
        if let known = variables[secret] { return known }
        let used = Set(variables.values)
        let name = used.contains(wanted) ? (2...).lazy.map { "\(wanted)_\($0)" }.first { !used.contains($0) } : wanted
        variables[secret] = name
        return name ?? wanted
    }

    /// The variable of a token that is written as claims, and where it goes.
    private var claims: (variable: String, place: TokenPlaces.ClaimsPlace)? {
        mutating get {
            guard case .claims(let json, _, _) = sent.token,
                let place = TokenPlaces.place(ofClaims: json, for: workload, in: point.policySet)
            else { return nil }
            return (variable("TOKEN", json), place)
        }
    }

    private mutating func addToken() {
        switch sent.token {
        case nil: break
        case .compact(let token): words += ["-H", "\"authorization: Bearer $\(variable("TOKEN", token))\""]
        case .claims(let json, let isGood, _):
            guard let (token, place) = claims else { return }
            let signature = isGood ? "signed by its issuer" : "with a signature that is invalid"
            notes.append("# \(token): \(signature), with the claims \(json.escapingControls)")
            switch place {
            case .header(let name, let prefix):
                words += ["-H", ShellWord([.text("\(name): \(prefix)"), .variable(token)]).text]
            case .cookie(let name): words += ["-H", ShellWord([.text("cookie: \(name)="), .variable(token)]).text]
            // It is in the URL.
            case .param: break
            }
        }
    }
}
