import AuthzCore

/// A value that gives no pattern; what that means depends on the action of its policy.
enum UncompilableValue: Error {
    case notAnAddress
    case notAPort
}

extension Program {
    /// Compiles one value of a field. What the pattern refers to goes into the program, the pattern itself does not.
    ///
    /// - Parameter namespace: The policy's own, for service accounts written without one.
    mutating func pattern(
        _ value: String, of field: ConditionField, namespace: String
    ) throws(UncompilableValue) -> Pattern {
        switch field {
        case .peerPrincipal: principalPattern(value)
        case .namespace: namespacePattern(value)
        case .serviceAccount: serviceAccountPattern(value, namespace: namespace)
        case .trustDomain: trustDomainPattern(value)
        case .requestPrincipal: requestPrincipalPattern(value)
        case .claim, .sni: stringPattern(value)
        case .header, .method: headerPattern(value)
        case .host: hostPattern(value)
        case .path: pathPattern(value)
        case .sourceIP, .remoteIP, .destinationIP: try blockPattern(value)
        case .destinationPort: try portPattern(value)
        case .dynamicMetadata: metadataPattern(value)
        }
    }

    // MARK: String forms (AuthorizationPolicy dossier 3)

    mutating func stringPattern(_ value: String) -> Pattern {
        value == "*" ? Pattern(.nonEmpty) : affixPattern(value, exact: .exact, prefix: .prefix, suffix: .suffix)
    }

    /// `[v]` asks for a list with such a text, and anything else for a text.
    private mutating func metadataPattern(_ value: String) -> Pattern {
        guard value.hasPrefix("["), value.hasSuffix("]") else { return stringPattern(value) }
        let inner = value.drop { $0 == "[" || $0 == "]" }.reversed().drop { $0 == "[" || $0 == "]" }.reversed()
        var pattern = stringPattern(String(inner))
        pattern.second = Pattern.ofList
        return pattern
    }

    private mutating func headerPattern(_ value: String) -> Pattern {
        value == "*" ? Pattern(.present) : affixPattern(value, exact: .exact, prefix: .prefix, suffix: .suffix)
    }

    private mutating func hostPattern(_ value: String) -> Pattern {
        if value == "*" { return Pattern(.present) }
        return affixPattern(
            String(decoding: value.utf8.map(lowercased), as: UTF8.self), exact: .exactIgnoringCase,
            prefix: .prefixIgnoringCase, suffix: .suffixIgnoringCase)
    }

    /// A leading star is looked for before a trailing one, and only one of them counts.
    private mutating func affixPattern(
        _ value: String, exact: Pattern.Form, prefix: Pattern.Form, suffix: Pattern.Form
    ) -> Pattern {
        if value.utf8.startsWithStar { return Pattern(suffix, text: append(value.utf8.dropFirst())) }
        if value.utf8.endsWithStar { return Pattern(prefix, text: append(value.utf8.dropLast())) }
        return Pattern(exact, text: append(value.utf8))
    }

    // MARK: Identities (AuthorizationPolicy dossier 4)

    private mutating func principalPattern(_ value: String) -> Pattern {
        if value == "*" { return Pattern(.nonEmpty) }
        if value.utf8.startsWithStar { return Pattern(.spiffeSuffix, text: append(value.utf8.dropFirst())) }
        if value.utf8.endsWithStar {
            return Pattern(.prefix, text: append(Array("spiffe://".utf8) + value.utf8.dropLast()))
        }
        return Pattern(.exact, text: append(Array("spiffe://".utf8) + value.utf8))
    }

    private mutating func namespacePattern(_ value: String) -> Pattern {
        let parts = ("/ns/" + value + "/").utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
        let start = pieces.count
        for part in parts { pieces.append(append(part)) }
        return Pattern(.namespace, second: ByteSlice(offset: start, count: pieces.count - start))
    }

    private mutating func serviceAccountPattern(_ value: String, namespace: String) -> Pattern {
        let parts = value.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
        let account = Substring(parts.count == 2 ? parts[1] : parts[0])
        let accountNamespace = parts.count == 2 ? Substring(parts[0]) : Substring(namespace)
        return Pattern(
            .serviceAccount, text: append("/ns/\(accountNamespace)/".utf8), second: append("sa/\(account)".utf8))
    }

    private mutating func trustDomainPattern(_ value: String) -> Pattern {
        if value == "*" { return Pattern(.prefix, text: append("spiffe://".utf8)) }
        guard let star = value.utf8.firstIndex(of: UInt8(ascii: "*")) else {
            return Pattern(.prefix, text: append("spiffe://\(value)/".utf8))
        }
        return Pattern(
            .trustDomain, text: append(value.utf8[..<star]), second: append(value.utf8[star...].dropFirst()))
    }

    // MARK: Request principals (AuthorizationPolicy dossier 5.1)

    private mutating func requestPrincipalPattern(_ value: String) -> Pattern {
        let slash = value.utf8.lastIndex(of: UInt8(ascii: "/"))
        let issuer = Substring(value.utf8[..<(slash ?? value.utf8.endIndex)])
        let subject = slash.map { Substring(value.utf8[$0...].dropFirst()) } ?? ""
        let pair: (Pattern, Pattern)
        if value == "*" {
            pair = (Pattern(.nonEmpty), Pattern(.nonEmpty))
        } else if value.utf8.startsWithStar {
            pair =
                slash == nil
                ? (Pattern(.nonEmpty), Pattern(.suffix, text: append(value.utf8.dropFirst())))
                : (
                    issuer == "*" ? Pattern(.nonEmpty) : Pattern(.suffix, text: append(issuer.utf8.dropFirst())),
                    Pattern(.exact, text: append(subject.utf8))
                )
        } else if value.utf8.endsWithStar {
            pair =
                slash == nil
                ? (Pattern(.prefix, text: append(value.utf8.dropLast())), Pattern(.nonEmpty))
                : (
                    Pattern(.exact, text: append(issuer.utf8)),
                    subject == "*" ? Pattern(.nonEmpty) : Pattern(.prefix, text: append(subject.utf8.dropLast()))
                )
        } else {
            pair = (Pattern(.exact, text: append(issuer.utf8)), Pattern(.exact, text: append(subject.utf8)))
        }
        let index = patterns.count
        patterns.append(pair.0)
        patterns.append(pair.1)
        return Pattern(
            .requestPrincipal, text: ByteSlice(offset: index, count: 0), second: ByteSlice(offset: index + 1, count: 0))
    }

    // MARK: Paths (AuthorizationPolicy dossier 7.3)

    private mutating func pathPattern(_ value: String) -> Pattern {
        guard value.contains("{*}") || value.contains("{**}") else { return stringPattern(value) }
        let start = templatePieces.count
        var rest = Substring(value).utf8
        var literal: [UInt8] = []
        while let byte = rest.first {
            if rest.starts(with: "{**}".utf8) {
                appendTemplatePieces(&literal, .anySegments)
                rest = rest.dropFirst(4)
            } else if rest.starts(with: "{*}".utf8) {
                appendTemplatePieces(&literal, .oneSegment)
                rest = rest.dropFirst(3)
            } else {
                literal.append(byte)
                rest = rest.dropFirst()
            }
        }
        appendTemplatePieces(&literal, nil)
        return Pattern(.template, second: ByteSlice(offset: start, count: templatePieces.count - start))
    }

    private mutating func appendTemplatePieces(_ literal: inout [UInt8], _ wildcard: TemplatePiece.Kind?) {
        if !literal.isEmpty {
            templatePieces.append(TemplatePiece(kind: .literal, text: append(literal)))
            literal.removeAll()
        }
        if let wildcard { templatePieces.append(TemplatePiece(kind: wildcard, text: .empty)) }
    }

    // MARK: Addresses and ports (AuthorizationPolicy dossier 7.5)

    mutating func blockPattern(_ value: String) throws(UncompilableValue) -> Pattern {
        guard let block = CIDRBlock(parsing: Array(value.utf8).span) else { throw .notAnAddress }
        blocks.append(block)
        return Pattern(.cidr, second: ByteSlice(offset: blocks.count - 1, count: 0))
    }

    func portPattern(_ value: String) throws(UncompilableValue) -> Pattern {
        guard value.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }), let port = UInt16(value)
        else { throw .notAPort }
        return Pattern(.port, second: ByteSlice(offset: Int(port), count: 0))
    }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
    var startsWithStar: Bool { first == UInt8(ascii: "*") }
    var endsWithStar: Bool { last == UInt8(ascii: "*") }
}
