import AuthzCore

/// Checks a token against one rule, in Envoy's order: form, header, types of claims, issuer, time, audience, keys, signature.
///
/// Where we are stricter than Envoy (a piece that is not canonical base64url, an empty piece, `crit`, a payload `null`), the
/// refusal comes last: what Envoy refuses has Envoy's answer, and only a token that Envoy would take gets ours.
///
/// - Parameters:
///   - token: The bytes without `Bearer `.
///   - keys: `nil` where there are none for the rule.
///   - assumedSignature: The answer in place of the signature check, and then `keys` is not looked at. For tokens of request
///     documents that are written as claims; `nil` for every other.
///   - now: Seconds since 1970.
///   - maximumBytes: A longer token is refused unread.
///   - workspace: Holds the claims after the call, those of a token that was refused too if it was read that far.
///   A workspace that remembers tokens answers for one that it verified before with the same requirements and the very same key
///   set, as long as its times permit; what it holds is the same then.
/// - Complexity: O(*n*) in the bytes, and one signature check a key that fits.
package func verify(
    _ token: Span<UInt8>, against requirements: TokenRequirements, keys: KeySet?, assumedSignature: Bool? = nil,
    now: Int64, maximumBytes: Int, in workspace: inout TokenWorkspace
) -> TokenStatus {
    guard token.count <= maximumBytes else {
        workspace.removeAll()
        workspace.envoyMayTakeIt = true
        return .tooLong
    }
    workspace.envoyMayTakeIt = false
    workspace.jsonIsLenient = false
    if assumedSignature == nil, let keys, workspace.restore(token, requirements, keys, now: now) { return .verified }
    workspace.removeClaims()
    guard let compact = CompactToken(splitting: token) else {
        workspace.removeHeader()
        return .notThreePieces
    }
    workspace.payload = compact.payload
    var refusal: TokenStatus? = compact.hasEmptyPieces ? .notThreePieces : nil
    var algorithm: SignatureAlgorithm?
    do throws(TokenStatus) {
        algorithm = try workspace.readHeader(token.extracting(compact.header), refusal: &refusal)
        try workspace.readPayload(token.extracting(compact.payload), refusal: &refusal)
        try workspace.readSignature(token.extracting(compact.signature), refusal: &refusal)
        try workspace.checkClaims(against: requirements, now: now)
    } catch {
        guard workspace.jsonIsLenient, let keys else { return error }
        // A lenient reader finds the algorithm of such a header wherever its name stands.
        let algorithms = algorithm.map { [$0] } ?? workspace.algorithmsNamedInDecoded
        workspace.envoyMayTakeIt = workspace.isSigned(token, compact, algorithms, keys: keys)
        return error
    }
    guard let algorithm else { return .algorithmNotSupported }
    let verdict: TokenStatus
    if let assumedSignature {
        verdict = assumedSignature ? .verified : .signatureInvalid
    } else if let keys {
        verdict = workspace.checkSignature(token, compact, algorithm: algorithm, keys: keys)
    } else {
        verdict = .keysUnavailable
    }
    guard verdict == .verified else { return verdict }
    if let refusal {
        workspace.envoyMayTakeIt = true
        return refusal
    }
    if assumedSignature == nil, let keys { workspace.remember(token, requirements, keys, now: now) }
    return .verified
}

extension TokenStatus: Error {}

extension TokenWorkspace {
    mutating func removeAll() {
        removeClaims()
        removeHeader()
    }

    fileprivate mutating func removeClaims() {
        claims.removeAll()
        payload = 0..<0
    }

    fileprivate mutating func removeHeader() {
        // Its memory may be that of the known header.
        header = JSONTape()
        headerIsKnown = false
    }

    mutating func readHeader(
        _ piece: Span<UInt8>, refusal: inout TokenStatus?
    ) throws(TokenStatus) -> SignatureAlgorithm {
        if refusal == nil, let knownHeader, piece.isEqual(to: knownHeader.piece) {
            if !headerIsKnown {
                header = knownHeader.tape
                headerIsKnown = true
            }
            return knownHeader.algorithm
        }
        removeHeader()
        let algorithm = try readNewHeader(piece, refusal: &refusal)
        if refusal == nil, piece.count <= Self.maximumKnownHeader {
            knownHeader = KnownHeader(
                piece: unsafe piece.withUnsafeBufferPointer { unsafe Array($0) }, tape: header, algorithm: algorithm)
            headerIsKnown = true
        }
        return algorithm
    }

    private static let maximumKnownHeader = 1024

    private mutating func readNewHeader(
        _ piece: Span<UInt8>, refusal: inout TokenStatus?
    ) throws(TokenStatus) -> SignatureAlgorithm {
        try decode(piece, .headerNotBase64URL, refusal: &refusal)
        if let error = Self.scan(decoded, into: &header) {
            note(error)
            throw .headerNotJSON
        }
        switch header.kind(at: header.root) {
        case .object: break
        case .null: throw .algorithmNotString  // Envoy reads it as an object without members.
        case .array, .string, .number, .boolTrue, .boolFalse: throw .headerNotJSON
        }
        guard let alg = header.member("alg", of: header.root), header.kind(at: alg) == .string else {
            throw .algorithmNotString
        }
        guard let algorithm = SignatureAlgorithm.allCases.first(where: { header.string(at: alg, equals: $0.name) })
        else { throw .algorithmNotSupported }
        if let kid = header.member("kid", of: header.root), header.kind(at: kid) != .string { throw .keyIDNotString }
        if refusal == nil, header.member("crit", of: header.root) != nil { refusal = .criticalHeader }
        return algorithm
    }

    /// The algorithms whose names stand somewhere in what was decoded last.
    fileprivate var algorithmsNamedInDecoded: [SignatureAlgorithm] {
        let text = String(decoding: decoded, as: UTF8.self)
        return SignatureAlgorithm.allCases.filter { text.contains("\($0.name)") }
    }

    mutating func readPayload(_ piece: Span<UInt8>, refusal: inout TokenStatus?) throws(TokenStatus) {
        try decode(piece, .payloadNotBase64URL, refusal: &refusal)
        if let error = Self.scan(decoded, into: &claims) {
            note(error)
            throw .payloadNotJSON
        }
        switch claims.kind(at: claims.root) {
        case .object: break
        case .null:
            claims.setEmptyObject()
            refusal = refusal ?? .payloadNotJSON
        case .array, .string, .number, .boolTrue, .boolFalse:
            claims.removeAll()
            throw .payloadNotJSON
        }
        registered = RegisteredClaims(of: claims)
        try checkString(registered.issuer, .issuerNotString)
        try checkString(registered.subject, .subjectNotString)
        _ = try time(registered.issuedAt, .issuedAtNotInteger, .issuedAtOutOfRange)
        times = TokenTimes(
            notBefore: try time(registered.notBefore, .notBeforeNotInteger, .notBeforeOutOfRange),
            expiration: try time(registered.expiration, .expirationNotInteger, .expirationOutOfRange))
        try checkString(registered.tokenID, .tokenIDNotString)
        if let audience = registered.audience { try checkStrings(audience, .audienceNotStrings) }
    }

    mutating func readSignature(
        _ piece: Span<UInt8>, refusal: inout TokenStatus?
    ) throws(TokenStatus) {
        guard let deviations = Base64URL.decode(piece, into: &signature) else { throw .signatureNotBase64URL }
        if refusal == nil, !deviations.isEmpty { refusal = .signatureNotBase64URL }
    }

    func checkClaims(against requirements: TokenRequirements, now: Int64) throws(TokenStatus) {
        if !requirements.issuer.isEmpty {
            guard let issuer = registered.issuer, claims.string(at: issuer, equals: requirements.issuer.span)
            else { throw .issuerUnknown }
        }
        if let status = times.status(at: now) { throw status }
        if !requirements.audiences.isEmpty {
            guard hasAudience(of: requirements) else { throw .audienceNotAllowed }
        }
    }

    private func hasAudience(of requirements: TokenRequirements) -> Bool {
        guard let aud = registered.audience else { return false }
        let text = claims.text.span
        if claims.kind(at: aud) == .string {
            return requirements.accepts(audience: text.extracting(claims.nodes[aud].text.range))
        }
        var element = aud + 1
        for _ in 0..<claims.nodes[aud].count {
            if requirements.accepts(audience: text.extracting(claims.nodes[element].text.range)) { return true }
            element = Int(claims.nodes[element].end)
        }
        return false
    }

    mutating func decode(
        _ piece: Span<UInt8>, _ status: TokenStatus, refusal: inout TokenStatus?
    ) throws(TokenStatus) {
        guard let deviations = Base64URL.decode(piece, into: &decoded) else { throw status }
        if refusal == nil, !deviations.isEmpty { refusal = status }
    }

    static func scan(_ bytes: [UInt8], into tape: inout JSONTape) -> JSONError? {
        do throws(JSONError) { try tape.scan(bytes.span) } catch { return error }
        return nil
    }

    /// Notes where a lenient reader might have gone on. Envoy's refuses duplicate members, too.
    private mutating func note(_ error: JSONError) {
        if case .duplicateMember = error { return }
        jsonIsLenient = true
    }

    private func checkString(_ node: Int?, _ status: TokenStatus) throws(TokenStatus) {
        if let node, claims.kind(at: node) != .string { throw status }
    }

    private func checkStrings(_ node: Int, _ status: TokenStatus) throws(TokenStatus) {
        switch claims.kind(at: node) {
        case .string: return
        case .array:
            var element = node + 1
            for _ in 0..<claims.nodes[node].count {
                guard claims.kind(at: element) == .string else { throw status }
                element = Int(claims.nodes[element].end)
            }
        case .object, .number, .boolTrue, .boolFalse, .null: throw status
        }
    }

    /// A time in whole seconds, the fraction cut off; 0 where the claim is absent.
    private func time(
        _ node: Int?, _ notInteger: TokenStatus, _ outOfRange: TokenStatus
    ) throws(TokenStatus) -> UInt64 {
        guard let node else { return 0 }
        guard claims.kind(at: node) == .number else { throw notInteger }
        let seconds = claims.number(at: node)
        guard seconds >= 0, seconds < 0x1p64 else { throw outOfRange }
        return UInt64(seconds)
    }
}
