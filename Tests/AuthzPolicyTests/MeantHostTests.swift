import Testing

@testable import AuthzPolicy

@Suite struct MeantHostTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var written: String
        var patterns: [String]
        var why: String
        var testDescription: String { "`\(written)`: \(why)" }
    }

    @Test(
        "a host as other tools write it means values of `hosts`",
        arguments: [
            Case(written: ".news.example", patterns: ["*.news.example"], why: "what is below a domain"),
            Case(written: #".*\.navi\.example"#, patterns: ["*.navi.example"], why: "an expression"),
            Case(written: ".*.navi.example", patterns: ["*.navi.example"], why: "one without escapes"),
            Case(written: #"^.+\.navi\.example$"#, patterns: ["*.navi.example"], why: "anchors"),
            Case(written: ".*navi.example", patterns: ["*navi.example"], why: "no dot behind the star"),
            Case(written: #"^api\.example$"#, patterns: ["api.example"], why: "one host"),
            Case(written: #"^api\."#, patterns: ["api.*"], why: "no end"),
            Case(written: #"api\..*"#, patterns: ["api.*"], why: "any end"),
            Case(written: "(a|b).example", patterns: ["a.example", "b.example"], why: "alternatives"),
            Case(
                written: #"(.*\.)?shop\.example"#, patterns: ["shop.example", "*.shop.example"],
                why: "a part that need not be there"),
            Case(
                written: #"shop\.example(:\d+)?"#, patterns: ["shop.example", "shop.example:*"],
                why: "a port that need not be there"),
            Case(written: "https?://.*", patterns: ["*"], why: "any URL"),
            Case(written: #"https?://shop\.example"#, patterns: ["shop.example"], why: "a scheme"),
            Case(written: ".*", patterns: ["*"], why: "anything"),
            Case(written: #"[^.]+\.shop\.example"#, patterns: [], why: "no value is for one label alone"),
            Case(written: #".*\.shop\..*"#, patterns: [], why: "no value has two stars"),
            Case(written: "api.*", patterns: [], why: "a beginning, as it is written"),
            Case(written: "*.example", patterns: [], why: "an end, as it is written"),
            Case(written: "shop.example:8080", patterns: [], why: "a host"),
            Case(written: "[2001:db8::1]:8080", patterns: [], why: "an address"),
            Case(written: "", patterns: [], why: "nothing"),
        ])
    func patterns(_ c: Case) { #expect(MeantHost.patterns(for: c.written) == c.patterns) }

    @Test(
        "the end of a path that need not be there makes two values",
        arguments: [
            ("^/navi(/.*)?$", ["/navi", "/navi/*"]), ("^/navi(?:/.*)?$", ["/navi", "/navi/*"]),
            ("^/navi(/|$)(.*)", ["/navi", "/navi/*"]), ("^/navi(/|$)", ["/navi", "/navi/*"]),
            (#"^/orders/\d+(/items)?$"#, ["/orders/{*}", "/orders/{*}/items"]), ("/navi(/.*)?", ["/navi", "/navi/*"]),
        ])
    func optionalEnds(_ written: String, _ patterns: [String]) {
        #expect(MeantPath.isForeign(written))
        #expect(MeantPath.patterns(for: written) == patterns)
    }

    @Test(
        "a beginning with a dot in it may be an expression, unless it is for what a folder holds",
        arguments: [("/navi.*", "/navi"), ("/a/b.*", "/a/b"), ("/navi/.*", nil), ("/navi*", nil), ("/na(vi).*", nil)])
    func dottedStems(_ written: String, _ stem: String?) { #expect(MeantPath.dottedStem(of: written) == stem) }
}
