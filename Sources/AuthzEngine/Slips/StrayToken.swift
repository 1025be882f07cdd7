import AuthzCore
import AuthzPolicy
import AuthzToken

/// What looks like a JWT in a request, where no rule of the workload finds it.
struct StrayToken {
    enum Place: Equatable {
        /// In lower case, with the text in front of the token.
        case header(String, prefix: String)
        case parameter(String)
        case cookie(String)
    }

    var place: Place
    /// Its claims as JSON, unverified; `nil` where it cannot be read.
    var claims: String?

    /// How many are told.
    private static let maximum = 4
    /// The tokens of a request in which no rule found any.
    static func all(in request: borrowing CheckRequest) -> [StrayToken] {
        var found: [StrayToken] = []
        for field in request.operation.headers {
            let (name, value) = (request.text(field.name).lowercased(), request.text(field.value))
            if name == "cookie" {
                for pair in value.split(separator: ";") {
                    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    guard parts.count == 2, let (_, token) = token(in: parts[1]) else { continue }
                    let name = parts[0].drop { $0 == " " }
                    found.append(StrayToken(place: .cookie(String(name)), token: token))
                }
            } else if let (prefix, token) = token(in: value[...]) {
                found.append(StrayToken(place: .header(name, prefix: prefix), token: token))
            }
        }
        let path = request.text(request.operation.path)
        if let mark = path.firstIndex(of: "?") {
            for pair in path[mark...].dropFirst().split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, let (_, token) = token(in: parts[1]) else { continue }
                found.append(StrayToken(place: .parameter(String(parts[0])), token: token))
            }
        }
        return Array(found.prefix(maximum))
    }

    private init(place: Place, token: String) {
        self.place = place
        claims = TokenPlaces.claims(of: token)
    }

    /// The first of a text that is one: three pieces, of which two are JSON objects.
    private static func token(in text: Substring) -> (prefix: String, token: String)? {
        let bytes = Array(text.utf8)
        let isMember = { (byte: UInt8) in TokenRun.isMember(byte) && byte != UInt8(ascii: "=") }
        var index = 0
        while index < bytes.count {
            let start = index
            while index < bytes.count, isMember(bytes[index]) { index += 1 }
            let run = bytes[start..<index]
            let pieces = run.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            if pieces.count == 3, pieces.prefix(2).allSatisfy({ $0.starts(with: "eyJ".utf8) }), !pieces[2].isEmpty {
                return (String(decoding: bytes[..<start], as: UTF8.self), String(decoding: run, as: UTF8.self))
            }
            index += 1
        }
        return nil
    }

    /// Where it is, whose it is, and where the rules look.
    ///
    /// - Parameter rules: Those of the workload.
    func sentence(_ rules: [TokenRule]) -> String {
        let whose = " \(issuer(rules))"
        switch place {
        case .parameter(let name): return "parameter `\(name)` has a token\(whose), and no rule looks there"
        case .cookie(let name): return "cookie `\(name)` has a token\(whose), and no rule looks there"
        case .header(let name, let prefix):
            let behind =
                prefix.isEmpty
                ? " with nothing before it"
                : Self.isScheme(prefix) ? " after `\(prefix)`" : " behind other text"
            let places = rules.flatMap(\.headers).filter { $0.name.elementsEqual(name.utf8) }
            let wanted = places.map { String(decoding: $0.prefix, as: UTF8.self) }.uniqued()
            guard !wanted.isEmpty else {
                return "`\(name)` has a token\(whose)\(prefix.isEmpty ? "" : behind), and no rule looks there"
            }
            return "`\(name)` has a token\(whose)\(behind); the rule looks after \(Trace.list(wanted))"
        }
    }

    /// Whether a text in front of a token is a word such as `Bearer `. Anything else may be a secret of its own.
    private static func isScheme(_ prefix: String) -> Bool {
        let word = prefix.prefix { $0.isASCII && ($0.isLetter || $0 == "-") }
        return !word.isEmpty && word.count <= 16 && prefix.dropFirst(word.count).allSatisfy { " :=".contains($0) }
    }

    /// No issuer is told that no policy names.
    private func issuer(_ rules: [TokenRule]) -> String {
        guard let claims, let issuer = ClaimTree(json: claims).strings(at: ["iss"]).first else {
            return "that names no issuer"
        }
        return rules.contains { $0.issuer == issuer } ? "of `\(issuer)`" : "of an issuer that no rule is for"
    }
}
