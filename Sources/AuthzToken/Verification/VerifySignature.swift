import AuthzCore

/// Judges a compact JWS by its header and signature alone: the payload may be any bytes, or none (RFC 7515 §5.2).
///
/// Exactly three pieces are there, of which the payload may be empty, each canonical base64url. The payload is not decoded into
/// the workspace unless it is a JSON object.
///
/// - Parameters:
///   - keys: `nil` where there are none.
///   - maximumBytes: A longer token is refused unread.
/// - Complexity: O(*n*) in the bytes, and one signature check a key that fits.
package func verifySignature(
    of token: Span<UInt8>, keys: KeySet?, maximumBytes: Int, in workspace: inout TokenWorkspace
) -> TokenStatus {
    workspace.removeAll()
    guard token.count <= maximumBytes else { return .tooLong }
    guard let compact = CompactToken(strictly: token) else { return .notThreePieces }
    workspace.payload = compact.payload
    var refusal: TokenStatus?
    let algorithm: SignatureAlgorithm
    do throws(TokenStatus) {
        algorithm = try workspace.readHeader(token.extracting(compact.header), refusal: &refusal)
        try workspace.readAnyPayload(token.extracting(compact.payload), refusal: &refusal)
        try workspace.readSignature(token.extracting(compact.signature), refusal: &refusal)
    } catch {
        return error
    }
    if let refusal { return refusal }
    guard let keys else { return .keysUnavailable }
    return workspace.checkSignature(token, compact, algorithm: algorithm, keys: keys)
}

/// Reads what a token says of itself, and verifies nothing: neither the signature nor issuer, audience or times.
///
/// - Returns: `nil` for a token of good form; else what is wrong with it, and the workspace holds what could be read before.
package func readUnverified(
    _ token: Span<UInt8>, maximumBytes: Int, in workspace: inout TokenWorkspace
) -> TokenStatus? {
    workspace.removeAll()
    guard token.count <= maximumBytes else { return .tooLong }
    guard let compact = CompactToken(splitting: token) else {
        workspace.readFirstPiece(of: token)
        return .notThreePieces
    }
    workspace.payload = compact.payload
    var refusal: TokenStatus? = compact.hasEmptyPieces ? .notThreePieces : nil
    var problem: TokenStatus?
    do throws(TokenStatus) {
        _ = try workspace.readHeader(token.extracting(compact.header), refusal: &refusal)
    } catch {
        problem = error
    }
    // What follows a bad header is shown all the same.
    do throws(TokenStatus) {
        try workspace.readPayload(token.extracting(compact.payload), refusal: &refusal)
        try workspace.readSignature(token.extracting(compact.signature), refusal: &refusal)
    } catch {
        problem = problem ?? error
    }
    return problem ?? refusal
}

extension TokenWorkspace {
    /// Keeps the header of a token of another number of pieces, such as an encrypted one.
    mutating func readFirstPiece(of token: Span<UInt8>) {
        let end = token.indices.first { token[$0] == UInt8(ascii: ".") } ?? token.count
        var refusal: TokenStatus?
        do throws(TokenStatus) { _ = try readHeader(token.extracting(0..<end), refusal: &refusal) } catch {
            if error == .headerNotBase64URL || error == .headerNotJSON { header.removeAll() }
        }
    }

    /// Keeps the claims where the payload is a JSON object, and takes everything else that is base64url.
    mutating func readAnyPayload(_ piece: Span<UInt8>, refusal: inout TokenStatus?) throws(TokenStatus) {
        try decode(piece, .payloadNotBase64URL, refusal: &refusal)
        if Self.scan(decoded, into: &claims) == nil, claims.kind(at: claims.root) != .object { claims.removeAll() }
    }
}
