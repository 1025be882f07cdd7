import Testing

@testable import authz

/// What is said of a reason that there is none of.
@Suite struct ReasonHintTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var written: [String]
        var hint: String
        var testDescription: String { written.joined(separator: ", ") }
    }

    private static let denial =
        "a DENY rule denies as `denied-by-policy`, and where no ALLOW rule matches it is `no-allow-policy-matched`"

    @Test(
        "a reason that there is none of leads to the one that is meant, by its words or by its meaning",
        arguments: [
            Row(
                written: [
                    "no-allow-rule-matched", "no-rule-matched", "no-match", "default-deny", "no-policy-matched",
                    "not-allowed-by-policy",
                ],
                hint: "did you mean `no-allow-policy-matched`?"),
            Row(written: ["allowed-by-rule"], hint: "did you mean `allowed-by-policy`?"),
            Row(
                written: ["plaintext-not-allowed", "plaintext", "no-plaintext", "plaintext-denied"],
                hint: "did you mean `plaintext-not-permitted`?"),
            Row(
                written: ["missing-token", "no-token", "token-missing", "missing-jwt", "unauthenticated"],
                hint:
                    "a request without a token is decided by the policies, which deny it as `no-allow-policy-matched` or `denied-by-policy`"
            ),
            Row(
                written: ["expired", "jwt-expired", "token_expired", "token-expird"],
                hint: "did you mean `token-expired`?"),
            Row(
                written: ["invalid-signature", "bad-signature", "signature-mismatch"],
                hint: "did you mean `token-signature-invalid`?"),
            Row(
                written: ["wrong-audience", "audience-mismatch", "audience"],
                hint: "did you mean `token-audience-mismatch`?"),
            Row(written: ["unknown-issuer", "issuer-mismatch"], hint: "did you mean `token-issuer-unknown`?"),
            Row(
                written: ["denied", "rbac", "forbidden", "access-denied", "not-allowed"],
                hint: denial),
            Row(
                written: ["invalid-token", "bad-token"],
                hint:
                    "a token that is refused is, for one, `token-malformed`, `token-signature-invalid`, `token-expired`, `token-issuer-unknown`, and what fails first is told"
            ),
            Row(
                written: ["mtls-required", "strict-mtls"],
                hint:
                    "plaintext to a STRICT port is `plaintext-not-permitted`, and mutual TLS to a port whose mode is DISABLE `mtls-not-accepted`"
            ),
            Row(
                written: ["allowed", "ok", "permitted"],
                hint:
                    "a rule allows as `allowed-by-policy`, and where no ALLOW policy reaches the workload it is `no-policy-applies`"
            ),
            Row(written: ["default-allow"], hint: "did you mean `no-policy-applies`?"),
            Row(written: ["custom-denied", "ext-authz-denied"], hint: "did you mean `denied-by-custom`?"),
            Row(written: ["custom-provider-unknown"], hint: "did you mean `custom-provider-invalid`?"),
            Row(written: ["bad-request"], hint: "did you mean `request-invalid`?"),
            Row(
                written: ["moonshine"],
                hint:
                    "the most common are `allowed-by-policy`, `no-policy-applies`, `denied-by-policy`, `no-allow-policy-matched`"
            ),
        ])
    func hint(_ row: Row) {
        for written in row.written { #expect(ReasonHint.text(for: written) == row.hint, "\(written)") }
    }

    @Test("the hint stands behind the reason, at its place")
    func suite() throws {
        let suite =
            "tests: [{name: a, destination: {workload: shop/cart}, request: {}, expect: {reason: missing-token}}]"
        let bad = try SuiteRunnerTests.run(["a_test.yaml": suite], ["a_test.yaml"], format: .text)
        #expect(bad.status == 2)
        #expect(
            bad.answer.contains(
                "a_test.yaml:1:85: there is no reason `missing-token`; a request without a token is decided by the policies"
            ),
            "\(bad.answer)")
    }
}
