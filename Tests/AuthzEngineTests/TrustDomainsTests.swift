import Testing

@testable import AuthzEngine

@Suite struct TrustDomainsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var domains: [String], value: String, expanded: [String], why: String
        var testDescription: String { "\(value) in \(domains): \(why)" }
    }

    @Test(
        "a principal stands for itself in every trust domain of the mesh",
        arguments: [
            Case(
                domains: ["td1", "cluster.local"], value: "cluster.local/ns/foo/sa/bar",
                expanded: ["td1/ns/foo/sa/bar", "cluster.local/ns/foo/sa/bar"], why: "AP 50: the literal name, an alias"
            ),
            Case(
                domains: ["td1"], value: "cluster.local/ns/foo/sa/bar", expanded: ["td1/ns/foo/sa/bar"],
                why: "AP 51: and where it is none it is gone"),
            Case(
                domains: ["td1", "td2"], value: "td1/ns/foo/sa/bar",
                expanded: ["td1/ns/foo/sa/bar", "td2/ns/foo/sa/bar"],
                why: "AP 52: an alias"),
            Case(
                domains: ["td1"], value: "td2/ns/foo/sa/bar", expanded: ["td2/ns/foo/sa/bar"],
                why: "AP 55: a foreign one"),
            Case(
                domains: ["td2", "td1"], value: "td1/ns/foo/sa/*", expanded: ["td2/ns/foo/sa/*", "td1/ns/foo/sa/*"],
                why: "AP 54: five parts, though one is a star"),
            Case(
                domains: ["td2", "td1"], value: "td1/ns/foo/*", expanded: ["td1/ns/foo/*"],
                why: "AP 53: four parts are not"),
            Case(domains: ["td2", "td1"], value: "td1/*", expanded: ["td1/*"], why: "nor two"),
            Case(domains: ["td2", "td1"], value: "td1*", expanded: ["td1*"], why: "nor one"),
            Case(
                domains: ["td2", "foo-td1", "cluster.local"], value: "*-td1/ns/foo/sa/bar",
                expanded: ["td2/ns/foo/sa/bar", "*-td1/ns/foo/sa/bar", "cluster.local/ns/foo/sa/bar"],
                why: "AP 56: wider than written"),
            Case(
                domains: ["new-td", "old-td"], value: "*-td/ns/a/sa/b", expanded: ["*-td/ns/a/sa/b"],
                why: "both aliases keep it, once"),
            Case(
                domains: ["td1", "td2"], value: "td*/ns/foo/sa/bar",
                expanded: ["td1/ns/foo/sa/bar", "td2/ns/foo/sa/bar"],
                why: "AP 57: the pattern is replaced"),
            Case(
                domains: ["td1"], value: "*/ns/foo/sa/bar", expanded: ["*/ns/foo/sa/bar"],
                why: "PA 82: any trust domain"),
            Case(domains: ["td1"], value: "*", expanded: ["*"], why: "a lone star"),
            Case(domains: ["td1"], value: "*sa/zzz", expanded: ["*sa/zzz"], why: "a suffix of two parts"),
            Case(
                domains: ["td1"], value: "spiffe://td1/ns/foo/sa/bar", expanded: ["spiffe://td1/ns/foo/sa/bar"],
                why: "seven parts"),
            Case(
                domains: ["td1", "*"], value: "x/ns/foo/sa/bar", expanded: ["td1/ns/foo/sa/bar", "*/ns/foo/sa/bar"],
                why: "an alias `*` is related to all"),
            Case(
                domains: ["td1", "t*"], value: "tx/ns/foo/sa/bar", expanded: ["td1/ns/foo/sa/bar", "t*/ns/foo/sa/bar"],
                why: "an alias that is a prefix"),
            Case(
                domains: ["td1", "*x"], value: "tx/ns/foo/sa/bar", expanded: ["td1/ns/foo/sa/bar", "*x/ns/foo/sa/bar"],
                why: "or a suffix"),
            Case(domains: ["td1"], value: "td1/ns//sa/b", expanded: ["td1/ns//sa/b"], why: "empty parts count"),
            Case(
                domains: ["td1"], value: "/ns/a/sa/b", expanded: ["/ns/a/sa/b"], why: "no trust domain is a foreign one"
            ),
        ])
    func principals(_ c: Case) {
        #expect(TrustDomains(c.domains).expand(principal: c.value) == c.expanded)
    }

    @Test(
        "a trust domain stands for all of the mesh's where it is one of them",
        arguments: [
            Case(domains: ["td1", "td2"], value: "td1", expanded: ["td1", "td2"], why: "AP 67: the mesh's own"),
            Case(domains: ["td1", "td2"], value: "td2", expanded: ["td1", "td2"], why: "AP 67: an alias"),
            Case(domains: ["td1", "td2"], value: "td*", expanded: ["td*"], why: "a pattern is not"),
            Case(
                domains: ["td1"], value: "cluster.local", expanded: ["cluster.local"], why: "AP 68: no name is special"),
        ])
    func trustDomains(_ c: Case) {
        #expect(TrustDomains(c.domains).expand(trustDomain: c.value) == c.expanded)
    }
}
