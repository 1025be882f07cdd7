import AuthzCore

/// Finds the rules that a request may match by one key each: an exact peer principal, an exact path, or the beginning of one.
///
/// A rule is filed under a key only if it cannot hold where the key is not the request's; all others are tried every time. What
/// is found is then tried in full, so a hash that two keys share costs time and changes nothing.
struct RuleIndex: Sendable {
    /// Rules without a key, in Envoy's order.
    private var residual: [Int32] = []
    private var principals: BucketTable
    private var paths: BucketTable
    private var prefixes: BucketTable
    /// The lengths that the path prefixes have, in ascending order.
    private var prefixLengths: [Int] = []
    private let seed: UInt64

    /// One way in which a rule can be filed: under each of these texts.
    fileprivate struct Keys {
        var principals: [ByteSlice] = []
        var paths: [ByteSlice] = []
        var prefixes: [ByteSlice] = []
    }

    /// - Parameter rules: In Envoy's order; positions in it are what the index holds.
    init(_ rules: [Program.Rule], in program: Program, seed: UInt64 = .random(in: .min ... .max)) {
        self.seed = seed
        var byPrincipal: [Keys?] = []
        var byPath: [Keys?] = []
        var counts: [UInt64: Int] = [:]
        let hash = { (slice: ByteSlice, salt: UInt64) in
            salt == Self.prefixSalt
                ? Self.prefixHash(slice, in: program.arena.span, seed: seed ^ salt)
                : Self.hash(slice, in: program.arena.span, seed: seed ^ salt)
        }
        for rule in rules {
            let principal = Self.principalKeys(of: rule, in: program)
            let path = Self.pathKeys(of: rule, in: program)
            byPrincipal.append(principal)
            byPath.append(path)
            for key in Set((principal?.principals ?? []).map { hash($0, 0) } + (path?.hashes(hash) ?? [])) {
                counts[key, default: 0] += 1
            }
        }
        var filedPrincipals: [(UInt64, Int32)] = []
        var filedPaths: [(UInt64, Int32)] = []
        var filedPrefixes: [(UInt64, Int32)] = []
        var lengths: Set<Int> = []
        for position in rules.indices {
            let number = Int32(position)
            let principal = byPrincipal[position]
            let path = byPath[position]
            // The key that fewest rules share leaves fewest to try.
            let principalCost = principal?.principals.map { counts[hash($0, 0), default: 0] }.max() ?? .max
            let pathCost = path?.hashes(hash).map { counts[$0, default: 0] }.max() ?? .max
            if let principal, principalCost <= pathCost {
                for key in Set(principal.principals.map { hash($0, 0) }) { filedPrincipals.append((key, number)) }
            } else if let path {
                for key in Set(path.paths.map { hash($0, Self.pathSalt) }) { filedPaths.append((key, number)) }
                for key in Set(path.prefixes.map { hash($0, Self.prefixSalt) }) { filedPrefixes.append((key, number)) }
                lengths.formUnion(path.prefixes.map { Int($0.count) })
            } else {
                residual.append(number)
            }
        }
        principals = BucketTable(filedPrincipals)
        paths = BucketTable(filedPaths)
        prefixes = BucketTable(filedPrefixes)
        prefixLengths = lengths.sorted()
    }

    /// Whether the keys say all. A rule that denies leaves out what is unknown, so it may hold without its key, and a peer with
    /// several identities has several keys.
    func isUsable(for facts: Facts) -> Bool {
        principals.isEmpty || !facts.peerPrincipal.isUnknown && !facts.hasFurtherPrincipals
    }

    /// Calls `body` with the positions of rules that may hold, run by run, each in Envoy's order, until it wants no more of a run.
    @inline(__always)
    func visit(for request: borrowing CheckRequest, _ facts: Facts, _ body: (Int32) -> Bool) {
        for position in residual { guard body(position) else { break } }
        let bytes = request.storage.span
        if !principals.isEmpty, let principal = facts.peerPrincipal.value {
            Self.visit(principals, Self.hash(principal, in: bytes, seed: seed), body)
        }
        // Without a path no rule under one can hold.
        guard facts.isHTTP, let path = facts.path.value else { return }
        if !paths.isEmpty { Self.visit(paths, Self.hash(path, in: bytes, seed: seed ^ Self.pathSalt), body) }
        // One pass over the path: the hash of each prefix is a step of the hash of the whole.
        var state = Self.begin(seed ^ Self.prefixSalt)
        var done = 0
        for length in prefixLengths {
            guard length <= Int(path.count) else { return }
            while done < length {
                state = Self.step(state, bytes[Int(path.offset) + done])
                done += 1
            }
            Self.visit(prefixes, state, body)
        }
    }

    @inline(__always)
    private static func visit(_ table: borrowing BucketTable, _ key: UInt64, _ body: (Int32) -> Bool) {
        for place in table.run(of: key) { guard body(table[place]) else { return } }
    }

    // MARK: Keys

    /// The identities of which one must be the peer's: there is an exact test of it on every principal side.
    private static func principalKeys(of rule: Program.Rule, in program: Program) -> Keys? {
        var keys = Keys()
        for side in rule.principals {
            guard
                let test = program.tests(of: side).first(where: { test in
                    test.attribute == .peerPrincipal && !test.isNegated
                        && test.patterns.allSatisfy { program.patterns[Int($0)].form == .exact }
                })
            else { return nil }
            keys.principals += test.patterns.map { program.patterns[Int($0)].text }
        }
        return keys
    }

    /// The paths and path prefixes of which one must fit: there is a test of such values on every permission side.
    private static func pathKeys(of rule: Program.Rule, in program: Program) -> Keys? {
        var keys = Keys()
        for side in rule.permissions {
            guard
                let test = program.tests(of: side).first(where: { test in
                    test.attribute == .path && !test.isNegated
                        && test.patterns.allSatisfy {
                            let form = program.patterns[Int($0)].form
                            return form == .exact || form == .prefix
                        }
                })
            else { return nil }
            for index in test.patterns {
                let pattern = program.patterns[Int(index)]
                if pattern.form == .exact {
                    keys.paths.append(pattern.text)
                } else {
                    keys.prefixes.append(pattern.text)
                }
            }
        }
        return keys
    }

    // MARK: Hashing

    fileprivate static let pathSalt: UInt64 = 0x9e37_79b9_7f4a_7c15
    fileprivate static let prefixSalt: UInt64 = 0xd1b5_4a32_d192_ed03

    private static func begin(_ seed: UInt64) -> UInt64 { seed | 1 }

    @inline(__always)
    private static func step(_ state: UInt64, _ byte: UInt8) -> UInt64 {
        let mixed = (state ^ UInt64(byte)) &* 0x9e37_79b9_7f4a_7c15
        return mixed ^ mixed >> 32
    }

    /// Of all bytes of a text, eight at a time. A prefix has another one, which is made byte by byte.
    private static func hash(_ slice: ByteSlice, in bytes: Span<UInt8>, seed: UInt64) -> UInt64 {
        var state = begin(seed) ^ UInt64(slice.count)
        var index = slice.range.lowerBound
        let end = slice.range.upperBound
        precondition(end <= bytes.count, "the slice is of other bytes")
        while end - index >= 8 {
            let word = bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            let product = (state ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
            state = product.high ^ product.low
            index += 8
        }
        while index < end {
            state = step(state, bytes[unchecked: index])
            index += 1
        }
        return state
    }

    /// Of the beginning of a path, as it is found on the way along the path.
    private static func prefixHash(_ slice: ByteSlice, in bytes: Span<UInt8>, seed: UInt64) -> UInt64 {
        var state = begin(seed)
        for index in slice.range { state = step(state, bytes[index]) }
        return state
    }
}

extension RuleIndex.Keys {
    fileprivate func hashes(_ hash: (ByteSlice, UInt64) -> UInt64) -> [UInt64] {
        paths.map { hash($0, RuleIndex.pathSalt) } + prefixes.map { hash($0, RuleIndex.prefixSalt) }
    }
}

extension Program {
    fileprivate func tests(of conjunction: Int32) -> [Test] {
        conjunctions[Int(conjunction)].tests.map { tests[Int($0)] }
    }
}
