import AuthzCore
import AuthzPolicy

/// Finds the values of one field after the other that policies and others in their place tell apart.
struct DistinctValues {
    /// How many values one header has at most.
    private static let maximumHeaderValues = 64

    /// What tells two values apart, by side.
    private struct Key: Hashable {
        var answers: [RequestProbe.Answers?]
        /// The mode of a port, or whether there is a peer.
        var connection: [String] = []
        /// Of a value that counts whatever its answers are.
        var ordinal: Int?
    }

    private let sides: [PolicySide]
    private let near: RequestSpace.Near
    private let base: RequestDocument
    private let places: TokenPlaces
    private let now: Int64
    private var probes: [RequestProbe]
    private(set) var isComplete = true
    /// Those of the field at hand.
    private var kept: [(value: RequestField.Value, key: Key)] = []
    private var seen: Set<Key> = []

    init(
        _ sides: [PolicySide], near: RequestSpace.Near, base: RequestDocument, places: TokenPlaces, now: Int64
    ) {
        self.sides = sides
        self.near = near
        self.base = base
        self.places = places
        self.now = now
        probes = sides.map {
            RequestProbe(point: $0.point, workload: $0.workload, base: base, places: places, now: now)
        }
    }

    /// `nil` where the proxy refuses the request whatever stands in the field.
    mutating func dimension(of field: RequestField) -> RequestSpace.Dimension? {
        kept = []
        seen = []
        keep(field.value(in: base), of: field)
        if field == .token {
            addTokens()
        } else {
            let candidates = FieldCandidates(of: field, for: sides, base: base)
            isComplete = isComplete && candidates.isComplete
            for value in candidates.values { keep(value, of: field) }
            if field == .method || field == .path { demandAll(candidates.values, of: field) }
        }
        if case .header = field { addLines(of: field) }
        guard !kept.isEmpty else { return nil }
        var numbers: [Key: Int] = [:]
        var cells: [[Int]] = []
        for (index, kept) in kept.enumerated() {
            let key = nearKey(kept.key, of: field)
            let number = numbers[key] ?? cells.count
            if number == cells.count { cells.append([]) }
            numbers[key] = number
            cells[number].append(index)
        }
        return RequestSpace.Dimension(kept.map { .field(field, $0.value) }, cells: cells)
    }

    private mutating func keep(_ value: RequestField.Value, of field: RequestField, ordinal: Int? = nil) {
        var tellsBadTokens = false
        if case .tokens = near { tellsBadTokens = true }
        var key = Key(answers: [], ordinal: ordinal)
        for (index, side) in sides.enumerated() {
            let tests = side.tests.byField[field] ?? []
            key.answers.append(probes[index].answers(tests, of: field, value, tellsBadTokens: tellsBadTokens))
            switch (field, value) {
            // The mode says what becomes of peers with an identity and without, of which the probe knows one.
            case (.port, .port(let port)):
                key.connection.append(side.workload.peerAuthentication.setting(forPort: port).mode.rawValue)
            case (.port, _): key.connection.append("")
            case (.principal, .absent): key.connection.append("absent")
            default: break
            }
        }
        guard key.answers.contains(where: { $0 != nil }), seen.insert(key).inserted else { return }
        kept.append((value, key))
    }

    /// What the proxy changes or refuses may have been the only one of its kind that was tried.
    private mutating func demandAll(_ values: [RequestField.Value], of field: RequestField) {
        let found = Set(kept.map { kept in kept.key.answers.map { $0?.values ?? [] } })
        for value in values {
            // Other methods no proxy reads.
            guard let text = value.text, field == .path || HTTPSyntax.methods.contains(text) else { continue }
            let written = sides.indices.map { index in
                probes[index].writtenAnswers(sides[index].tests.byField[field] ?? [], of: field, text)
            }
            if !found.contains(written) { isComplete = false }
        }
    }

    /// Headers of several lines: one more can only make more patterns fit.
    private mutating func addLines(of field: RequestField) {
        let singles = kept.compactMap { if case .lines(let lines) = $0.value { lines } else { nil } }
        var index = 0
        while index < kept.count {
            if case .lines(let lines) = kept[index].value {
                for more in singles {
                    guard kept.count < Self.maximumHeaderValues else {
                        isComplete = false
                        return
                    }
                    keep(.lines(lines + more), of: field)
                }
            }
            index += 1
        }
    }

    private mutating func addTokens() {
        var isAboutTokens = false
        if case .tokens = near { isAboutTokens = true }
        let candidates = TokenCandidates(
            for: sides, base: base, places: places, now: now, isExhaustive: !isAboutTokens
        ).candidates(at: base.location)
        isComplete = isComplete && candidates.isComplete
        for value in candidates.values { keep(value, of: .token) }
        guard isAboutTokens else { return }
        for (ordinal, token) in furtherTokens(like: candidates.values).enumerated() {
            keep(.token(token), of: .token, ordinal: ordinal)
        }
    }

    /// Tokens that a change of JWT rules may be about: for each issuer one with all that is written to headers, and bad ones.
    private func furtherTokens(like values: [RequestField.Value]) -> [RequestDocument.Token] {
        let outputs = sides.flatMap(\.tokenRules).flatMap(\.claimHeaders).map(\.path).uniqued().map { path in
            path.map { String(decoding: $0, as: UTF8.self) }
        }
        var tokens: [RequestDocument.Token] = []
        func add(_ claims: ClaimTree, hasValidSignature: Bool = true) {
            tokens.append(
                .claims(json: claims.json, hasValidSignature: hasValidSignature, location: base.location))
        }
        var issuers: Set<String> = []
        for case .token(.claims(let json, _, _)) in values {
            let claims = ClaimTree(json: json)
            guard issuers.insert(claims.json(at: ["iss"]) ?? "").inserted else { continue }
            var full = claims
            for path in outputs where full.json(at: path) == nil { full.set(ClaimTree.quoted("x"), at: path) }
            add(full)
            add(full, hasValidSignature: false)
            for (name, value) in [
                ("exp", "1"), ("aud", ClaimTree.quoted("other.example")), ("aud", nil), ("sub", nil),
            ] {
                var changed = full
                changed.set(value, at: [name])
                add(changed)
            }
        }
        add(ClaimTree(json: #"{"iss":"https://other.example","sub":"x"}"#))
        return tokens
    }

    /// What the policy in question tells apart of it.
    private func nearKey(_ key: Key, of field: RequestField) -> Key {
        switch near {
        case .connection: return [.principal, .port].contains(field) ? key : Key(answers: [])
        case .tokens, .unknown: return Key(answers: [])
        case .tests(let near):
            var own = Key(answers: [])
            for (index, side) in sides.enumerated() {
                var answers = RequestProbe.Answers()
                for (place, test) in (side.tests.byField[field] ?? []).enumerated() where near[index].contains(test) {
                    answers.values += key.answers[index]?.values[2 * place...2 * place + 1] ?? [3, 3]
                }
                own.answers.append(answers)
            }
            return own
        }
    }
}
