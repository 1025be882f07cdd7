import AuthzToken
import Testing

@Suite struct TokenStatusTests {
    static let texts: KeyValuePairs<TokenStatus, String> = [
        .verified: "OK",
        .notThreePieces: "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections",
        .headerNotBase64URL: "Jwt header is an invalid Base64url encoded",
        .headerNotJSON: "Jwt header is an invalid JSON",
        .algorithmNotString: "Jwt header [alg] field is required and must be a string",
        .algorithmNotSupported: "Jwt header [alg] is not supported",
        .keyIDNotString: "Jwt header [kid] field is not a string",
        .payloadNotBase64URL: "Jwt payload is an invalid Base64url encoded",
        .payloadNotJSON: "Jwt payload is an invalid JSON",
        .issuerNotString: "Jwt payload [iss] field is not a string",
        .subjectNotString: "Jwt payload [sub] field is not a string",
        .issuedAtNotInteger: "Jwt payload [iat] field is not an integer",
        .issuedAtOutOfRange: "Jwt payload [iat] field is not a positive 64 bit integer",
        .notBeforeNotInteger: "Jwt payload [nbf] field is not an integer",
        .notBeforeOutOfRange: "Jwt payload [nbf] field is not a positive 64 bit integer",
        .expirationNotInteger: "Jwt payload [exp] field is not an integer",
        .expirationOutOfRange: "Jwt payload [exp] field is not a positive 64 bit integer",
        .tokenIDNotString: "Jwt payload [jti] field is not a string",
        .audienceNotStrings: "Jwt payload [aud] field is not a string or string list",
        .signatureNotBase64URL: "Jwt signature is an invalid Base64url encoded",
        .issuerUnknown: "Jwt issuer is not configured",
        .notYetValid: "Jwt not yet valid",
        .expired: "Jwt is expired",
        .audienceNotAllowed: "Audiences in Jwt are not allowed",
        .keyUnknown: "Jwks doesn't have key to match kid or alg from Jwt",
        .ed25519SignatureLength: "Jwt ED25519 signature is wrong length",
        .signatureInvalid: "Jwt verification fails",
        .tooLong: "Jwt verification fails",
        .criticalHeader: "Jwt verification fails",
        .keysUnavailable: "Jwt verification fails",
    ]

    @Test("each status has the text that Envoy sends")
    func text() {
        #expect(Self.texts.map(\.key) == TokenStatus.allCases)
        for (status, text) in Self.texts { #expect("\(status.text)" == text) }
    }

    @Test("only an audience that is not allowed is answered with 403")
    func forbidden() {
        #expect(TokenStatus.allCases.filter(\.isForbidden) == [.audienceNotAllowed])
    }
}
