/// The answer of the checks of one token against one rule, in the order in which they are made.
///
/// The names say what was wrong; the texts are those that Envoy sends. Envoy has no text for the cases at the end.
package enum TokenStatus: UInt8, Sendable, CaseIterable {
    case verified
    case notThreePieces
    case headerNotBase64URL
    case headerNotJSON
    case algorithmNotString
    case algorithmNotSupported
    case keyIDNotString
    case payloadNotBase64URL
    case payloadNotJSON
    case issuerNotString
    case subjectNotString
    case issuedAtNotInteger
    case issuedAtOutOfRange
    case notBeforeNotInteger
    case notBeforeOutOfRange
    case expirationNotInteger
    case expirationOutOfRange
    case tokenIDNotString
    case audienceNotStrings
    case signatureNotBase64URL
    /// `iss` is not the rule's issuer.
    case issuerUnknown
    case notYetValid
    case expired
    /// The only one that is answered with 403.
    case audienceNotAllowed
    /// No key of the set fits the token's `kid` and `alg`.
    case keyUnknown
    case ed25519SignatureLength
    /// No key that fits verifies the signature.
    case signatureInvalid
    /// The token has more bytes than allowed; nothing in it was read.
    case tooLong
    /// The header has `crit`, and no extension is understood (RFC 7515 §4.1.11). All else is right.
    case criticalHeader
    /// The rule has no keys.
    case keysUnavailable

    /// The body of the answer to the client.
    package var text: StaticString {
        switch self {
        case .verified: "OK"
        case .notThreePieces: "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"
        case .headerNotBase64URL: "Jwt header is an invalid Base64url encoded"
        case .headerNotJSON: "Jwt header is an invalid JSON"
        case .algorithmNotString: "Jwt header [alg] field is required and must be a string"
        case .algorithmNotSupported: "Jwt header [alg] is not supported"
        case .keyIDNotString: "Jwt header [kid] field is not a string"
        case .payloadNotBase64URL: "Jwt payload is an invalid Base64url encoded"
        case .payloadNotJSON: "Jwt payload is an invalid JSON"
        case .issuerNotString: "Jwt payload [iss] field is not a string"
        case .subjectNotString: "Jwt payload [sub] field is not a string"
        case .issuedAtNotInteger: "Jwt payload [iat] field is not an integer"
        case .issuedAtOutOfRange: "Jwt payload [iat] field is not a positive 64 bit integer"
        case .notBeforeNotInteger: "Jwt payload [nbf] field is not an integer"
        case .notBeforeOutOfRange: "Jwt payload [nbf] field is not a positive 64 bit integer"
        case .expirationNotInteger: "Jwt payload [exp] field is not an integer"
        case .expirationOutOfRange: "Jwt payload [exp] field is not a positive 64 bit integer"
        case .tokenIDNotString: "Jwt payload [jti] field is not a string"
        case .audienceNotStrings: "Jwt payload [aud] field is not a string or string list"
        case .signatureNotBase64URL: "Jwt signature is an invalid Base64url encoded"
        case .issuerUnknown: "Jwt issuer is not configured"
        case .notYetValid: "Jwt not yet valid"
        case .expired: "Jwt is expired"
        case .audienceNotAllowed: "Audiences in Jwt are not allowed"
        case .keyUnknown: "Jwks doesn't have key to match kid or alg from Jwt"
        case .ed25519SignatureLength: "Jwt ED25519 signature is wrong length"
        case .signatureInvalid, .tooLong, .criticalHeader, .keysUnavailable: "Jwt verification fails"
        }
    }

    /// Whether the answer is 403; all others but ``verified`` are 401.
    package var isForbidden: Bool { self == .audienceNotAllowed }
}
