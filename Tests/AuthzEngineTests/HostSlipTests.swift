import Testing

@testable import AuthzEngine

/// Hosts and paths that are patterns of another kind.
@Suite struct HostSlipTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var attribute = Program.Attribute.host
        var written: String
        var seen: String
        /// `nil` where what is meant does not fit, either.
        var sentence: String?
        var meant: String?
        var testDescription: String { "`\(written)` and `\(seen)`" }
    }

    @Test(
        "a pattern of another language is told with the value that is meant",
        arguments: [
            Row(
                written: ".news.example", seen: "a.news.example",
                sentence:
                    "`.news.example` is compared as it is written, for a dot in front is no pattern: `*.news.example` is what ends so",
                meant: "*.news.example"),
            Row(written: ".news.example", seen: "a.blog.example"),
            Row(
                written: #".*\.navi\.example"#, seen: "eu.navi.example",
                sentence:
                    #"`.*\.navi\.example` is compared as it is written, for there are no regular expressions in hosts: `*.navi.example` is what ends so"#,
                meant: "*.navi.example"),
            Row(written: #".*\.navi\.example"#, seen: "navi.example"),
            Row(
                written: "https?://.*", seen: "any.example",
                sentence:
                    "`https?://.*` is compared as it is written, for there are no regular expressions in hosts: `*` is any host",
                meant: "*"),
            Row(
                attribute: .path, written: "/navi.*", seen: "/navi/via",
                sentence:
                    "`/navi.*` is what begins with `/navi.`, for there are no regular expressions in paths: `/navi*` is what begins with `/navi`, `/navi/*` what is below it"
            ),
            Row(attribute: .path, written: "/navi.*", seen: "/map"),
        ])
    func patterns(_ row: Row) {
        let slip = Slip(row.written, seen: row.seen, of: row.attribute)
        #expect(slip?.sentence == row.sentence)
        #expect(slip?.meant == row.meant)
        #expect(slip.map { $0.isOfPolicy == (row.meant != nil) } ?? true)
    }
}
