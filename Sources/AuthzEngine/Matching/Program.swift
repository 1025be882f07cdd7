import AuthzCore

/// The compiled rules of a policy set: integers into a few arrays and one arena of bytes, so that matching touches no
/// reference counts and allocates nothing.
struct Program: Sendable {
    /// A rule of a policy on one kind of chain: any permission side and any principal side.
    struct Rule: Sendable {
        var permissions: Range<Int32>
        var principals: Range<Int32>
        /// Indices of the policy and of the rule in it, from 0.
        var policy: Int32
        var ordinal: Int32
    }

    /// All of these tests.
    struct Conjunction: Sendable {
        var tests: Range<Int32>
    }

    /// What a test reads.
    enum Attribute: UInt8, Sendable {
        case peerPrincipal, requestPrincipal, claim, header, authority, scheme, fullPath, method, host, path
        case sourceIP, remoteIP, destinationIP, destinationPort, sni, dynamicMetadata
        /// What ztunnel makes of the peer principal: all of it without `spiffe://`, its namespace, and `<namespace>/sa/<account>`.
        case ztunnelPrincipal, ztunnelNamespace, ztunnelAccount
    }

    /// Any of these patterns, or none of them where it is negated.
    struct Test: Sendable {
        var attribute: Attribute
        var isNegated: Bool
        /// The header's name, in lower case.
        var name: ByteSlice
        /// Whether a proxy that asks keeps this header to itself.
        var isHiddenFromChecks = false
        /// Whether that is so where a proxy describes the request in headers of its own.
        var isHiddenFromForwardAuth = false
        /// The claim path, as indices of ``names``.
        var path: Range<Int32>
        var patterns: Range<Int32>
        /// Index of the ``TestSource``.
        var source: Int32
    }

    /// What a person wrote for a test; read by explain alone.
    struct TestSource: Sendable {
        enum Side: Sendable { case from, to, when }

        var side: Side
        /// The entry of `from`, `to` or `when`, from 0.
        var entry: Int
        /// `notPaths`, or the key of a condition with `notValues` told by the test.
        var field: String
        var values: [Located<String>]
        /// By pattern of the test.
        var expansions: [Expansion]

        /// A value that is compared, and the written one that it stands for: trust domain aliases make several of one.
        struct Expansion: Sendable {
            var written: String
            var value: String
        }
    }

    var arena: [UInt8] = []
    var conjunctions: [Conjunction] = []
    var tests: [Test] = []
    var patterns: [Pattern] = []
    var names: [ByteSlice] = []
    var pieces: [ByteSlice] = []
    var templatePieces: [TemplatePiece] = []
    var blocks: [CIDRBlock] = []
    var sources: [TestSource] = []

    /// Adds text to the arena. Same texts are not shared: sharing saves little and costs the compile step a table.
    mutating func append(_ text: some Sequence<UInt8>) -> ByteSlice {
        let offset = arena.count
        arena.append(contentsOf: text)
        return ByteSlice(offset: offset, count: arena.count - offset)
    }

    /// Adds a test of these patterns to the conjunction that is being written.
    mutating func append(
        _ source: TestSource, _ attribute: Attribute, isNegated: Bool, name: ByteSlice = .empty,
        path: Range<Int32> = 0..<0, _ patterns: [Pattern]
    ) {
        let start = Int32(self.patterns.count)
        self.patterns += patterns
        sources.append(source)
        let isHidden = attribute == .header && KnownHeaders.isHiddenFromChecks(Array(arena[name.range]))
        let isForwarding = attribute == .header && ForwardingHeaderName.contains(arena.span.extracting(name.range))
        tests.append(
            Test(
                attribute: attribute, isNegated: isNegated, name: name, isHiddenFromChecks: isHidden,
                isHiddenFromForwardAuth: isHidden || isForwarding, path: path,
                patterns: start..<Int32(self.patterns.count), source: Int32(sources.count - 1)))
    }

    /// Adds one side of a rule.
    mutating func append(_ side: [Conjunction]) -> Range<Int32> {
        let start = Int32(conjunctions.count)
        conjunctions += side
        return start..<Int32(conjunctions.count)
    }
}
