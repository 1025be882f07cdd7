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
            ("policies/eyewitness.yaml.backup-2", "policies/eyewitness.yaml.…", "a name that looks like one"),
        ])
    func masking(_ text: String, _ shown: String, _ why: String) {
        #expect(SignatureMask.hidingSignatures(in: text) == shown, "\(why)")
    }
}
