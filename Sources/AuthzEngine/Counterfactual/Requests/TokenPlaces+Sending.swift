import AuthzCore

/// A part of a text that somebody sends: what it says, or a secret that whoever sends it knows.
package enum SentPart: Sendable, Equatable {
    case text(String)
    /// The secret, to tell whether two are one.
    case secret(String, isToken: Bool)
}

extension TokenPlaces {
    /// Headers that carry credentials by their names; rules may read them, so an explanation shows what they hold.
    private static let credentials: Set = [
        "x-auth-token", "x-access-token", "x-amz-security-token", "x-csrf-token", "x-goog-iap-jwt-assertion",
    ]

    /// The value of a header, its tokens as secrets.
    package func parts(ofHeader name: String, value: String) -> [SentPart] {
        let isCredential = RuleRecorder.isSecret(header: name) || Self.credentials.contains(name)
        if isCredential, !headers.contains(where: { $0.name == name }) {
            return [.secret(value, isToken: false)]
        }
        // Of several prefixes that fit, the one that leaves the least to be read.
        let starts = headers.filter { $0.name == name }.compactMap { start(of: $0.prefix, in: value) }
        guard let start = starts.min() else {
            return isCredential ? [.secret(value, isToken: false)] : Self.parts(of: value)
        }
        return Self.parts(of: String(value[..<start])) + [.secret(String(value[start...]), isToken: true)]
    }

    /// The target of a request, its tokens as secrets.
    package func parts(ofPath path: String) -> [SentPart] {
        guard let mark = path.firstIndex(of: "?"), !params.isEmpty else { return Self.parts(of: path) }
        var parts = Self.parts(of: String(path[...mark]))
        let pairs = path[mark...].dropFirst().split(separator: "&", omittingEmptySubsequences: false)
        for (index, pair) in pairs.enumerated() {
            if index > 0 { parts.append(.text("&")) }
            if let name = params.first(where: { pair.hasPrefix("\($0)=") }) {
                parts += [.text("\(name)="), .secret(String(pair.dropFirst(name.count + 1)), isToken: true)]
            } else {
                parts += Self.parts(of: String(pair))
            }
        }
        return parts
    }

    /// A text whose compact tokens, which nobody looks for, are secrets.
    private static func parts(of text: String) -> [SentPart] {
        let bytes = Array(text.utf8)
        var parts: [SentPart] = []
        var (copied, index) = (0, 0)
        while index < bytes.count {
            let start = index
            while index < bytes.count, TokenRun.isMember(bytes[index]) { index += 1 }
            if index > start, TokenRun.signature(in: bytes[start..<index]) != nil {
                parts += [
                    .text(String(decoding: bytes[copied..<start], as: UTF8.self)),
                    .secret(String(decoding: bytes[start..<index], as: UTF8.self), isToken: true),
                ]
                copied = index
            }
            index += 1
        }
        return parts + [.text(String(decoding: bytes[min(copied, bytes.count)...], as: UTF8.self))]
    }

    /// Where a token goes that is written as claims, for a person who sends one.
    package enum ClaimsPlace: Sendable, Equatable {
        case header(name: String, prefix: String)
        case param(String)
        case cookie(String)
    }

    /// `nil` where the rule that would read the token names no place.
    package static func place(
        ofClaims json: String, for workload: Workload?, in policySet: PolicySet
    ) -> ClaimsPlace? {
        switch TokenRule.place(ofClaims: json, for: workload, in: policySet) {
        case nil: nil
        case .header(let header):
            .header(
                name: String(decoding: header.name, as: UTF8.self),
                prefix: String(decoding: header.prefix, as: UTF8.self))
        case .param(let name): .param(String(decoding: name, as: UTF8.self))
        case .cookie(let name): .cookie(String(decoding: name, as: UTF8.self))
        }
    }
}
