import AuthzCore
import Testing

@testable import AuthzPolicy

@Suite struct PrincipalFormTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var text: String
        var hint: String?
        var why: String
        var testDescription: String { "`\(text)`: \(why)" }
    }

    @Test(
        "a principal that no workload has is warned of, with what to write",
        arguments: [
            Row(text: "cluster.local/ns/a/sa/b", hint: nil, why: "as it should be"),
            Row(
                text: "spiffe://cluster.local/ns/a/sa/b", hint: "write `cluster.local/ns/a/sa/b`",
                why: "with its scheme"),
            Row(text: "spiffe://cluster.local/ns/a/*", hint: "write `cluster.local/ns/a/*`", why: "a pattern with it"),
            Row(
                text: "spiffe://cluster.local/ns/a/serviceaccount/b", hint: "write `cluster.local/ns/a/sa/b`",
                why: "two slips"),
            Row(text: "cluster.local/ns/a/serviceaccount/b", hint: "write `cluster.local/ns/a/sa/b`", why: "in full"),
            Row(text: "cluster.local/namespace/a/sa/b", hint: "write `cluster.local/ns/a/sa/b`", why: "in full"),
            Row(text: "cluster.local/ns/a/b", hint: "write `cluster.local/ns/a/sa/b`", why: "without `/sa/`"),
            Row(text: "ns/a/sa/b", hint: "write `cluster.local/ns/a/sa/b`", why: "without trust domain"),
            Row(text: "/ns/a/sa/b", hint: "write `cluster.local/ns/a/sa/b`", why: "with an empty one"),
            Row(text: "a/b", hint: "write `cluster.local/ns/a/sa/b`", why: "as in `serviceAccounts`"),
            Row(text: "system:serviceaccount:a:b", hint: "write `cluster.local/ns/a/sa/b`", why: "as in Kubernetes"),
            Row(text: "a:b", hint: "write `cluster.local/ns/a/sa/b`", why: "joined by something else"),
            Row(
                text: "https://i.example.com/alice",
                hint: "write it in `requestPrincipals`, or in `notRequestPrincipals` where it is left out",
                why: "of a token"),
            Row(
                text: "https://i.example.com/*",
                hint: "write it in `requestPrincipals`, or in `notRequestPrincipals` where it is left out",
                why: "a pattern of tokens"),
            Row(text: "b", hint: "write `cluster.local/ns/NAMESPACE/sa/b`, with its namespace", why: "only an account"),
            Row(text: "td.example.com/db", hint: nil, why: "an identity that another authority may give"),
            Row(text: "td/a/b/c/d", hint: nil, why: "the same"),
            Row(text: "cluster.local/ns/a/*", hint: nil, why: "a pattern for a namespace"),
            Row(text: "*/sa/b", hint: nil, why: "a pattern for an account"),
            Row(text: "*", hint: nil, why: "everybody"),
        ])
    func peers(_ row: Row) {
        #expect(PrincipalForm.problem(ofPeer: row.text)?.hint == row.hint)
        #expect(PrincipalForm.problem(ofPeer: row.text).map { $0.code == .principalForm } ?? true)
    }

    @Test(
        "a request principal without issuer or subject is warned of",
        arguments: [
            Row(text: "https://i.example.com/alice", hint: nil, why: "as it should be"),
            Row(text: "i/alice", hint: nil, why: "an issuer that is no URL"),
            Row(text: "alice", hint: "write `ISSUER/alice`, with the issuer of its token", why: "only a subject"),
            Row(
                text: "https://i.example.com",
                hint: "write `https://i.example.com/SUBJECT`, or `/*` at its end for every subject",
                why: "only an issuer"),
            Row(
                text: "cluster.local/ns/a/sa/b",
                hint: "write it in `principals`, or in `notPrincipals` where it is left out", why: "of a workload"),
            Row(
                text: "spiffe://cluster.local/ns/a/sa/b",
                hint: "write it in `principals`, or in `notPrincipals` where it is left out", why: "with its scheme"),
            Row(
                text: "*/ns/a/sa/b", hint: "write it in `principals`, or in `notPrincipals` where it is left out",
                why: "a pattern of workloads"),
            Row(
                text: "cluster.local/ns/a/*",
                hint: "write it in `principals`, or in `notPrincipals` where it is left out", why: "the same"),
            Row(text: "i/ns/alice", hint: nil, why: "an issuer that has `ns` in it"),
            Row(text: "https://i/ns/a/sa/b", hint: nil, why: "an issuer that is a URL"),
            Row(text: "*", hint: nil, why: "everybody"), Row(text: "*/alice", hint: nil, why: "of any issuer"),
        ])
    func tokens(_ row: Row) {
        #expect(PrincipalForm.problem(ofRequest: row.text)?.hint == row.hint)
    }

    @Test(
        "a service account that is joined to its namespace by something else than a slash is warned of",
        arguments: [
            Row(text: "a:b", hint: "write `a/b`", why: "a colon"), Row(text: "a|b", hint: "write `a/b`", why: "a bar"),
            Row(text: "a@b", hint: nil, why: "either may be the account"),
            Row(text: "system:serviceaccount:a:b", hint: "write `a/b`", why: "as in Kubernetes"),
            Row(text: "a/b", hint: nil, why: "as it should be"), Row(text: "b", hint: nil, why: "an account alone"),
            Row(text: "a.b", hint: nil, why: "a name that an account may have"),
            Row(text: "a-b", hint: nil, why: "the same"), Row(text: "a:b:c", hint: nil, why: "more than two names"),
            Row(text: ":b", hint: nil, why: "no namespace"),
        ])
    func accounts(_ row: Row) {
        #expect(AccountForm.problem(of: row.text)?.hint == row.hint)
        #expect(AccountForm.problem(of: row.text).map { $0.code == .principalForm } ?? true)
    }
}
