import AuthzCore
import AuthzServer
import Testing

@Suite struct RequestIntakeTests {
    private func intake(
        isTrusted: Bool = false, limits: RequestLimits = RequestLimits(), _ fill: (inout RequestIntake) -> Void
    ) -> RequestIntake {
        var intake = RequestIntake(limits: limits)
        intake.begin(peer: Peer(address: nil, isTrusted: isTrusted))
        fill(&intake)
        return intake
    }

    private func names(_ intake: RequestIntake) -> [String] {
        intake.request.operation.headers.map { intake.request.text($0.name) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var text: String, problem: RequestProblem?, why: String
        var testDescription: String { "\(text.debugDescription): \(why)" }
    }

    @Test(
        "a method is a token",
        arguments: [
            Case(text: "GET", problem: nil, why: "the usual one"),
            Case(text: "M-SEARCH", problem: nil, why: "a rare one"),
            Case(text: "", problem: .invalidMethod, why: "empty"),
            Case(text: "GET\0", problem: .invalidMethod, why: "a NUL behind it"),
            Case(text: "GE T", problem: .invalidMethod, why: "a blank"),
        ])
    func method(_ c: Case) {
        #expect(intake { $0.setMethod(c.text.utf8.span) }.problem == c.problem)
    }

    @Test(
        "SR-15: a target has printable ASCII bytes only",
        arguments: [
            Case(text: "/", problem: nil, why: "the root"),
            Case(text: "/a?b=%00", problem: nil, why: "escapes are the engine's to judge"),
            Case(text: "", problem: .invalidTarget, why: "empty"),
            Case(text: "abc", problem: .invalidTarget, why: "no slash"),
            Case(text: "http://a/b", problem: .invalidTarget, why: "the form for proxies"),
            Case(text: "*", problem: .invalidTarget, why: "the form for the whole server"),
            Case(text: "/a b", problem: .invalidTarget, why: "a blank"),
            Case(text: "/a\0", problem: .invalidTarget, why: "NUL"),
            Case(text: "/a\t", problem: .invalidTarget, why: "a tab"),
            Case(text: "/a\u{7f}", problem: .invalidTarget, why: "DEL"),
            Case(text: "/é", problem: .invalidTarget, why: "above ASCII"),
        ])
    func target(_ c: Case) {
        #expect(intake { $0.setTarget(c.text.utf8.span) }.problem == c.problem)
    }

    @Test(
        "SR-15: a header value has no control characters but tabs",
        arguments: [
            Case(text: "a\tb", problem: nil, why: "a tab is allowed"),
            Case(text: "é", problem: nil, why: "so are bytes above ASCII"),
            Case(text: "", problem: nil, why: "and no bytes at all"),
            Case(text: "a\0", problem: .invalidHeader, why: "NUL"),
            Case(text: "a\r\nb: c", problem: .invalidHeader, why: "a line break"),
            Case(text: "a\u{7f}", problem: .invalidHeader, why: "DEL"),
        ])
    func headerValue(_ c: Case) {
        let result = intake { $0.addHeader(name: "x".utf8.span, value: c.text.utf8.span) }
        #expect(result.problem == c.problem)
    }

    @Test(
        "a header name is a token",
        arguments: [
            Case(text: "X_a.b-c", problem: nil, why: "token bytes"),
            Case(text: "", problem: .invalidHeader, why: "empty"),
            Case(text: "a b", problem: .invalidHeader, why: "a blank"),
            Case(text: "a:", problem: .invalidHeader, why: "a colon"),
            Case(text: ":path", problem: .invalidHeader, why: "pseudo headers have their own way in"),
        ])
    func headerName(_ c: Case) {
        let result = intake { $0.addHeader(name: c.text.utf8.span, value: "v".utf8.span) }
        #expect(result.problem == c.problem)
    }

    @Test("names are in lower case, values without blanks around them, lines in their order")
    func headers() {
        let result = intake {
            $0.addHeader(name: "X-Role".utf8.span, value: " \tviewer \t".utf8.span)
            $0.addHeader(name: "x-role".utf8.span, value: "admin".utf8.span)
        }
        #expect(names(result) == ["x-role", "x-role"])
        #expect(result.request.operation.headers.map { result.request.text($0.value) } == ["viewer", "admin"])
    }

    @Test("headers of this hop and of Envoy's client are not the client's")
    func hop() {
        let result = intake {
            for name in [
                "Content-Length", "Transfer-Encoding", "X-Envoy-Internal", "x-envoy-expected-rq-timeout-ms",
                "x-envoy-auth-partial-body", "x-envoy-other",
            ] {
                $0.addHeader(name: name.utf8.span, value: "0".utf8.span)
            }
        }
        #expect(names(result) == ["x-envoy-other"])
    }

    @Test("identity headers count from a trusted peer only, and policies never see them", arguments: [true, false])
    func identity(isTrusted: Bool) {
        let result = intake(isTrusted: isTrusted) {
            $0.addHeader(name: "X-Authz-Source-Principal".utf8.span, value: "spiffe://a/ns/b/sa/c".utf8.span)
            $0.addHeader(name: "X-Forwarded-Client-Cert".utf8.span, value: "URI=spiffe://a".utf8.span)
            $0.addHeader(name: "x-authz-anything".utf8.span, value: "1".utf8.span)
        }
        #expect(names(result) == ["x-authz-anything"], "only the six names are ours")
        #expect((result.identity.sourcePrincipal != nil) == isTrusted)
        #expect((result.identity.clientCertificate != nil) == isTrusted)
    }

    @Test("an identity header that comes twice from a trusted peer is noted", arguments: [true, false])
    func repeatedIdentity(isTrusted: Bool) {
        let result = intake(isTrusted: isTrusted) {
            $0.addHeader(name: "x-authz-source-ip".utf8.span, value: "10.0.0.1".utf8.span)
            $0.addHeader(name: "x-authz-source-ip".utf8.span, value: "10.0.0.2".utf8.span)
        }
        #expect(result.problem == nil)
        #expect(result.repeatsIdentity == isTrusted)
    }

    @Test("there is one host")
    func host() {
        let one = intake { $0.addHeader(name: "Host".utf8.span, value: "a.example".utf8.span) }
        #expect(one.request.text(one.request.operation.host) == "a.example")
        #expect(names(one).isEmpty)
        let two = intake {
            $0.addHeader(name: "Host".utf8.span, value: "a.example".utf8.span)
            $0.addHeader(name: "host".utf8.span, value: "a.example".utf8.span)
        }
        #expect(two.problem == .invalidHost)
        #expect(intake { $0.endHead(requiresHost: true) }.problem == .invalidHost)
        #expect(intake { $0.endHead(requiresHost: false) }.problem == nil)
        #expect(intake { $0.setHost("a b".utf8.span) }.problem == .invalidHost)
    }

    @Test("limits hold to the byte", arguments: [0, 1])
    func limits(excess: Int) {
        var limits = RequestLimits()
        limits.maximumHeaderBytes = 10
        limits.maximumHeaderCount = 2
        limits.maximumBodyBytes = 5
        let large = String(repeating: "v", count: 9 + excess)
        let headers = intake(limits: limits) { $0.addHeader(name: "n".utf8.span, value: large.utf8.span) }
        #expect(headers.problem == (excess == 0 ? nil : .headersTooLarge))
        let count = intake(limits: limits) { intake in
            for _ in 0..<2 + excess { intake.addHeader(name: "n".utf8.span, value: "".utf8.span) }
        }
        #expect(count.problem == (excess == 0 ? nil : .headersTooLarge))
        let body = intake(limits: limits) { intake in
            for _ in 0..<5 + excess { intake.appendBody("b".utf8.span) }
        }
        #expect(body.problem == (excess == 0 ? nil : .bodyTooLarge))
    }

    @Test(
        "headers that `connection` names are taken out, but not for more names than are compared", arguments: [64, 65])
    func connection(_ count: Int) {
        var result = intake(isTrusted: true) { intake in
            intake.addHeader(name: "x-0".utf8.span, value: "a".utf8.span)
            intake.addHeader(name: "x-kept".utf8.span, value: "a".utf8.span)
            intake.addHeader(name: "x-authz-sni".utf8.span, value: "a".utf8.span)
            let names = "X-Authz-SNI, ," + (1..<count).map { ", X-\($0 - 1)\t" }.joined()
            intake.addHeader(name: "Connection".utf8.span, value: names.utf8.span)
        }
        result.removeHeadersOfConnection()
        #expect((result.problem == nil) == (count == 64))
        #expect(names(result) == (count == 64 ? ["x-kept", "connection"] : ["x-0", "x-kept", "connection"]))
        #expect((result.identity.sni == nil) == (count == 64))
    }

    @Test("the next request starts empty")
    func reuse() {
        var intake = intake(isTrusted: true) {
            $0.setMethod("FOO".utf8.span)
            $0.addHeader(name: "x-authz-sni".utf8.span, value: "a".utf8.span)
            $0.appendBody("b".utf8.span)
        }
        intake.begin(peer: Peer(address: nil, isTrusted: false))
        #expect(intake.problem == nil)
        #expect(intake.identity == IdentityHeaders())
        #expect(intake.body.isEmpty)
        #expect(intake.request.operation.headers.isEmpty)
    }
}
