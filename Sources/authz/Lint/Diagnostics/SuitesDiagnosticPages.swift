/// Suites, and what is given beside policies.
enum SuitesDiagnosticPages {
    static let invalidPolicyName = DiagnosticPage(
        .suite,
        means: """
            `policy` of an expectation is `NAMESPACE/NAME`.
            """,
        bad: """
            tests:
            - name: anybody reads the cart
              destination: {workload: shop/cart, port: 8080}
              request: {path: /cart}
              expect: {outcome: deny, policy: no-admin}
            """,
        good: """
            tests:
            - name: anybody reads the cart
              destination: {workload: shop/cart, port: 8080}
              request: {path: /cart}
              expect: {outcome: deny, policy: shop/no-admin}
            """)

    static let unknownFixture = DiagnosticPage(
        .suite,
        means: """
            A case uses a name that `sources`, `destinations` or `tokens` of the suite, or its `fixtures`,
            do not have.
            """,
        bad: """
            sources:
              frontend: {principal: cluster.local/ns/shop/sa/frontend}
            tests:
            - name: the frontend reads
              source: frontent
              destination: {workload: shop/cart, port: 8080}
              expect: allow
            """,
        good: """
            sources:
              frontend: {principal: cluster.local/ns/shop/sa/frontend}
            tests:
            - name: the frontend reads
              source: frontend
              destination: {workload: shop/cart, port: 8080}
              expect: allow
            """)

    static let emptyList = DiagnosticPage(
        .suite,
        means: """
            Lists multiply a case, so an empty one leaves none: nothing would be tested, and it would look
            as if all had passed.
            """,
        bad: """
            tests:
            - name: nobody reads
              destination: {workload: shop/cart, port: 8080}
              request: {path: []}
              expect: deny
            """,
        good: """
            tests:
            - name: nobody reads
              destination: {workload: shop/cart, port: 8080}
              request: {path: [/a, /b]}
              expect: deny
            """)

    static let nothingExpected = DiagnosticPage(
        .suite,
        means: """
            `expect` names nothing to compare, so the case would pass whatever is decided.
            """,
        bad: """
            tests:
            - name: anybody reads the cart
              destination: {workload: shop/cart, port: 8080}
              request: {path: /cart}
              expect: {}
            """,
        good: """
            tests:
            - name: anybody reads the cart
              destination: {workload: shop/cart, port: 8080}
              request: {path: /cart}
              expect: {outcome: allow}
            """)

    static let tooManyCases = DiagnosticPage(
        .suite,
        means: """
            The lists of a suite multiply to more than 100,000 cases.
            """,
        bad: """
            sources:
              s0: {ip: 10.0.0.0}
              s1: {ip: 10.0.0.1}
              s2: {ip: 10.0.0.2}
              s3: {ip: 10.0.0.3}
              s4: {ip: 10.0.0.4}
              s5: {ip: 10.0.0.5}
              s6: {ip: 10.0.0.6}
              s7: {ip: 10.0.0.7}
              s8: {ip: 10.0.0.8}
            tests:
            - name: far too much
              source: [s0, s1, s2, s3, s4, s5, s6, s7, s8]
              destination: {workload: shop/cart, port: 8080}
              request:
                method: [GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE, CONNECT]
                path: [/a, /b, /c, /d, /e, /f, /g, /h, /i, /j, /k, /l, /m, /n, /o, /p, /q, /r, /s, /t, /u, /v, \
            /w, /x, /y, /z, /0, /1, /2, /3, /4, /5, /6, /7, /8, /9]
                host: [ha, hb, hc, hd, he, hf, hg, hh, hi, hj, hk, hl, hm, hn, ho, hp, hq, hr, hs, ht, hu, hv, \
            hw, hx, hy, hz, h0, h1, h2, h3, h4, h5, h6, h7, h8, h9]
              expect: allow
            """,
        good: """
            tests:
            - name: anybody reads the cart
              destination: {workload: shop/cart, port: 8080}
              request: {path: /cart}
              expect: allow
            """)

    static let noCase = DiagnosticPage(
        .suite,
        means: """
            The suite runs no case: it has none, or each is skipped.
            """,
        bad: """
            tests: []
            """,
        good: """
            tests:
            - name: anybody reads the cart
              destination: {workload: shop/cart, port: 8080}
              request: {path: /cart}
              expect: allow
            """)

    static let noSuite = DiagnosticPage(
        .command,
        means: """
            The folder has no file `*_test.yaml`, or the file holds no suite.
            """,
        bad: """
            mkdir -p empty; authz test empty/
            """,
        good: """
            authz test policies/
            """)

    static let unknownWorkload = DiagnosticPage(
        .command,
        means: """
            A request or an option names a workload that the inventory does not have, or none at all. It is
            denied, since nobody knows which policies reach it. Or it names the Service or the account of one
            and no labels, and is decided for a workload without labels, which no selector fits.
            """,
        bad: """
            printf 'destination: {workload: production/apy}' | authz explain -
            """,
        good: """
            printf 'destination: {workload: production/api}' | authz explain -
            """)

    static let requestSlip = DiagnosticPage(
        .command,
        means: """
            A case asks about what is not there, and is but a slip away from what is: a port of a Service that
            leads to another port, a namespace, service account or label that the inventory lacks, an issuer
            or audience that no RequestAuthentication accepts. A `deny` passes by such a slip, whatever the
            policies are. Where it is meant, an `expect` that names the reason says so for tokens and trust
            domains.
            """,
        bad: """
            printf 'tests: [{name: a, source: {principal: cluster.local/ns/production/sa/fronted}, \
            destination: {workload: production/api}, request: {path: /api/v1/}, expect: deny}]' > a_test.yaml; \
            authz test -p policies/ a_test.yaml
            """,
        good: """
            printf 'tests: [{name: a, source: {principal: cluster.local/ns/production/sa/frontend}, \
            destination: {workload: production/api}, request: {path: /api/v1/}, expect: allow}]' > a_test.yaml; \
            authz test -p policies/ a_test.yaml
            """)

    static let unusedKeySet = DiagnosticPage(
        .command,
        means: """
            A key set is given for a URI that no rule names: most likely the URI is misspelled, and the rule
            has no keys.
            """,
        bad: """
            authz token mint -q --alg ES256 '{}' | tail -1 > keys.json; authz lint --jwks \
            https://issuer.example/kyes=keys.json policies/
            """,
        good: """
            authz lint policies/
            """)

    static let keysNotFetched = DiagnosticPage(
        .command,
        means: """
            Keys could not be fetched from where a rule says that they are. Tokens of that issuer are
            refused as `keys-unavailable`. Give the keys with `--jwks URI=FILE`.
            """,
        bad: """
            authz test --fetch-jwks -p remote.yaml suite_test.yaml
            """,
        good: """
            authz test --jwks https://issuer.example/keys=keys.json -p remote.yaml suite_test.yaml
            """)
}
