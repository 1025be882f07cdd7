import AuthzCore
import AuthzPolicy

/// A request as a test writes it: what is not named is that of the usual one, a GET over mutual TLS.
struct Ask: Sendable {
    static let usualPrincipal = "spiffe://td1/ns/foo/sa/bar"

    /// With its `spiffe://`; `nil` is plaintext.
    var principal: String? = usualPrincipal
    var ip = "10.0.0.7"
    var method = "GET"
    var path = "/"
    var host = "example.com"
    var headers: [(name: String, value: String)] = []
    /// The claims of a token of any issuer, correctly signed.
    var claims: String?
    var hasValidSignature = true
    var port: UInt16? = 8080
    var destinationIP = "10.0.0.9"
    var sni: String?
    var isTCP = false

    /// The same over a plain connection.
    static func plaintext(path: String = "/") -> Ask { Ask(principal: nil, path: path) }

    func document(to destination: RequestDocument.Destination) -> RequestDocument {
        let place = SourceLocation(file: "request", line: 1, column: 1)
        var document = RequestDocument(location: place)
        document.source.principal = principal
        document.source.ip = IPAddress(parsing: Array(ip.utf8).span)
        document.destination = destination
        document.destination.ip = IPAddress(parsing: Array(destinationIP.utf8).span)
        document.destination.port = port
        document.destination.sni = sni
        guard !isTCP else { return document }
        var http = RequestDocument.HTTPRequest()
        http.method = method
        http.path = path
        http.host = host
        http.headers = headers
        document.request = http
        document.token = claims.map { .claims(json: $0, hasValidSignature: hasValidSignature, location: place) }
        return document
    }
}
