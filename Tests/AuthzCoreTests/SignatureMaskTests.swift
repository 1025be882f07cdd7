import AuthzCore
import Testing

@Suite struct SignatureMaskTests {
    private static let head = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJpIn0"

    @Test(
        "signatures are hidden and all else stays",
        arguments: [
            (head + ".c2lnbmF0dXJl", head + ".…", "a token alone"),
            ("`\(head).c2lnbmF0dXJl` is", "`\(head).…` is", "among words"),
            ("t=\(head).c2lnbmF0dXJl&u=\(head).c2lnbmF0dXJl", "t=\(head).…&u=\(head).…", "two of them"),
            ("x.\(head).c2lnbmF0dXJl.y", "x.\(head).…", "within other pieces; what follows goes, too"),
            ("ewogImFsZyI6.e30.c2lnbmF0dXJl", "ewogImFsZyI6.e30.…", "a header with a line feed in it"),
            ("eyAiYWxnIjo..c2lnbmF0dXJl", "eyAiYWxnIjo..…", "without a payload"),
            ("\(head)./c2lnbmF0dXJl", "\(head)./c2lnbmF0dXJl", "no third piece"),
            (head, head, "two pieces"), ("", "", "nothing"),
            ("auth.example.com and eyes.tar.gz", "auth.example.com and eyes.tar.gz", "names with dots"),
            ("policies/eyewitness.yaml.backup-2", "policies/eyewitness.yaml.backup-2", "a name that begins alike"),
            ("ansible-viewer.production.example", "ansible-viewer.production.example", "a name with `ew` in it"),
            ("e2e.production.example-com", "e2e.production.example-com", "a name that begins as a brace does"),
            ("IHsiYWxnIjoi.e30.c2lnbmF0dXJl", "IHsiYWxnIjoi.e30.…", "a header with a blank in front"),
            ("CgoKeyJhbGci.e30.c2lnbmF0dXJl", "CgoKeyJhbGci.e30.…", "a header with line feeds in front"),
            ("ICAgICAgeyJhbGci.e30.c2lnbmF0dXJl", "ICAgICAgeyJhbGci.e30.…", "a header with many blanks in front"),
            ("ICAgICAgIGFsZ3.e30.c2lnbmF0dXJl", "ICAgICAgIGFsZ3.e30.c2lnbmF0dXJl", "blanks without a brace behind"),
            ("e2FsZzpSUzI1Nn0.e30.c2lnbmF0dXJl", "e2FsZzpSUzI1Nn0.e30.…", "a header that only lenient readers take"),
            ("e2FsZzpSUzI1Nl0.e30.c2lnbmF0dXJl", "e2FsZzpSUzI1Nl0.e30.c2lnbmF0dXJl", "no brace at the end"),
            ("\(head)...c2lnbmF0dXJl", "\(head).…", "more dots"),
            ("\(head)=.c2lnbmF0dXJl", "\(head)=.…", "a padded payload"),
            ("\(head).c2lnbmF0dXI=.x", "\(head).…", "a padded signature"),
            ("Bearer_\(head).c2lnbmF0dXJl", "Bearer_\(head).…", "letters in front of the header"),
            ("Bearer_IHsiYWxnIjoi.e30.c2lnbmF0dXJl", "Bearer_IHsiYWxnIjoi.e30.…", "letters, then a blank"),
            ("a.b_\(head).c2lnbmF0dXJl", "a.b_\(head).…", "a piece and letters in front"),
            ("bm90SlNPTg.eyJpc3MiOiJpIn0.c2lnbmF0dXJl", "bm90SlNPTg.eyJpc3MiOiJpIn0.…", "a header that is no object"),
        ])
    func masking(_ text: String, _ shown: String, _ why: String) {
        #expect(SignatureMask.hidingSignatures(in: text) == shown, "\(why)")
    }

    @Test("a run of a megabyte is searched once", .timeLimit(.minutes(1)))
    func longRuns() {
        for piece in ["ewog", "ICAg", "eyAg", ".", "e30."] {
            let run = String(repeating: piece, count: 1 << 18)
            #expect(SignatureMask.hidingSignatures(in: "\(run).a.b") == "\(run).a.b")
        }
    }
}
