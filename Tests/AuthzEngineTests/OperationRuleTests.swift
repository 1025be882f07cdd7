import AuthzEngine
import Testing

/// Hosts, methods, paths and ports, and the forms of their values (AuthorizationPolicy dossier 3, 6, 7.3).
@Suite struct OperationRuleTests {
    @Test(
        "a path is compared by the place of its star",
        arguments: [
            RuleCase.operation(
                "AP 26", "paths", "/a*", fits: Ask(path: "/a"), misses: Ask(path: "/b"), why: "a prefix"),
            .operation(
                "AP 26", "paths", "/a*", fits: Ask(path: "/a/b*c"), misses: Ask(path: "/A"), why: "and all behind it"),
            .operation("AP 27", "paths", "*/b", fits: Ask(path: "/b"), misses: Ask(path: "/b/"), why: "a suffix"),
            .operation(
                "AP 28", "paths", "/a*c", fits: Ask(path: "/a*c"), misses: Ask(path: "/abc"),
                why: "a star inside is a star"),
            .operation(
                "AP 29", "paths", "*b*", fits: Ask(path: "/xb*"), misses: Ask(path: "/abc"),
                why: "the first star is looked for"),
            .operation("", "paths", "**", fits: Ask(path: "/a*"), misses: Ask(path: "/a"), why: "one star is the form"),
            .operation(
                "", "paths", "/a**", fits: Ask(path: "/a*b"), misses: Ask(path: "/ab"), why: "the other is text"),
            .operation(
                "AP 30", "paths", "/Info", fits: Ask(path: "/Info"), misses: Ask(path: "/info"), why: "case counts"),
            .operation(
                "AP 97", "paths", "/a", fits: Ask(path: "/a"), misses: Ask(path: "/a/"), why: "the last slash counts"),
            .operation(
                "AP 95", "paths", "/a", fits: Ask(path: "/a?x=/b"), misses: Ask(path: "/b?x=/a"), why: "no query"),
            .operation("AP 96", "paths", "/a?x=1", misses: Ask(path: "/a?x=1"), why: "a query never matches"),
            .operation("AP 105", "paths", "/%41", misses: Ask(path: "/%41"), why: "requests come normalized"),
            .operation(
                "AP 105", "paths", "/A", fits: Ask(path: "/%41"), misses: Ask(path: "/%42"), why: "as written then"),
            .operation("", "paths", "*", fits: Ask(path: "/"), why: "every path has a character"),
            .operation("", "paths", "a", misses: Ask(path: "/a"), why: "a path begins with a slash"),
            .operation(
                "AP 106", "paths", "/admin", fits: Ask(path: "/admin"), misses: Ask(path: "/admin;x=1"),
                why: "parameters are part of it"),
            .operation(
                "AP 104", "paths", "/app", fits: Ask(path: "/app#x"), misses: Ask(path: "/app/#x"), why: "no fragment"),
        ])
    func paths(_ row: RuleCase) throws { try row.check() }

    @Test(
        "a host is compared without regard to case, its port included",
        arguments: [
            RuleCase.operation(
                "AP 33", "hosts", "Example.COM", fits: Ask(host: "eXample.com"), misses: Ask(host: "example.org"),
                why: "the case of neither counts"),
            .operation(
                "AP 34", "hosts", "example.com", fits: Ask(host: "example.com"), misses: Ask(host: "example.com:80"),
                why: "a port is part of it"),
            .operation(
                "AP 38", "hosts", "example.com", fits: Ask(host: "EXAMPLE.com"), misses: Ask(host: "example.com:443"),
                why: "so a DENY on the name alone is passed by"),
            .operation(
                "AP 35", "hosts", "example.com:*", fits: Ask(host: "example.com:80"), misses: Ask(host: "example.com"),
                why: "any port, but one"),
            .operation(
                "AP 36", "hosts", "*.Example.com", fits: Ask(host: "a.example.COM"), misses: Ask(host: "example.com"),
                why: "the dot is part of the suffix"),
            .operation("", "hosts", "*.example.com", misses: Ask(host: "a.example.com:443"), why: "nothing behind it"),
            .operation(
                "AP 37", "hosts", "example.com", fits: Ask(host: "example.com"), misses: Ask(host: "example.com."),
                why: "a trailing dot counts"),
            .operation(
                "AP 39", "hosts", "example.com*", fits: Ask(host: "example.com.evil.org"),
                misses: Ask(host: "example.co"),
                why: "a prefix says nothing of a domain"),
            .operation("", "hosts", "*", fits: Ask(host: "x"), why: "there always is one"),
            .operation(
                "", "hosts", "a*c", fits: Ask(host: "A*C"), misses: Ask(host: "abc"), why: "a star inside is a star"),
        ])
    func hosts(_ row: RuleCase) throws { try row.check() }

    @Test(
        "a method is compared with regard to case",
        arguments: [
            RuleCase.operation(
                "AP 31", "methods", "get", misses: Ask(method: "GET"), why: "no request has a lower-case one"),
            .operation(
                "AP 31", "methods", "GET", fits: Ask(method: "GET"), misses: Ask(method: "HEAD"), why: "as it is sent"),
            .operation(
                "AP 32", "methods", "P*", fits: Ask(method: "PATCH"), misses: Ask(method: "GET"), why: "a prefix"),
            .operation("", "methods", "*T", fits: Ask(method: "PUT"), misses: Ask(method: "PATCH"), why: "a suffix"),
            .operation("", "methods", "*", fits: Ask(method: "OPTIONS"), why: "there always is one"),
        ])
    func methods(_ row: RuleCase) throws { try row.check() }

    @Test(
        "a port is the workload's own",
        arguments: [
            RuleCase.operation(
                "AP 131", "ports", "80", fits: Ask(port: 80), misses: Ask(port: 8080),
                why: "a Service's port is another"),
            .operation("AP 24", "ports", "0", fits: Ask(port: 0), misses: Ask(port: 1), why: "zero passes admission"),
            .operation("", "ports", "65535", fits: Ask(port: 65535), misses: Ask(port: 65534), why: "the last"),
            .operation("", "ports", "0080", fits: Ask(port: 80), misses: Ask(port: 81), why: "zeros in front"),
            .when("", "destination.port", "8080", fits: Ask(port: 8080), misses: Ask(port: 80), why: "as a condition"),
        ])
    func ports(_ row: RuleCase) throws { try row.check() }

    @Test(
        "a template matches whole paths, segment by segment",
        arguments: [
            RuleCase.operation(
                "AP 107", "paths", "/x/{*}", fits: Ask(path: "/x/a"), misses: Ask(path: "/x/"), why: "not empty"),
            .operation(
                "AP 107", "paths", "/x/{*}", fits: Ask(path: "/x/a.b-c"), misses: Ask(path: "/x/a/b"), why: "one only"),
            .operation("", "paths", "/x/{*}", misses: Ask(path: "/x"), why: "the slash is required"),
            .operation("", "paths", "/x/{*}", misses: Ask(path: "/x/a/"), why: "and none behind"),
            .operation(
                "AP 108", "paths", "/x/{**}", fits: Ask(path: "/x/"), misses: Ask(path: "/x"), why: "empty, but a slash"
            ),
            .operation(
                "AP 108", "paths", "/x/{**}", fits: Ask(path: "/x/a/b.txt"), misses: Ask(path: "/y/a"), why: "many"),
            .operation(
                "AP 109", "paths", "/s/{**}/c", fits: Ask(path: "/s//c"), misses: Ask(path: "/s/c"), why: "both slashes"
            ),
            .operation(
                "AP 109", "paths", "/s/{**}/c", fits: Ask(path: "/s/c/c/c"), misses: Ask(path: "/s/c/cc"),
                why: "the last one"),
            .operation(
                "AP 110", "paths", "/x/{*}", fits: Ask(path: "/x/a?b=/c"), misses: Ask(path: "/x?b=/a"), why: "no query"
            ),
            .operation(
                "", "paths", "/foo/{*}/bar/{**}", fits: Ask(path: "/foo/x/bar/"), misses: Ask(path: "/foo/x/bar"),
                why: "both"),
            .operation(
                "", "paths", "/foo/{*}/bar/{**}", fits: Ask(path: "/foo/x/bar/y/z"), misses: Ask(path: "/foo//bar/y"),
                why: "the first is not empty"),
            .operation(
                "", "paths", "/foo/{**}/", fits: Ask(path: "/foo/bar/"), misses: Ask(path: "/foo/bar"),
                why: "the last slash"),
            .operation(
                "", "paths", "/foo/{**}/", fits: Ask(path: "/foo//"), misses: Ask(path: "/foo/"), why: "two of them"),
            .operation(
                "AP 184", "paths", "/x/{*}", fits: Ask(path: "/x/a*b"), misses: Ask(path: "/x/a[b"), why: "a star is"),
            .operation(
                "", "paths", "/{*}/x", fits: Ask(path: "/a%20b/x"), misses: Ask(path: "/a[b/x"), why: "an escape is"),
            .operation("", "paths", "/{**}", fits: Ask(path: "/"), misses: Ask(path: "/]"), why: "the root"),
            .operation("", "paths", "/{*}", fits: Ask(path: "/-._~%20!$&'()+,;:@="), why: "the whole set"),
            .operation(
                "", "paths", "/x/{*}/y", fits: Ask(path: "/x/X/y"), misses: Ask(path: "/X/X/y"), why: "case counts"),
        ])
    func templates(_ row: RuleCase) throws { try row.check() }

    @Test(
        "`notPaths` and its like hold where no value does",
        arguments: [
            RuleCase.operation(
                "", "notPaths", "/a", fits: Ask(path: "/b"), misses: Ask(path: "/a"), why: "the opposite"),
            .operation("", "notHosts", "a", fits: Ask(host: "b"), misses: Ask(host: "A"), why: "in any case"),
            .operation(
                "", "notMethods", "GET", fits: Ask(method: "PUT"), misses: Ask(method: "GET"), why: "the opposite"),
            .operation("", "notPorts", "80", fits: Ask(port: 8080), misses: Ask(port: 80), why: "the opposite"),
            RuleCase(
                "", "{to: [{operation: {paths: ['/a*'], notPaths: ['/ab', '/ac']}}]}", fits: Ask(path: "/ad"),
                misses: Ask(path: "/ac"), why: "both lists at once, any of the values"),
        ])
    func negations(_ row: RuleCase) throws { try row.check() }
}
