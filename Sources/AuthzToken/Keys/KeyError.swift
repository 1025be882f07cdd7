/// Why Envoy does not take a key. The texts are Envoy's.
package enum KeyError: String, Error, Sendable, Hashable, CaseIterable {
    case typeMissing = "[kty] is missing in [keys]"
    case typeNotString = "[kty] is bad in [keys]"
    case typeNotSupported = "[kty] is not supported in [keys]"

    case rsaAlgorithm = "[alg] is not started with [RS] or [PS] for an RSA key"
    case rsaModulusMissing = "[n] field is missing for a RSA key"
    case rsaModulusNotString = "[n] field is not string for a RSA key"
    case rsaExponentMissing = "[e] field is missing for a RSA key"
    case rsaExponentNotString = "[e] field is not string for a RSA key"
    case rsaInvalid = "Jwks RSA [n] or [e] field is missing or has a parse error"

    case ecAlgorithm = "[alg] is not started with [ES] for an EC key"
    case ecCurveNotString = "[crv] field is not string for an EC key"
    case ecCurveNotSupported = "[crv] or [alg] field is not supported for an EC key"
    case ecCurveNotOfAlgorithm = "[crv] field specified is not compatible with [alg] for an EC key"
    case ecXMissing = "[x] field is missing for an EC key"
    case ecXNotString = "[x] field is not string for an EC key"
    case ecYMissing = "[y] field is missing for an EC key"
    case ecYNotString = "[y] field is not string for an EC key"
    case ecNotBase64URL = "Jwks EC [x] or [y] field is an invalid Base64."
    case ecInvalid = "Jwks EC [x] and [y] fields have a parse error."

    case octAlgorithm = "[alg] does not start with [HS] for an HMAC key"
    case octMissing = "[k] field is missing for an HMAC key"
    case octNotString = "[k] field is not string for an HMAC key"
    case octNotBase64URL = "Jwks Oct key is an invalid Base64"

    case okpAlgorithm = "[alg] is not [EdDSA] for an OKP key"
    case okpCurveMissing = "[crv] field is missing for an OKP key"
    case okpCurveNotString = "[crv] field is not string for an OKP key"
    case okpCurveNotSupported = "[crv] field is not supported for an OKP key"
    case okpXMissing = "[x] field is missing for an OKP key"
    case okpXNotString = "[x] field is not string for an OKP key"
    case okpNotBase64URL = "Jwks OKP [x] field is an invalid Base64."
    case okpWrongLength = "Jwks OKP [x] field is wrong length."
}
