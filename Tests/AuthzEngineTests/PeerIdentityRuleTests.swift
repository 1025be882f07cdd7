import AuthzEngine
import AuthzPolicy
import Testing

/// What policies make of a peer's identity (AuthorizationPolicy dossier 4; SR-18, SR-19, SR-21).
@Suite struct PeerIdentityRuleTests {
    private static func peer(_ identity: String) -> Ask { Ask(principal: "spiffe://" + identity) }
    private static let bar = peer("td1/ns/foo/sa/bar")

    @Test(
        "a principal is compared without its `spiffe://`",
        arguments: [
            RuleCase.source(
                "AP 42", "principals", "td1/ns/foo/sa/bar", fits: bar, misses: peer("td1/ns/foo/sa/baz"), why: "exactly"
            ),
            .source("AP 43", "principals", "spiffe://td1/ns/foo/sa/bar", misses: bar, why: "never written in a policy"),
            .source("AP 44", "principals", "td1/ns/*/sa/bar", misses: bar, why: "a star inside is a star"),
            .source("AP 44", "principals", "td1/ns/*/sa/bar", fits: peer("td1/ns/*/sa/bar"), why: "as here"),
            .source(
                "AP 45", "principals", "*/ns/foo/sa/bar", fits: bar, misses: peer("td1/ns/foo/sa/bar2"), why: "a suffix"
            ),
            .source(
                "", "principals", "*/ns/foo/sa/bar", fits: peer("td1/x/ns/foo/sa/bar"), why: "of text, not of parts"),
            .source(
                "", "principals", "*ns/a/sa/b", fits: peer("td/fins/a/sa/b"), misses: peer("td/fin/a/sa/b"), why: "text"
            ),
            .source(
                "AP 46", "principals", "td1/ns/foo/*", fits: bar, misses: peer("td1/ns/fo/sa/bar"), why: "a prefix"),
            .source("AP 47", "principals", "*", fits: bar, misses: .plaintext(), why: "any, but one"),
            .source("", "principals", "*", fits: Ask(principal: "CN=client"), why: "SPIFFE or not"),
            .source(
                "", "principals", "*bar", fits: bar, misses: Ask(principal: "CN=bar"),
                why: "a suffix of SPIFFE IDs only"),
            .source(
                "AP 48", "notPrincipals", "td1/ns/x/sa/y", fits: .plaintext(), misses: peer("td1/ns/x/sa/y"),
                why: "no peer is not that one"),
            .source("AP 49", "notPrincipals", "*", fits: .plaintext(), misses: bar, why: "the way to ask for mTLS"),
            .source("", "principals", "td1/ns/foo/sa/.ar", misses: bar, why: "SR-18: a dot is a dot"),
            .when("", "source.principal", "*/bar", fits: bar, misses: peer("td1/ns/foo/sa/ba"), why: "as a condition"),
        ])
    func principals(_ row: RuleCase) throws { try row.check() }

    @Test(
        "trust domain aliases stand for each other in principals",
        arguments: [
            RuleCase.source(
                "AP 50", "principals", "cluster.local/ns/foo/sa/bar", fits: bar, misses: peer("td2/ns/foo/sa/bar"),
                why: "the literal name is the mesh's"),
            .source(
                "AP 51", "principals", "cluster.local/ns/foo/sa/bar", misses: peer("cluster.local/ns/foo/sa/bar"),
                why: "and no longer itself"),
            .source(
                "AP 52", "principals", "td1/ns/foo/sa/bar", fits: peer("td2/ns/foo/sa/bar"),
                misses: peer("td3/ns/foo/sa/bar"), mesh: .test(aliases: ["td2"]), why: "an alias"),
            .source(
                "AP 52", "principals", "td1/ns/foo/sa/bar", misses: peer("td2/ns/foo/sa/bar"),
                why: "which it is not here"),
            .source(
                "AP 53", "principals", "td1/ns/foo/*", fits: bar, misses: peer("td2/ns/foo/sa/bar"),
                mesh: .test(aliases: ["td2"]), why: "four parts are left alone"),
            .source(
                "AP 54", "principals", "td1/ns/foo/sa/*", fits: peer("td2/ns/foo/sa/bar"),
                misses: peer("td2/ns/fo/sa/bar"), mesh: .test(aliases: ["td2"]), why: "five are not"),
            .source(
                "AP 55", "principals", "td9/ns/foo/sa/bar", fits: peer("td9/ns/foo/sa/bar"), misses: bar,
                mesh: .test(aliases: ["td2"]), why: "a foreign one stays"),
            .source(
                "AP 56", "principals", "*-td1/ns/foo/sa/bar", fits: peer("td2/ns/foo/sa/bar"),
                misses: peer("td1/ns/foo/sa/bar"),
                mesh: .test(trustDomain: "td2", aliases: ["foo-td1", "cluster.local"]), why: "widened"),
            .source(
                "AP 57", "principals", "td*/ns/foo/sa/bar", fits: peer("td2/ns/foo/sa/bar"),
                misses: peer("td9/ns/foo/sa/bar"), mesh: .test(aliases: ["td2"]), why: "narrowed"),
            .when(
                "AP 58", "source.principal", "td1/ns/foo/sa/bar", fits: peer("td2/ns/foo/sa/bar"),
                misses: peer("td3/ns/foo/sa/bar"), mesh: .test(aliases: ["td2"]), why: "a condition too"),
            .source(
                "AP 58", "notPrincipals", "td1/ns/foo/sa/bar", fits: peer("td3/ns/foo/sa/bar"),
                misses: peer("td2/ns/foo/sa/bar"), mesh: .test(aliases: ["td2"]), why: "and the negation"),
            RuleCase(
                "AP 58", "{when: [{key: source.principal, notValues: [td1/ns/foo/sa/bar]}]}",
                fits: peer("td3/ns/foo/sa/bar"), misses: peer("td2/ns/foo/sa/bar"), mesh: .test(aliases: ["td2"]),
                why: "and its negation"),
            .source(
                "PA 81", "principals", "cluster.local/ns/a/sa/b", fits: peer("td2/ns/a/sa/b"),
                misses: peer("td3/ns/a/sa/b"), mesh: .test(aliases: ["td2"]), why: "a peer of an alias"),
            .source(
                "PA 82", "principals", "*/ns/a/sa/b", fits: peer("zzz/ns/a/sa/b"), misses: peer("zzz/ns/a/sa/c"),
                mesh: .test(aliases: ["td2"]), why: "any trust domain"),
            .source(
                "PA 83", "principals", "other/ns/a/sa/b", fits: peer("other/ns/a/sa/b"), misses: peer("td1/ns/a/sa/b"),
                mesh: .test(aliases: ["td2"]), why: "the mesh is not the foreign one"),
        ])
    func aliases(_ row: RuleCase) throws { try row.check() }

    @Test(
        "a namespace is looked for anywhere in the identity",
        arguments: [
            RuleCase.source(
                "AP 59", "namespaces", "foo", fits: peer("other/ns/foo/sa/x"), misses: peer("other/ns/fo/sa/x"),
                why: "the trust domain is free"),
            .source("AP 60", "namespaces", "fo", misses: bar, why: "the whole name"),
            .source(
                "AP 61", "namespaces", "f*o", fits: bar, misses: peer("td1/ns/fob/sa/bar"),
                why: "a star inside is a wildcard here"),
            .source(
                "AP 62", "namespaces", "*a", fits: bar, misses: Ask(principal: "spiffe://td1/ns/foo/sb/x"),
                why: "`/sa/` supplies the letter"),
            .source(
                "AP 62", "namespaces", "*data", fits: peer("td1/ns/bigdata/sa/x"), misses: peer("td1/ns/bigdate/sa/x"),
                why: "a longer end does not"),
            .source(
                "AP 63", "namespaces", "f.o", fits: peer("td1/ns/f.o/sa/x"), misses: bar, why: "SR-18: a dot is a dot"),
            .source(
                "", "namespaces", "prod*", fits: peer("t/ns/prod-eu/sa/x"), misses: peer("t/ns/pro/sa/x"),
                why: "a prefix"),
            .source("", "namespaces", "*", fits: bar, misses: peer("td1/sa/bar"), why: "any namespace"),
            .source("", "namespaces", "*/sa/x", misses: peer("t/ns/prod/sa/x"), why: "a slash must follow"),
            .source(
                "", "namespaces", "p*a", fits: peer("t/ns/prod/sa/x"), misses: peer("t/ns/rod/sa/x"),
                why: "across the slash"),
            .source(
                "", "namespaces", "foo", fits: Ask(principal: "CN=x/ns/foo/y"), misses: Ask(principal: "CN=x/ns/foo"),
                why: "SR-19: read as text"),
            .source(
                "", "notNamespaces", "prod", fits: .plaintext(), misses: peer("t/ns/prod/sa/x"),
                why: "SR-21: no peer has none"),
            .source("", "namespaces", "(foo|bar)+", misses: bar, why: "SR-18: no expression"),
            .when("", "source.namespace", "foo", fits: bar, misses: .plaintext(), why: "as a condition"),
        ])
    func namespaces(_ row: RuleCase) throws { try row.check() }

    @Test(
        "a service account is one name in one namespace",
        arguments: [
            RuleCase.source(
                "AP 64", "serviceAccounts", "bar", fits: bar, misses: peer("td1/ns/fob/sa/bar"),
                why: "of the policy's own namespace"),
            .source(
                "AP 64", "serviceAccounts", "bar", fits: peer("td1/ns/istio-system/sa/bar"), misses: bar,
                namespace: "istio-system", why: "which may be the root namespace"),
            .source(
                "AP 65", "serviceAccounts", "foo/bar", fits: bar, misses: peer("td1/ns/foo/sa/bar-2"),
                why: "the whole name"),
            .source(
                "AP 66", "serviceAccounts", "foo/bar", fits: peer("x/ns/foo/sa/bar"), misses: peer("x/ns/fo/sa/bar"),
                why: "any trust domain"),
            .source(
                "", "serviceAccounts", "foo/bar", fits: peer("x/ns/foo/y/sa/bar/z"), misses: peer("x/ns/foo/ysa/bar"),
                why: "segments between and behind"),
            .source(
                "", "serviceAccounts", "foo/bar", fits: peer("x/ns/foo/sa/barb/sa/bar"),
                misses: peer("x/ns/foo/sa/bar/"), why: "the second place; a last segment is not empty"),
            .source(
                "", "serviceAccounts", "foo/sa", fits: peer("x/ns/foo/ysa/sa/sa"), misses: peer("x/ns/foo/ysa/sa/s"),
                why: "places that overlap"),
            .source(
                "", "serviceAccounts", "foo/bar", fits: peer("x/ns/foo//sa/sa/bar"), misses: peer("x/ns/foo//sa/bar"),
                why: "a segment between is not empty"),
            .source(
                "", "serviceAccounts", "foo/bar", misses: peer("/ns/foo/sa/bar"), why: "a trust domain is not empty"),
            .source(
                "", "serviceAccounts", "foo/b.r", fits: peer("td1/ns/foo/sa/b.r"), misses: bar,
                why: "SR-18: a dot is a dot"),
            .source(
                "", "notServiceAccounts", "foo/bar", fits: .plaintext(), misses: bar,
                why: "SR-21: no peer is not that one"),
            .when(
                "", "source.serviceAccount", "foo/bar", fits: bar, misses: peer("td1/ns/bar/sa/foo"),
                why: "as a condition"),
        ])
    func serviceAccounts(_ row: RuleCase) throws { try row.check() }

    @Test(
        "a trust domain is the first part of a SPIFFE ID",
        arguments: [
            RuleCase.source(
                "AP 67", "trustDomains", "td1", fits: peer("td2/ns/foo/sa/bar"), misses: peer("td3/ns/foo/sa/bar"),
                mesh: .test(aliases: ["td2"]), why: "an alias"),
            .source(
                "AP 68", "trustDomains", "cluster.local", fits: peer("cluster.local/x"), misses: bar,
                why: "no name is special"),
            .source(
                "AP 69", "trustDomains", "t*", fits: bar, misses: peer("x/td1/ns/foo/sa/bar"),
                why: "only the first part"),
            .source("", "trustDomains", "*1", fits: bar, misses: peer("td2/ns/foo/sa/bar"), why: "a suffix of it"),
            .source("", "trustDomains", "*", fits: peer("x"), misses: Ask(principal: "CN=x"), why: "any SPIFFE ID"),
            .source("", "trustDomains", "td1", fits: peer("td1/"), misses: peer("td1"), why: "its slash is needed"),
            .source("", "trustDomains", "td", misses: bar, why: "the whole name"),
            .source("", "notTrustDomains", "td1", fits: .plaintext(), misses: bar, why: "SR-21: no peer has none"),
            .when("", "source.trustDomain", "td1", fits: bar, misses: .plaintext(), why: "as a condition"),
        ])
    func trustDomains(_ row: RuleCase) throws { try row.check() }
}
