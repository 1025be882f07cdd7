import Testing

@testable import AuthzEngine

@Suite struct SlipTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var attribute: Program.Attribute
        var written: String
        var seen: String
        /// `nil` where the two differ by more than a slip.
        var sentence: String?
        var isOfPolicy = false
        var testDescription: String { "`\(written)` and `\(seen)`" }
    }

    @Test(
        "what differs by a slip of the pen is named",
        arguments: [
            Row(
                attribute: .method, written: "get", seen: "GET",
                sentence: "`get` is not `GET`: methods are case-sensitive",
                isOfPolicy: true),
            Row(
                attribute: .method, written: "GET", seen: "get",
                sentence: "the request's `get` is not `GET`: methods are case-sensitive"),
            Row(attribute: .method, written: "GET", seen: "GET"), Row(attribute: .method, written: "GET", seen: "PUT"),
            Row(
                attribute: .path, written: "/a/", seen: "/a", sentence: "`/a` is not `/a/`: a `/` at the end counts"),
            Row(
                attribute: .path, written: "/a", seen: "/a/", sentence: "`/a/` is not `/a`: a `/` at the end counts"),
            Row(
                attribute: .path, written: "/a/*", seen: "/a",
                sentence: "`/a/*` is for what is below `/a`, not for `/a` itself"),
            Row(
                attribute: .path, written: "/A/*", seen: "/a/b",
                sentence: "`/a/b` is not `/A/*`: paths are case-sensitive"),
            Row(
                attribute: .path, written: "/a?b=c", seen: "/a",
                sentence: "`/a?b=c` has a query, and paths are compared without it", isOfPolicy: true),
            Row(attribute: .path, written: "/a?b=c", seen: "/b"),
            Row(
                attribute: .path, written: "a", seen: "/a", sentence: "`a` lacks the `/` that paths begin with",
                isOfPolicy: true),
            Row(
                attribute: .path, written: "a/*", seen: "/a/b", sentence: "`a/*` lacks the `/` that paths begin with",
                isOfPolicy: true),
            Row(attribute: .path, written: "a/*", seen: "/b/a/c"),
            Row(
                attribute: .path, written: "/u/*/o", seen: "/u/1/o",
                sentence:
                    "a `*` inside `/u/*/o` is only a star: write `/u/{*}/o`, where `{*}` is a segment of any name",
                isOfPolicy: true),
            Row(
                attribute: .path, written: "/u/**", seen: "/u/1",
                sentence: "a `*` inside `/u/**` is only a star: write `/u/*`, which is for what begins so",
                isOfPolicy: true),
            Row(attribute: .path, written: "/u/**", seen: "/v/1"),
            Row(
                attribute: .path, written: "/u/*/o/**", seen: "/u/1/o/2/3",
                sentence: "a `*` inside `/u/*/o/**` is only a star: write `/u/{*}/o/{**}`, where `{*}` is a segment of "
                    + "any name, and `{**}` is any number of segments", isOfPolicy: true),
            Row(
                attribute: .path, written: "/u/*.pdf", seen: "/u/a.pdf",
                sentence: "a `*` inside `/u/*.pdf` is only a star: list the paths that are meant", isOfPolicy: true),
            Row(attribute: .path, written: "/u/*.pdf", seen: "/u/a/b.pdf"),
            Row(attribute: .path, written: "/u/*.pdf", seen: "/u/.pdf"),
            Row(
                attribute: .path, written: "/A/", seen: "/a",
                sentence: "`/a` is not `/A/`: paths are case-sensitive, and a `/` at the end counts"),
            Row(
                attribute: .host, written: "api.*.example", seen: "api.eu.example",
                sentence: "a `*` inside `api.*.example` is only a star: list the hosts that are meant",
                isOfPolicy: true),
            Row(attribute: .host, written: "api.*.example", seen: "api.eu.west.example"),
            Row(
                attribute: .peerPrincipal, written: "td/ns/*/sa/b", seen: "spiffe://td/ns/a/sa/b",
                sentence: "a `*` inside `td/ns/*/sa/b` is only a star: list the principals that are meant",
                isOfPolicy: true),
            Row(attribute: .peerPrincipal, written: "td/ns/*/sa/b", seen: "spiffe://td/ns/a/sa/c"),
            Row(
                attribute: .requestPrincipal, written: "https://*/alice", seen: "https://i/alice",
                sentence: "a `*` inside `https://*/alice` is only a star: list the principals that are meant",
                isOfPolicy: true),
            Row(
                attribute: .peerPrincipal, written: "a:b", seen: "spiffe://cluster.local/ns/a/sa/b",
                sentence: "no workload is `a:b`, and the caller is `cluster.local/ns/a/sa/b`: principals have this "
                    + "form", isOfPolicy: true),
            Row(attribute: .path, written: "/u/*/o", seen: "/u/1/p"), Row(attribute: .path, written: "/a", seen: "/b"),
            Row(
                attribute: .host, written: "h", seen: "h:80",
                sentence: "the host of the request has a port: `h` is without, `h:*` with any, `h:80` with this one"),
            Row(
                attribute: .host, written: "h:80", seen: "h",
                sentence: "the host of the request has no port, and `h:80` asks for `:80`"),
            Row(
                attribute: .host, written: "https://h/", seen: "h", sentence: "a host is written without `https://`",
                isOfPolicy: true),
            Row(attribute: .host, written: "https://g", seen: "h"), Row(attribute: .host, written: "h", seen: "h:x"),
            Row(
                attribute: .peerPrincipal, written: "spiffe://td/ns/a/sa/b", seen: "spiffe://td/ns/a/sa/b",
                sentence: "no workload is `spiffe://td/ns/a/sa/b`, and the caller is `td/ns/a/sa/b`: "
                    + "policies name principals without `spiffe://`", isOfPolicy: true),
            Row(
                attribute: .peerPrincipal, written: "td/ns/a/serviceaccount/b", seen: "spiffe://td/ns/a/sa/b",
                sentence: "no workload is `td/ns/a/serviceaccount/b`, and the caller is `td/ns/a/sa/b`: "
                    + "principals have this form", isOfPolicy: true),
            Row(
                attribute: .peerPrincipal, written: "td/ns/a/sa/b", seen: "spiffe://td/ns/a/b",
                sentence: "the request's `td/ns/a/b` is no identity of a workload: `td/ns/a/sa/b` is one"),
            Row(
                attribute: .peerPrincipal, written: "old/ns/a/sa/b", seen: "spiffe://td/ns/a/sa/b",
                sentence: "`td/ns/a/sa/b` and `old/ns/a/sa/b` differ in nothing but the trust domain"),
            Row(attribute: .peerPrincipal, written: "td/ns/a/sa/b", seen: "spiffe://td/ns/a/sa/c"),
            Row(
                attribute: .peerPrincipal, written: "td/ns/a/sa/crat", seen: "spiffe://td/ns/a/sa/cart",
                sentence: "the service account of `td/ns/a/sa/cart` is `cart`, and not `crat`"),
            Row(
                attribute: .peerPrincipal, written: "td/ns/a/sa/cart", seen: "spiffe://td/ns/b/sa/cart",
                sentence: "`td/ns/b/sa/cart` and `td/ns/a/sa/cart` differ in nothing but the namespace"),
            Row(attribute: .peerPrincipal, written: "td/ns/a/sa/default", seen: "spiffe://td/ns/b/sa/default"),
            Row(attribute: .peerPrincipal, written: "td/ns/a/sa/crat", seen: "spiffe://td/ns/b/sa/cart"),
            Row(
                attribute: .requestPrincipal, written: "https://i", seen: "https://i/alice",
                sentence:
                    "`https://i` is an issuer, and the principal is `https://i/alice`: `https://i/*` is whoever has a token of it",
                isOfPolicy: true),
            Row(
                attribute: .requestPrincipal, written: "robots@i", seen: "robots@i/7",
                sentence:
                    "`robots@i` is an issuer, and the principal is `robots@i/7`: `robots@i/*` is whoever has a token of it",
                isOfPolicy: true),
            Row(
                attribute: .requestPrincipal, written: "alice", seen: "i/alice",
                sentence: "`alice` lacks the issuer: the principal is `i/alice`", isOfPolicy: true),
            Row(
                attribute: .requestPrincipal, written: "https://i/alice", seen: "https://i//alice",
                sentence: "the issuer is `https://i/`, and not `https://i`: a `/` at its end counts"),
            Row(
                attribute: .requestPrincipal, written: "https://i/*", seen: "https://i/realms/r/alice",
                sentence: "`https://i/*` is split at its last `/`: it asks for any subject of the issuer `https://i` "
                    + "as a whole, and the issuer of the token is `https://i/realms/r`"),
            Row(
                attribute: .requestPrincipal, written: "https://i*", seen: "https://i/alice",
                sentence: "`https://i*` is split at its last `/`: it asks for a subject that begins with `i` of the "
                    + "issuer `https:/` as a whole, and the issuer of the token is `https://i`"),
            Row(
                attribute: .requestPrincipal, written: "https://I/*", seen: "https://i/alice",
                sentence: "the issuer is `https://i`, and not `https://I`: they differ in the case of letters"),
            Row(attribute: .requestPrincipal, written: "https://j/*", seen: "https://i/alice"),
            Row(attribute: .claim, written: "op*", seen: "ops"),
            Row(
                attribute: .path, written: "/u/{*}/o", seen: "/u/1/o/",
                sentence: "`/u/1/o/` is not `/u/{*}/o`: a `/` at the end counts"),
            Row(
                attribute: .path, written: "/u/{*}/o/", seen: "/u/1/o",
                sentence: "`/u/1/o` is not `/u/{*}/o/`: a `/` at the end counts"),
            Row(
                attribute: .path, written: "/u/{**}/o", seen: "/U/1/2/o",
                sentence: "`/U/1/2/o` is not `/u/{**}/o`: paths are case-sensitive"),
            Row(
                attribute: .path, written: "https://api.example/a/*", seen: "/a/b",
                sentence: "`https://api.example/a/*` is a URL, and a path begins behind its host", isOfPolicy: true),
            Row(attribute: .path, written: "https://api.example/a", seen: "/b"),
            Row(
                attribute: .path, written: "/a/", seen: "/a/b",
                sentence: "`/a/` is that path alone; below it is `/a/*`"),
            Row(attribute: .path, written: "/", seen: "/a"), Row(attribute: .path, written: "/a/{*}/", seen: "/a/b/c"),
            Row(
                attribute: .method, written: "GET, POST", seen: "POST",
                sentence: "`GET, POST` is one value, and no list of methods", isOfPolicy: true),
            Row(attribute: .method, written: "GET, POST", seen: "PUT"),
            Row(
                attribute: .method, written: "ALL", seen: "PUT",
                sentence: "there is no method `ALL`: a rule without `methods` is for any", isOfPolicy: true),
            Row(
                attribute: .claim, written: "editors, chief", seen: "chief",
                sentence: "`editors, chief` is one value, and no list of values"),
            Row(attribute: .path, written: "/u/{*}/o", seen: "/u//o/"),
            Row(attribute: .path, written: "/u/{*}/o", seen: "/u/1/p/"),
            Row(
                attribute: .host, written: "cart.shop", seen: "cart.shop.",
                sentence: "`cart.shop.` is not `cart.shop`: a dot at the end of a host counts"),
            Row(
                attribute: .host, written: "cart.shop:80", seen: "cart.shop.:80",
                sentence: "`cart.shop.:80` is not `cart.shop:80`: a dot at the end of a host counts"),
            Row(attribute: .host, written: "cart.shop", seen: "cart.shop.x"),
            Row(
                attribute: .header, written: "Prod", seen: "prod",
                sentence: "`prod` is not `Prod`: values of headers are case-sensitive"),
            Row(
                attribute: .claim, written: "ops", seen: "Ops",
                sentence: "`Ops` is not `ops`: claims are case-sensitive"),
            Row(attribute: .header, written: "a", seen: "b"),
            Row(
                attribute: .method, written: "GTE", seen: "GET",
                sentence: "there is no method `GTE`, and the request has `GET`", isOfPolicy: true),
            Row(attribute: .method, written: "GT*", seen: "GET"), Row(attribute: .method, written: "FOO", seen: "GET"),
            Row(
                attribute: .path, written: "/oders/*", seen: "/orders/5",
                sentence: "with `orders` for `oders`, `/oders/*` would fit"),
            Row(
                attribute: .path, written: "*/oders", seen: "/a/b/orders",
                sentence: "with `orders` for `oders`, `*/oders` would fit"),
            Row(
                attribute: .path, written: "/oders/{*}", seen: "/orders/5",
                sentence: "with `orders` for `oders`, `/oders/{*}` would fit"),
            Row(attribute: .path, written: "/oders/6", seen: "/orders/5"),
            Row(attribute: .path, written: "/oders", seen: "/orders/5"),
            Row(attribute: .path, written: "/v1/*", seen: "/v2/a"),
            Row(
                attribute: .host, written: "cart.shpo.example", seen: "cart.shop.example",
                sentence: "with `shop` for `shpo`, `cart.shpo.example` would fit"),
            Row(
                attribute: .host, written: "*.shop.exmaple", seen: "a.b.shop.example",
                sentence: "with `example` for `exmaple`, `*.shop.exmaple` would fit"),
            Row(
                attribute: .claim, written: "admins", seen: "admin",
                sentence: "`admin` is not `admins`: they differ by one letter"),
            Row(attribute: .claim, written: "admins*", seen: "admin"),
            Row(attribute: .claim, written: "op", seen: "ops"),
            Row(
                attribute: .requestPrincipal, written: "https://logn.example/al*", seen: "https://login.example/alice",
                sentence:
                    "the issuer is `https://login.example`, and not `https://logn.example`: they differ by one letter"
            ),
            Row(attribute: .requestPrincipal, written: "https://logn.example/b*", seen: "https://login.example/alice"),
            Row(
                attribute: .path, written: "/users/[0-9]+", seen: "/users/5",
                sentence: "`/users/[0-9]+` is compared as it is written, for there are no regular expressions in "
                    + "paths: `/users/{*}` is a segment of any name", isOfPolicy: true),
            Row(
                attribute: .path, written: "^/users/.*$", seen: "/users/5",
                sentence: "`^/users/.*$` is compared as it is written, for there are no regular expressions in paths: "
                    + "`/users/*` is what begins so", isOfPolicy: true),
            // Signs that stand in paths as they are.
            Row(attribute: .path, written: "/odata/$metadata", seen: "/odata/Customers"),
            Row(attribute: .path, written: "^/public.*$", seen: "/secrets"),
            Row(attribute: .path, written: "/users/[0-9]+", seen: "/orders/5"),
            Row(
                attribute: .host, written: "*.example", seen: "api.example:8080",
                sentence: "the host of the request has a port: `*.example` is without, `*.example:8080` with this one"),
            Row(attribute: .host, written: "*.example", seen: "api.other:8080"),
        ])
    func slips(_ row: Row) {
        let slip = Slip(row.written, seen: row.seen, of: row.attribute)
        #expect(slip?.sentence == row.sentence)
        #expect((slip?.isOfPolicy ?? false) == row.isOfPolicy)
    }

    @Test(
        "what is meant is written in the place of a slip, where another value beside it would be of no use",
        arguments: [
            (.method, "get", "GET", "GET"), (.path, "a/*", "/a/b", "/a/*"), (.path, "/a?b=c", "/a", "/a"),
            (.path, "/oders/*", "/orders/5", "/orders/*"), (.host, "https://h/", "h", "h"),
            (.host, "*.exmaple", "a.example", "*.example"), (.claim, "admins", "admin", "admin"),
            (.requestPrincipal, "https://i/*", "https://i//alice", "https://i//*"),
            (.requestPrincipal, "https://i/*", "https://i/realms/r/alice", "https://i/realms/r/*"),
            (.path, "/a/", "/a", nil), (.path, "/A", "/a", nil), (.claim, "Ops", "ops", nil), (.host, "h", "h:80", nil),
        ] as [(Program.Attribute, String, String, String?)])
    func meant(_ attribute: Program.Attribute, _ written: String, _ seen: String, _ meant: String?) throws {
        #expect(try #require(Slip(written, seen: seen, of: attribute)).meant == meant)
    }

    @Test(
        "an issuer that is nearly the configured one is said to be so",
        arguments: [
            ("https://login.example", "https://login.example/", "they differ by the `/` at the end"),
            ("https://login.example/", "https://login.example", "they differ by the `/` at the end"),
            ("https://login.example", "http://login.example", "they differ in what stands before `login.example`"),
            ("https://login.example", "login.example", "they differ in what stands before `login.example`"),
            ("https://login.example", "https://Login.example", "they differ in the case of letters"),
            ("https://login.example", "https://login.exmaple", "they differ in the order of two letters"),
            ("https://login.example", "https://logn.example", "they differ by one letter"),
            ("https://login.example", "https://login.example", nil),
            ("https://login.example", "https://logout.example", nil),
        ] as [(String, String, String?)])
    func issuers(_ written: String, _ seen: String, _ sentence: String?) {
        #expect(Slip.difference(written, seen: seen) == sentence)
    }
}
