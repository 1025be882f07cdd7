import AuthzCore

extension Program {
    /// The pattern in pieces; `nil` for those that are no texts, and where any text at all fits.
    func glob(of pattern: Pattern, stopsAtQuery: Bool = false) -> Glob? {
        let text = Array(arena[pattern.text.range])
        let pieces: [Glob.Piece]
        switch pattern.form {
        case .nonEmpty, .present, .cidr, .port, .requestPrincipal: return nil
        case .exact, .exactIgnoringCase: pieces = [.literal(text)]
        case .prefix, .prefixIgnoringCase: pieces = [.literal(text), .any]
        case .suffix, .suffixIgnoringCase: pieces = [.any, .literal(text)]
        case .spiffeSuffix: pieces = [.literal(Self.scheme), .any, .literal(text)]
        case .namespace:
            pieces = pattern.second.range.flatMap { [.any, .literal(Array(arena[self.pieces[$0].range]))] } + [.any]
        case .serviceAccount:
            pieces = [.literal(Self.scheme), .any, .literal(text + Array(arena[pattern.second.range]))]
        case .trustDomain:
            pieces = [
                .literal(Self.scheme + text), .segment,
                .literal(Array(arena[pattern.second.range]) + [UInt8(ascii: "/")]), .any,
            ]
        case .template:
            pieces = pattern.second.range.flatMap { index -> [Glob.Piece] in
                switch templatePieces[index].kind {
                case .literal: [.literal(Array(arena[templatePieces[index].text.range]))]
                case .oneSegment: [.segmentByte, .segment]
                case .anySegments: [.any]
                }
            }
        }
        return Glob(pieces, stopsAtQuery: stopsAtQuery)
    }

    private static let scheme = Array("spiffe://".utf8)

    /// What the patterns of some tests are about, each once.
    func globs(of tests: some Sequence<Test>) -> [Glob] {
        var seen: Set<Glob> = []
        return tests.flatMap { test in
            test.patterns.compactMap { glob(of: patterns[Int($0)], stopsAtQuery: test.attribute == .path) }
        }.filter { seen.insert($0).inserted }
    }

    /// The same of the issuers, or the subjects, of request principals.
    func principalGlobs(of tests: some Sequence<Test>, subject: Bool) -> [Glob] {
        var seen: Set<Glob> = []
        return tests.flatMap { test in
            test.patterns.compactMap { index in
                let pair = patterns[Int(index)]
                return glob(of: patterns[Int((subject ? pair.second : pair.text).offset)])
            }
        }.filter { seen.insert($0).inserted }
    }

    /// The ztunnel reads parts of an identity; the globs of a test as globs of the whole.
    func identityGlobs(of tests: some Sequence<Test>) -> [Glob] {
        var seen: Set<Glob> = []
        return tests.flatMap { test in
            globs(of: [test]).map { glob in
                switch test.attribute {
                case .ztunnelPrincipal: Glob([.literal(Self.scheme)] + glob.pieces)
                case .ztunnelNamespace:
                    Glob(
                        [.literal(Self.scheme), .segment, .literal(Array("/ns/".utf8))] + glob.pieces
                            + [.literal(Array("/sa/".utf8)), .segment])
                case .ztunnelAccount:
                    Glob([.literal(Self.scheme), .segment, .literal(Array("/ns/".utf8))] + glob.pieces)
                case .peerPrincipal, .requestPrincipal, .claim, .header, .authority, .scheme, .fullPath, .method,
                    .host, .path, .sourceIP, .remoteIP, .destinationIP, .destinationPort, .sni, .dynamicMetadata:
                    glob
                }
            }
        }.filter { seen.insert($0).inserted }
    }
}
