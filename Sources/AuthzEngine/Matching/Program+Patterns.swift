import AuthzCore

extension Program {
    /// Whether a text attribute fits a pattern. Linear in the text and the pattern for every form.
    @inline(__always)
    func matches(_ pattern: Pattern, _ value: ByteSlice, in bytes: Span<UInt8>) -> Bool {
        let count = Int(pattern.text.count)
        let start = Int(value.offset)
        let length = Int(value.count)
        let arena = arena.span
        switch pattern.form {
        case .exact:
            return length == count
                && Bytes.equal(bytes, at: start, arena, at: Int(pattern.text.offset), count: count)
        case .prefix:
            return length >= count
                && Bytes.equal(bytes, at: start, arena, at: Int(pattern.text.offset), count: count)
        case .suffix:
            return length >= count
                && Bytes.equal(bytes, at: start + length - count, arena, at: Int(pattern.text.offset), count: count)
        case .exactIgnoringCase:
            return length == count
                && Bytes.equalIgnoringCase(bytes, at: start, arena, at: Int(pattern.text.offset), count: count)
        case .prefixIgnoringCase:
            return length >= count
                && Bytes.equalIgnoringCase(bytes, at: start, arena, at: Int(pattern.text.offset), count: count)
        case .suffixIgnoringCase:
            return length >= count
                && Bytes.equalIgnoringCase(
                    bytes, at: start + length - count, arena, at: Int(pattern.text.offset), count: count)
        case .nonEmpty:
            return length > 0 && !Bytes.contains(UInt8(ascii: "\n"), in: bytes, value.range)
        case .present:
            return true
        case .spiffeSuffix, .namespace, .serviceAccount, .trustDomain:
            return matchesIdentity(pattern, bytes.extracting(value.range))
        case .template:
            return matchesTemplate(pattern, bytes.extracting(value.range))
        case .cidr, .port, .requestPrincipal:
            return false
        }
    }

    // MARK: Identities

    /// The forms that istiod writes as regular expressions over the whole identity.
    private func matchesIdentity(_ pattern: Pattern, _ identity: Span<UInt8>) -> Bool {
        switch pattern.form {
        case .spiffeSuffix: matchesSpiffeSuffix(pattern, identity)
        case .namespace: matchesNamespace(pattern, identity)
        case .serviceAccount: matchesServiceAccount(pattern, identity)
        case .trustDomain: matchesTrustDomain(pattern, identity)
        case .nonEmpty, .present, .exact, .prefix, .suffix, .exactIgnoringCase, .prefixIgnoringCase,
            .suffixIgnoringCase,
            .template, .cidr, .port, .requestPrincipal:
            false
        }
    }

    private static let scheme: StaticString = "spiffe://"

    private func hasScheme(_ identity: Span<UInt8>) -> Bool {
        let length = Self.scheme.utf8CodeUnitCount
        guard identity.count >= length else { return false }
        return Self.scheme.withUTF8Buffer { text in
            for index in 0..<length where identity[index] != text[index] { return false }
            return true
        }
    }

    /// `spiffe://.*` and the text.
    private func matchesSpiffeSuffix(_ pattern: Pattern, _ identity: Span<UInt8>) -> Bool {
        let scheme = Self.scheme.utf8CodeUnitCount
        let count = Int(pattern.text.count)
        guard hasScheme(identity), identity.count >= scheme + count else { return false }
        let gap = scheme..<identity.count - count
        return Bytes.equal(identity, at: gap.upperBound, arena.span, at: Int(pattern.text.offset), count: count)
            && !Bytes.contains(UInt8(ascii: "\n"), in: identity, gap)
    }

    /// `.*/ns/<pieces joined by .*>/.*`. The leftmost place of each piece is as good as any: what lies between is free.
    private func matchesNamespace(_ pattern: Pattern, _ identity: Span<UInt8>) -> Bool {
        guard !Bytes.contains(UInt8(ascii: "\n"), in: identity, 0..<identity.count) else { return false }
        var position = 0
        for index in pattern.second.range {
            let piece = arena.span.extracting(pieces[index].range)
            guard let found = Bytes.firstIndex(of: piece, in: identity, from: position) else { return false }
            position = found + piece.count
        }
        return true
    }

    /// `spiffe://.+/ns/<namespace>/(.+/|)sa/<account>(/.+)?`
    private func matchesServiceAccount(_ pattern: Pattern, _ identity: Span<UInt8>) -> Bool {
        guard hasScheme(identity), !Bytes.contains(UInt8(ascii: "\n"), in: identity, 0..<identity.count) else {
            return false
        }
        let arena = arena.span
        let namespace = arena.extracting(pattern.text.range)
        let account = arena.extracting(pattern.second.range)
        // INVARIANT: the texts hold their slashes, `/ns/<namespace>/` and `sa/<account>`. The first such namespace leaves
        // most room for what follows.
        guard
            let found = Bytes.firstIndex(
                of: namespace, in: identity, from: Self.scheme.utf8CodeUnitCount + 1)
        else { return false }
        let rest = found + namespace.count
        var position = rest
        while let start = Bytes.firstIndex(of: account, in: identity, from: position) {
            let end = start + account.count
            let isWhole = end == identity.count || (identity[end] == UInt8(ascii: "/") && end + 1 < identity.count)
            let isSegment = start == rest || (start >= rest + 2 && identity[start - 1] == UInt8(ascii: "/"))
            if isWhole && isSegment { return true }
            // Account texts begin with `sa/` and hold no other slash, so the next place begins at the last two bytes of this
            // one at the earliest, as where the account `sa` follows upon `sa/sa`.
            position = end - 2
        }
        return false
    }

    /// `spiffe://<head>[^/]*<tail>/.*`
    private func matchesTrustDomain(_ pattern: Pattern, _ identity: Span<UInt8>) -> Bool {
        guard hasScheme(identity) else { return false }
        let start = Self.scheme.utf8CodeUnitCount
        var end = start
        while end < identity.count, identity[end] != UInt8(ascii: "/") { end += 1 }
        let head = Int(pattern.text.count)
        let tail = Int(pattern.second.count)
        guard end < identity.count, end - start >= head + tail else { return false }
        return Bytes.equal(identity, at: start, arena.span, at: Int(pattern.text.offset), count: head)
            && Bytes.equal(identity, at: end - tail, arena.span, at: Int(pattern.second.offset), count: tail)
            && !Bytes.contains(UInt8(ascii: "\n"), in: identity, end..<identity.count)
    }

    // MARK: Templates

    /// A full match of a URI template. One pass: a segment wildcard takes all of its segment, and behind the one `{**}`
    /// there are only literals, which are compared from the end.
    private func matchesTemplate(_ pattern: Pattern, _ path: Span<UInt8>) -> Bool {
        var position = 0
        var end = path.count
        var range = pattern.second.range
        if let last = range.last(where: { templatePieces[$0].kind == .anySegments }) {
            for index in (last + 1..<range.upperBound).reversed() {
                let text = templatePieces[index].text
                guard end - Int(text.count) >= 0 else { return false }
                end -= Int(text.count)
                guard Bytes.equal(path, at: end, arena.span, at: Int(text.offset), count: Int(text.count)) else {
                    return false
                }
            }
            range = range.lowerBound..<last + 1
        }
        for index in range {
            let piece = templatePieces[index]
            switch piece.kind {
            case .literal:
                let count = Int(piece.text.count)
                guard end - position >= count,
                    Bytes.equal(path, at: position, arena.span, at: Int(piece.text.offset), count: count)
                else { return false }
                position += count
            case .oneSegment:
                let start = position
                while position < end, Self.isTemplateByte(path[position]) { position += 1 }
                guard position > start else { return false }
            case .anySegments:
                while position < end {
                    guard Self.isTemplateByte(path[position]) || path[position] == UInt8(ascii: "/") else {
                        return false
                    }
                    position += 1
                }
            }
        }
        return position == end
    }

    /// The characters that a template's wildcard takes: those of RFC 3986 `pchar` as Envoy lists them, and `*`.
    private static func isTemplateByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "%"),
            UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"),
            UInt8(ascii: "@"), UInt8(ascii: "="), UInt8(ascii: "*"):
            true
        default: false
        }
    }
}
