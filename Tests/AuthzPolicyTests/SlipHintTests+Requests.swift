import AuthzCore
import Testing

@testable import AuthzPolicy

/// Those who write suites and requests.
extension SlipHintTests {
    private static func test(_ fields: String) -> String { "tests:\n- name: a\n  \(fields)\n" }

    @Test(
        "a fault in a suite",
        arguments: [
            Row(
                text: "requests: [{name: a, expect: allow}]", says: "1:1 unknown-field: did you mean `tests`?",
                why: "what the cases are about"),
            Row(
                text: "- name: a\n  expect: allow",
                says: "1:1 wrong-type: write `tests:` above the cases, and indent them below it", why: "cases alone"),
            Row(
                text: "kind: Suite\n" + test("expect: allow"),
                says: "1:1 unknown-field: `kind` is a field of a resource, and a suite is none: leave it out",
                why: "the head of a resource"),
            Row(
                text: "tests: [{expect: allow}]", says: "1:9 missing-field: write what the case shows, `name: …`",
                why: "no name"),
            Row(
                text: test("expect: [allow]"), says: "3:11 wrong-type: write `expect: allow`", why: "a list of one"),
            Row(
                text: test("expect: allow, 200"), says: "3:11 unknown-value: write `{outcome: allow, status: 200}`",
                why: "two expectations in one text"),
            Row(
                text: test("expect: maybe"),
                says: "3:11 unknown-value: write `allow`, `deny`, or `{outcome: deny, status: 403}` to compare more",
                why: "no outcome at all"),
            Row(
                text: test("expect: {allowed: false}"),
                says: "3:12 unknown-field: `allowed` is a field of no mapping: write `expect: allow` or `expect: deny`",
                why: "a participle as a field"),
            Row(
                text: test("expect: {status: 200 OK}"), says: "3:20 wrong-type: write `200`",
                why: "a status with its words"),
            Row(text: test("expect: {status: [403]}"), says: "3:20 wrong-type: write `403`", why: "a list of one"),
            Row(
                text: test("expect: {policy: cart}"),
                says: "3:20 invalid-policy-name: write `NAMESPACE/cart`, with its namespace", why: "no namespace"),
            Row(
                text: test("source: cluster.local/ns/a/sa/b\n  expect: allow"),
                says: "3:11 unknown-fixture: write `{principal: cluster.local/ns/a/sa/b}`",
                why: "a principal in the place of a name"),
            Row(
                text: test("destination: shop/cart\n  expect: allow"),
                says: "3:16 unknown-fixture: write `{workload: shop/cart}`", why: "a workload in the place of a name"),
            Row(
                text: test("assumeCustom: yes\n  expect: allow"), says: "3:17 unknown-value: no hint",
                why: "an answer that is none"),
            Row(text: "cases: []", says: "1:1 unknown-field: did you mean `tests`?", why: "another word"),
            Row(
                text: "tests: {a: {expect: allow}}",
                says:
                    "1:8 wrong-type: write `tests: [{name: …, expect: …}]`, or each entry on lines of its own behind `- `",
                why: "no list"),
            Row(
                text: test("expect: {determiningPolicy: a/b}"), says: "3:12 unknown-field: did you mean `policy`?",
                why: "the name that decisions have"),
            Row(
                text: test("expect: {statusCode: 403}"), says: "3:12 unknown-field: did you mean `status`?",
                why: "two words for one"),
            Row(
                text: test("expect: {verdict: deny}"), says: "3:12 unknown-field: did you mean `outcome`?",
                why: "another word"),
            Row(text: test("expect: 403"), says: "3:11 unknown-value: write `{status: 403}`", why: "only a status"),
            Row(text: test("expect: false"), says: "3:11 unknown-value: write `deny`", why: "a Boolean"),
            Row(
                text: test("expect: {allow: true}"),
                says: "3:12 unknown-field: `allow` is a field of no mapping: write `expect: allow` or `expect: deny`",
                why: "an outcome as a field"),
            Row(
                text: "resources: {kind: a}\n" + test("expect: allow"),
                says: "1:12 wrong-type: write `resources: |` and the YAML below it", why: "resources that are no text"),
            Row(text: test("expect: denied"), says: "3:11 unknown-value: did you mean `deny`?", why: "a participle"),
            Row(
                text: test("expect: {status: '403'}"), says: "3:20 wrong-type: write it without quotes",
                why: "a number in quotes"),
            Row(
                text: test("request: {}"), says: "2:3 missing-field: write `expect: allow` or `expect: deny`",
                why: "nothing expected"),
            Row(
                text: test("method: GET\n  expect: allow"), says: "3:3 unknown-field: `method` is a field of `request`",
                why: "indented too little"),
            Row(
                text: test("outcome: allow"), says: "2:3 missing-field: write `expect: allow` or `expect: deny`",
                why: "an expectation without its name"),
            Row(
                text: test("source: frontend\n  expect: allow"),
                says:
                    "3:11 unknown-fixture: write what it is: `source: {principal: cluster.local/ns/NAMESPACE/sa/ACCOUNT}`, "
                    + "or name that in `sources` of the suite", why: "a name without a fixture"),
            Row(
                text: "sources: {a: cluster.local/ns/a/sa/b}\n" + test("expect: allow"),
                says: "1:14 wrong-type: write `{principal: cluster.local/ns/a/sa/b}`", why: "a principal alone"),
            Row(
                text: "tokens: {a: {iss: i}}\n" + test("expect: allow"),
                says: "1:13 missing-field: write `{claims: {iss: …, sub: …}}`",
                why: "claims, of which the next message says where they belong"),
            Row(
                text: "policy: [a]\n" + test("expect: allow"), says: "1:1 unknown-field: did you mean `policies`?",
                why: "one policy"),
            Row(
                text: "", says: "1:1 missing-document: such as `\(Suite.smallest)`", why: "nothing at all"),
            Row(
                text: "tests:\n  - name: a\n   expect: allow",
                says: "3:4 invalid-yaml: "
                    + "indent this as the fields of the entry above, or begin it with `- ` in the column of the others",
                why: "indented otherwise"),
        ])
    func suites(_ row: Row) {
        let outcomes = SuiteDecoder.decode(Array(row.text.utf8), file: "s_test.yaml")
        #expect(Self.said(outcomes.flatMap(\.diagnostics)) == row.says)
    }

    @Test("the smallest suite is one")
    func smallest() {
        let outcomes = SuiteDecoder.decode(Array(Suite.smallest.utf8), file: "s_test.yaml")
        #expect(outcomes.first?.suite?.cases.count == 1)
    }

    // MARK: Requests

    @Test(
        "a fault in a request",
        arguments: [
            Row(text: "{path: /}", says: "1:2 unknown-field: `path` is a field of `request`", why: "no `request`"),
            Row(text: "{request: {url: /}}", says: "1:12 unknown-field: did you mean `path`?", why: "another word"),
            Row(
                text: "{request: {verb: GET}}", says: "1:12 unknown-field: did you mean `method`?", why: "another word"),
            Row(
                text: "{request: {body: a}}",
                says: "1:12 unknown-field: its fields are `method`, `path`, `host`, `scheme`, `headers`",
                why: "what no policy reads"),
            Row(
                text: "{destination: {name: shop/cart}}", says: "1:16 unknown-field: did you mean `workload`?",
                why: "another word that another field begins with"),
            Row(text: "{dest: {}}", says: "1:2 unknown-field: did you mean `destination`?", why: "in short"),
            Row(
                text: "{source: {namespace: a}}",
                says: "1:11 unknown-field: `namespace` is a field of no request: a `principal` names all three, "
                    + "`TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`", why: "a part of a principal"),
            Row(text: "{request: GET /a}", says: "1:11 wrong-type: write `{method: GET, path: /a}`", why: "one line"),
            Row(
                text: "{destination: shop/cart}", says: "1:15 wrong-type: write `{workload: shop/cart}`",
                why: "a workload alone"),
            Row(text: "{source: 10.0.0.1}", says: "1:10 wrong-type: write `{ip: 10.0.0.1}`", why: "an address alone"),
            Row(
                text: "{destination: {workload: cart}}",
                says: "1:26 invalid-workload: write `NAMESPACE/cart`, with its namespace", why: "no namespace"),
            Row(
                text: "{destination: {workload: cart.shop}}",
                says: "1:26 invalid-workload: write `shop/cart`, its namespace first", why: "as a host"),
            Row(
                text: "{source: {workload: shop/cart}}",
                says: "1:11 unknown-field: `workload` is a field of `destination`: who calls is told by "
                    + "`principal: TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT`", why: "a caller by its workload"),
            Row(
                text: "{token: Bearer a.b.c}",
                says: "1:9 invalid-token: leave `Bearer` out: it is put in front of the token", why: "a whole header"),
            Row(
                text: "{token: alice}",
                says: "1:9 invalid-token: write `token: {claims: {iss: …, sub: …}}`, "
                    + "or `headers: {authorization: Bearer …}` to send it as it is", why: "a name for a token"),
            Row(
                text: "{source: {ip: 10.0.0.0/24}}", says: "1:15 invalid-address: no hint",
                why: "which address of a block is meant, nobody knows"),
            Row(
                text: "{request: {headers: [a]}}", says: "1:21 wrong-type: write `headers: {x-name: value}`",
                why: "headers as a list"),
            Row(
                text: "{tests: []}",
                says: "1:1 wrong-type: name a case of it, as `r.yaml#NAME`; `authz test` runs it", why: "a suite"),
            Row(
                text: "{request: {headers: {x-a: {b[c]: d}}}}",
                says: "1:29 invalid-yaml: within `{ }` and `[ ]` a text with `[` in it stands in quotes",
                why: "brackets in a text of the flow style"),
            Row(
                text: "{apiVersion: v1, kind: Pod}", says: "1:1 wrong-type: policies are given with `-p`",
                why: "a resource"),
            Row(
                text: "{\"source\": {} \"request\": {}}",
                says: "1:15 invalid-yaml: a `,` is missing between two fields, or the `}` behind the last",
                why: "no comma"),
        ])
    func requests(_ row: Row) {
        do throws(InputError) {
            _ = try RequestDocumentDecoder.decode(Array(row.text.utf8), file: "r.yaml", from: .offline)
            Issue.record("it is read")
        } catch {
            #expect(Self.said(error.diagnostics) == row.says)
        }
    }
}
