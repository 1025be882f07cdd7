import AuthzServer
import Testing

@Suite struct CacheLifetimeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var headers: [String: String], seconds: Int?, why: String
        var testDescription: String { "\(headers): \(why)" }
    }

    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let later = "Sun, 06 Nov 1994 08:50:37 GMT"

    @Test(
        "headers say how long an answer is fresh (RFC 9111 §4.2.1)",
        arguments: [
            Case(headers: [:], seconds: nil, why: "they do not say"),
            Case(headers: ["cache-control": "max-age=600"], seconds: 600, why: "an age"),
            Case(headers: ["cache-control": "public, MAX-AGE=\"600\""], seconds: 600, why: "in quotes, in capitals"),
            Case(headers: ["cache-control": "public"], seconds: nil, why: "no age among the directives"),
            Case(headers: ["cache-control": "s-maxage=600"], seconds: nil, why: "meant for shared caches"),
            Case(headers: ["cache-control": "max-age=600", "age": "100"], seconds: 500, why: "a cache had it before"),
            Case(headers: ["cache-control": "max-age=60", "age": "100"], seconds: 0, why: "for too long"),
            Case(headers: ["cache-control": "max-age=600, no-cache"], seconds: 0, why: "it must be asked for again"),
            Case(headers: ["cache-control": "no-store"], seconds: 0, why: "it may not be kept"),
            Case(headers: ["cache-control": "max-age=600, max-age=60"], seconds: 60, why: "the smaller of two"),
            Case(headers: ["cache-control": "max-age=-1"], seconds: 0, why: "not a number of seconds"),
            Case(headers: ["cache-control": "max-age"], seconds: 0, why: "none at all"),
            Case(
                headers: ["cache-control": "max-age=99999999999999999999"], seconds: 1_000_000_000,
                why: "more than any number holds"),
            Case(headers: ["expires": later, "date": date], seconds: 60, why: "by the server's clock"),
            Case(headers: ["expires": later], seconds: nil, why: "without the server's clock"),
            Case(headers: ["expires": date, "date": later], seconds: 0, why: "it has expired"),
            Case(headers: ["expires": "0", "date": date], seconds: 0, why: "what is no date has expired"),
            Case(
                headers: ["cache-control": "max-age=5", "expires": later, "date": date], seconds: 5,
                why: "`max-age` goes first"),
        ])
    func lifetime(_ c: Case) {
        #expect(CacheLifetime.lifetime(of: c.headers) == c.seconds.map { .seconds($0) })
    }
}
