/// Resources, inputs and request documents.
enum InputsDiagnosticPages {
    static let unknownKind = DiagnosticPage(
        .policies,
        means: """
            The API group of Istio security has no such kind.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorisationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: ALLOW
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: ALLOW
            """)

    static let unknownVersion = DiagnosticPage(
        .policies,
        means: """
            `security.istio.io` has the versions `v1` and `v1beta1`.
            """,
        bad: """
            apiVersion: security.istio.io/v2
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: ALLOW
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: ALLOW
            """)

    static let unknownSetting = DiagnosticPage(
        .policies,
        means: """
            Istio knows no such mesh setting. It is a warning, as a later version may; what is misspelled
            does nothing.
            """,
        bad: """
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            spec:
              meshConfig:
                trustDomian: example.com
            """,
        good: """
            apiVersion: install.istio.io/v1alpha1
            kind: IstioOperator
            spec:
              meshConfig:
                trustDomain: example.com
            """)

    static let duplicateResource = DiagnosticPage(
        .policies,
        means: """
            Two resources of one kind have the same namespace and name. In a cluster the later one takes the
            place of the other.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: ALLOW
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: ALLOW
              rules:
              - {}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: ALLOW
            ---
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: other, namespace: shop}
            spec:
              action: ALLOW
              rules:
              - {}
            """)

    static let unreadableInput = DiagnosticPage(
        .command,
        means: """
            The file or folder is not there, or may not be read.
            """,
        bad: """
            authz lint polices/
            """,
        good: """
            authz lint policies/
            """)

    static let unwritableOutput = DiagnosticPage(
        .command,
        means: """
            What was asked for cannot be written: the folder is not there, the file may not be written, or
            it is one of the inputs.
            """,
        bad: """
            authz test --coverage-html no-such-folder/page.html policies
            """,
        good: """
            authz test --coverage-html page.html policies
            """)

    static let noPolicyFiles = DiagnosticPage(
        .command,
        means: """
            The folder has no `*.yaml`, `*.yml` or `*.json` that could hold policies. Suites (`*_test.yaml`)
            are not policies.
            """,
        bad: """
            mkdir -p empty; authz lint empty/
            """,
        good: """
            authz lint policies/
            """)

    static let noResources = DiagnosticPage(
        .command,
        means: """
            The files are there, and no resource that is read is in them. An empty file is most likely still
            being written.
            """,
        bad: """
            printf "kind: Secret\\napiVersion: v1\\n" | authz lint -
            """,
        good: """
            authz lint policies/
            """)

    static let missingDocument = DiagnosticPage(
        .request,
        means: """
            The input is empty: there is no request, suite or token in it.
            """,
        bad: """
            # nothing
            """,
        good: """
            destination: {workload: shop/cart, port: 8080}
            """)

    static let extraDocument = DiagnosticPage(
        .request,
        means: """
            There is more than one document, or request, where one belongs.
            """,
        bad: """
            destination: {workload: shop/cart, port: 8080}
            ---
            destination: {workload: shop/cart, port: 8080}
            """,
        good: """
            destination: {workload: shop/cart, port: 8080}
            """)

    static let invalidAddress = DiagnosticPage(
        .request,
        means: """
            The text is no IP address, or, of an option, no address to listen at.
            """,
        bad: """
            source: {ip: 10.0.0.256}
            destination: {workload: shop/cart, port: 8080}
            """,
        good: """
            source: {ip: 10.0.0.25}
            destination: {workload: shop/cart, port: 8080}
            """)

    static let invalidHeader = DiagnosticPage(
        .request,
        means: """
            The name of a header is none, has a field of its own in a request document, or its value holds a
            control character.
            """,
        bad: """
            destination: {workload: shop/cart, port: 8080}
            request:
              headers: {"x role": admin}
            """,
        good: """
            destination: {workload: shop/cart, port: 8080}
            request:
              headers: {x-role: admin}
            """)

    static let invalidToken = DiagnosticPage(
        .request,
        means: """
            The text is no token of three parts, or the claims are no JSON object.
            """,
        bad: """
            destination: {workload: shop/cart, port: 8080}
            token: alice
            """,
        good: """
            destination: {workload: shop/cart, port: 8080}
            token: {claims: {iss: "https://issuer.example", sub: alice}}
            """)

    static let invalidWorkload = DiagnosticPage(
        .request,
        means: """
            A workload is named `NAMESPACE/NAME`.
            """,
        bad: """
            destination: {workload: cart}
            """,
        good: """
            destination: {workload: shop/cart}
            """)

    static let offlineOnly = DiagnosticPage(
        .command,
        means: """
            What only tests and explanations may say, a server does not take: the time of a request, and
            claims in place of a token.
            """,
        bad: """
            curl -s http://127.0.0.1:9191/v1/check --data '{"now": "2026-01-01T00:00:00Z"}'
            """,
        good: """
            curl -s http://127.0.0.1:9191/v1/check --data @examples/requests/allowed.json
            """)
}
