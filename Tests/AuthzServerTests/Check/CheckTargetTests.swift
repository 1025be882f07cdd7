import AuthzCore
import AuthzServer
import Testing

@Suite struct CheckTargetTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var target: String, meaning: String, why: String
        var testDescription: String { "`\(target)`: \(why)" }
    }

    @Test(
        "the prefix says what is asked, the rest is the original path",
        arguments: [
            Case(target: "/check", meaning: "check /", why: "nothing behind it is the root"),
            Case(target: "/check/", meaning: "check /", why: "the root"),
            Case(target: "/check/a?b=c", meaning: "check /a?b=c", why: "with its query"),
            Case(target: "/check?b=c", meaning: "check /?b=c", why: "a query alone belongs to the root"),
            Case(target: "/check//a/../b", meaning: "check //a/../b", why: "nothing is normalized"),
            Case(target: "/check%2Fa", meaning: "unknown", why: "nothing is unescaped"),
            Case(target: "/check*", meaning: "check *", why: "Envoy's path of OPTIONS for the whole server"),
            Case(target: "/check*a", meaning: "unknown", why: "a star only alone"),
            Case(target: "/checka", meaning: "unknown", why: "another word"),
            Case(target: "/Check/a", meaning: "unknown", why: "case counts"),
            Case(
                target: "/check/workload/a/b/check/c", meaning: "check /workload/a/b/check/c",
                why: "a client's path names no workload"),
            Case(target: "/check/v1/check", meaning: "check /v1/check", why: "nor another endpoint"),
            Case(target: "/workload/a/b/check/c", meaning: "workload a/b check /c", why: "a named workload"),
            Case(target: "/workload/a/b/check", meaning: "workload a/b check /", why: "its root"),
            Case(
                target: "/workload/a/b/check/workload/c/d/check/e", meaning: "workload a/b check /workload/c/d/check/e",
                why: "the first name counts"),
            Case(target: "/workload/a/b/c/check/d", meaning: "unknown", why: "a name has two parts"),
            Case(target: "/workload/a/check/b", meaning: "unknown", why: "not one"),
            Case(
                target: "/workload//b/check/c", meaning: "workload /b check /c",
                why: "an empty namespace is no workload's"),
            Case(target: "/workload/a/b", meaning: "unknown", why: "nothing asked"),
            Case(target: "/v1/check", meaning: "documents", why: "documents"),
            Case(target: "/v1/explain", meaning: "explanations", why: "explanations"),
            Case(target: "/v1/explain/", meaning: "unknown", why: "a slash more"),
            Case(target: "/access/v1/evaluation", meaning: "evaluation for any", why: "a question of AuthZEN"),
            Case(target: "/access/v1/evaluations", meaning: "evaluations for any", why: "several"),
            Case(target: "/access/v1/search", meaning: "unknown", why: "not answered"),
            Case(target: "/workload/a/b/access/v1/evaluation", meaning: "evaluation for a/b", why: "for a workload"),
            Case(target: "/.well-known/authzen-configuration", meaning: "configuration for any", why: "metadata"),
            Case(
                target: "/.well-known/authzen-configuration/workload/a/b", meaning: "configuration for a/b",
                why: "of a workload"),
            Case(target: "/.well-known/authzen-configuration/workload/a", meaning: "unknown", why: "half a name"),
            Case(
                target: "/.well-known/authzen-configuration/workload/a/b/c", meaning: "unknown", why: "too much of one"),
            Case(target: "/v1/check/", meaning: "unknown", why: "a slash more"),
            Case(target: "/v1/check?a", meaning: "unknown", why: "a query more"),
            Case(target: "/forward-auth/nginx", meaning: "nginx for any", why: "a preset"),
            Case(
                target: "/forward-auth/ingress-nginx?a=/b", meaning: "ingress-nginx for any", why: "whatever the query"),
            Case(target: "/forward-auth/caddy/", meaning: "unknown", why: "a slash more"),
            Case(target: "/forward-auth/Nginx", meaning: "unknown", why: "case counts"),
            Case(target: "/forward-auth/apache", meaning: "unknown", why: "no preset"),
            Case(target: "/forward-auth/", meaning: "unknown", why: "none"),
            Case(target: "/forward-auth?nginx", meaning: "unknown", why: "a query names none"),
            Case(target: "/workload/a/b/forward-auth/traefik", meaning: "traefik for a/b", why: "for a workload"),
            Case(target: "/workload/a/b/c/forward-auth/traefik", meaning: "unknown", why: "whose name has two parts"),
            Case(
                target: "/check/forward-auth/nginx", meaning: "check /forward-auth/nginx",
                why: "a client's path names no preset"),
            Case(target: "/", meaning: "unknown", why: "nothing"),
        ])
    func targets(_ c: Case) {
        var request = CheckRequest()
        request.operation.path = request.append(c.target)
        let meaning =
            switch CheckTarget(of: &request) {
            case .check(let path): "check \(request.text(path))"
            case .workload(let name, let path): "workload \(request.text(name)) check \(request.text(path))"
            case .forwardAuth(let preset, let name): "\(preset.rawValue) for \(name.map { request.text($0) } ?? "any")"
            case .documents: "documents"
            case .explanations: "explanations"
            case .access(let access, let name): "\(access) for \(name.map { request.text($0) } ?? "any")"
            case .unknown: "unknown"
            }
        #expect(meaning == c.meaning)
    }
}
