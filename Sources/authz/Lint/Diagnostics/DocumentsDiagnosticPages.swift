/// Text and structure of a document.
enum DocumentsDiagnosticPages {
    static let inputTooLarge = DiagnosticPage(
        .command,
        means: """
            A file is larger than 16 MiB, or what a policy holds in itself is larger than it may be. Nothing
            of it is read, so that no input can exhaust the memory.
            """,
        bad: """
            head -c 20000000 /dev/zero > big.yaml; authz lint big.yaml
            """,
        good: """
            authz lint policies/
            """)

    static let invalidUTF8 = DiagnosticPage(
        .command,
        means: """
            The bytes at this place are no text in UTF-8, such as those of a file in UTF-16 or Latin-1. Save
            the file as UTF-8.
            """,
        bad: """
            printf "kind: Caf\\\\351\\n" | authz lint -
            """,
        good: """
            authz lint policies/
            """)

    static let invalidYAML = DiagnosticPage(
        .policies,
        means: """
            The text is neither YAML nor JSON: a bracket or quote that is not closed, a tab that indents, a
            line that is out of step.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {paths: ["/a"
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {paths: ["/a"]}
            """)

    static let duplicateKey = DiagnosticPage(
        .policies,
        means: """
            A field stands twice in one mapping, or in both its spellings. Programs differ in which one they
            take, so none is taken.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - {}
              rules:
              - to:
                - operation: {paths: ["/a"]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - {}
              - to:
                - operation: {paths: ["/a"]}
            """)

    static let invalidKey = DiagnosticPage(
        .policies,
        means: """
            A list or mapping stands where the name of a field belongs.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              ? [action]
              : DENY
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: ALLOW
            """)

    static let invalidMerge = DiagnosticPage(
        .policies,
        means: """
            `<<` takes over the fields of another mapping, and what stands behind it is none.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              <<: ALLOW
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              <<: {action: ALLOW}
            """)

    static let tooDeep = DiagnosticPage(
        .policies,
        means: """
            Lists and mappings lie more than 64 levels deep in one another. No resource needs that.
            """,
        bad: """
            a: \
            [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              action: ALLOW
            """)

    static let tooManyAliases = DiagnosticPage(
        .policies,
        means: """
            The aliases (`*name`) of a document stand for more than may be read: copies of copies grow
            without bound.
            """,
        bad: """
            a: &a [x, x, x, x, x, x, x, x, x]
            b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
            c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
            d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
            e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
            f: [*e, *e, *e, *e, *e, *e, *e, *e, *e]
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to: &all
                - operation: {paths: ["/a"]}
              - to: *all
            """)

    static let unknownAlias = DiagnosticPage(
        .policies,
        means: """
            An alias (`*name`) stands for what an anchor (`&name`) before it in the same document marks, and
            there is none. A value that begins with a star needs quotes.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {hosts: [*example]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {hosts: ["*example"]}
            """)

    static let unsupportedTag = DiagnosticPage(
        .policies,
        means: """
            A tag (`!name`) asks for a type that resources do not have.
            """,
        bad: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {paths: [!!binary L2E=]}
            """,
        good: """
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: example, namespace: shop}
            spec:
              rules:
              - to:
                - operation: {paths: [!!str /a]}
            """)
}
