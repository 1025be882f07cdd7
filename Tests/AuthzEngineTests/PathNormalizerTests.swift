import AuthzPolicy
import Testing

@testable import AuthzEngine

@Suite struct PathNormalizerTests {
    /// A row of the golden table of Istio's own tests and of the tables beside it (AuthorizationPolicy dossier 7.1, 7.2).
    /// `nil` is a path that the proxy answers with 400.
    struct Case: Sendable, CustomTestStringConvertible {
        var path: String, none: String?, base: String?, merge: String?, decode: String?, why: String

        init(_ path: String, none: String?, base: String?, merge: String?, decode: String?, _ why: String) {
            self.path = path
            self.none = none
            self.base = base
            self.merge = merge
            self.decode = decode
            self.why = why
        }

        /// Unchanged under NONE, and the same in the other modes.
        init(_ path: String, all: String?, _ why: String) {
            self.init(path, none: path, base: all, merge: all, decode: all, why)
        }

        var testDescription: String { "`\(path)`: \(why)" }
    }

    private static let golden = [
        Case("/app#foo", none: "/app", base: "/app", merge: "/app", decode: "/app", "AP 104: cut in every mode"),
        Case("/app/../admin", all: "/admin", "a parent"),
        Case(
            "/app//", none: "/app//", base: "/app//", merge: "/app/", decode: "/app/", "AP 100: only merged on demand"),
        Case("/app/%2f", none: "/app/%2f", base: "/app/%2f", merge: "/app/%2f", decode: "/app/", "an escaped slash"),
        Case("/app%2f/", none: "/app%2f/", base: "/app%2f/", merge: "/app%2f/", decode: "/app/", "before a slash"),
        Case(
            "/xyz%30..//abc", none: "/xyz%30..//abc", base: "/xyz0..//abc", merge: "/xyz0../abc",
            decode: "/xyz0../abc", "a digit decodes; the dots end a name"),
        Case("/app/%2E./admin", all: "/admin", "AP 98: an escaped dot is a dot"),
        Case("/app\\admin", all: "/app/admin", "a backslash is a slash"),
        Case("/app\\..\\admin", all: "/admin", "AP 99: also around dots"),
        Case(
            "/app/\\/\\/\\admin", none: "/app/\\/\\/\\admin", base: "/app//////admin", merge: "/app/admin",
            decode: "/app/admin", "many of them"),
        Case(
            "/%2Fapp%5cadmin%5Cabc", none: "/%2Fapp%5cadmin%5Cabc", base: "/%2Fapp%5cadmin%5Cabc",
            merge: "/%2Fapp%5cadmin%5Cabc", decode: "/app/admin/abc", "AP 101: both slashes, both cases"),
        Case(
            "/%5Capp%2f%5c%2F%2e%2e%2fadmin%5c\\abc", none: "/%5Capp%2f%5c%2F%2e%2e%2fadmin%5c\\abc",
            base: "/%5Capp%2f%5c%2F..%2fadmin%5c/abc", merge: "/%5Capp%2f%5c%2F..%2fadmin%5c/abc",
            decode: "/app/admin/abc", "dots between escaped slashes"),
        Case("/app//../admin", all: "/app/admin", "the parent of an empty segment"),
        Case("/app//../../admin", all: "/admin", "one more"),
        Case("/%c0%2e%c0%2e/admin", all: "/%c0.%c0./admin", "an overlong dot is none"),
        Case("/%252e%252e/admin", all: "/%252e%252e/admin", "AP 102: decoded once at most"),
        Case("/.../admin", all: "/.../admin", "three dots are a name"),
        Case("/admin;a=b", all: "/admin;a=b", "AP 106: parameters of a name stay"),
        Case("/Admin", all: "/Admin", "case stays"),
        Case("/..;/admin", all: "/admin", "AP 181: parameters of a dot segment go"),
        Case("/admin%00", all: nil, "AP 103: NUL is refused"),
        Case("//", all: "//", "slashes alone are two at least"),
        Case("///", none: "///", base: "///", merge: "//", decode: "//", "and at most"),
    ]

    private static let bytes = [
        Case("/a/..;x=1/admin", all: "/admin", "AP 181: a parameter of a parent"),
        Case("/a/.;x/b", all: "/a/b", "of a current segment"),
        Case("/a/..;", all: "/", "at the end"),
        Case("/a/%2e%2e;/b", all: "/a/..;/b", "AP 181: only as the bytes were sent"),
        Case("/a\\..;\\b", all: "/a/..;/b", "and only between slashes"),
        Case("/a/..%3b/b", all: "/a/..%3b/b", "an escaped semicolon is none"),
        Case("/a/...;/b", all: "/a/...;/b", "three dots are a name"),
        Case("/a/;/b", all: "/a/;/b", "no dots at all"),
        Case("/a/b;x/c", all: "/a/b;x/c", "parameters of a name"),
        Case("/%41%7A%30%2d%5F%7e", all: "/Az0-_~", "AP 105: unreserved characters decode"),
        Case("/%21%40%3a%c3%A9", all: "/%21%40%3a%c3%A9", "others keep their case"),
        Case("/%4", all: "/%4", "no escape for want of a digit"),
        Case("/%4g%", all: "/%4g%", "nor with a letter that is no digit"),
        Case("/%%32f", all: "/%252f", "decoding forms no new escape"),
        Case("/%2%66", all: "/%252f", "in the second digit neither"),
        Case("/%%30%30", all: "/%2500", "a NUL neither"),
        Case("/%%7ef", all: "/%~f", "what is no digit needs no care"),
        Case("/\"<>^`{|}", all: "/%22%3C%3E%5E%60%7B%7C%7D", "these are escaped in capitals"),
        Case("/!$&'()*+,:=@[]", all: "/!$&'()*+,:=@[]", "these stand"),
        Case("/é", all: "/%C3%A9", "bytes above ASCII"),
        Case("/a/.", all: "/a/", "a trailing dot leaves the slash"),
        Case("/a/..", all: "/", "two as well"),
        Case("/a/b/..", all: "/a/", "below the root"),
        Case("/../../a", all: "/a", "the root has no parent"),
        Case("/.", all: "/", "the root itself"),
        Case("/a/%2e%2E/b", all: "/b", "both cases of the escape"),
        Case("/.a/..b/c.", all: "/.a/..b/c.", "dots in names"),
        Case("/a?x=/../%41//\\", all: "/a?x=/../%41//\\", "the query is never touched"),
        Case("/a/..?/..", all: "/?/..", "and ends the path"),
        Case("/a?x#y", none: "/a?x", base: "/a?x", merge: "/a?x", decode: "/a?x", "AP 104: behind a query too"),
        Case("/%23a", all: "/%23a", "an escaped hash is no fragment"),
        Case("/%3fa", all: "/%3fa", "nor an escaped question mark a query"),
        Case(
            "/a/%2f%2e%2e%2fb", none: "/a/%2f%2e%2e%2fb", base: "/a/%2f..%2fb", merge: "/a/%2f..%2fb", decode: "/a/b",
            "decoded slashes make the dots a segment"),
        Case(
            "/a%2f..;/b", none: "/a%2f..;/b", base: "/a%2f..;/b", merge: "/a%2f..;/b", decode: "/b",
            "and their parameters go"),
        Case("/a/./../b", all: "/b", "one after the other"),
        Case("/a//./b", none: "/a//./b", base: "/a//b", merge: "/a/b", decode: "/a/b", "beside an empty segment"),
    ]

    @Test("a path is what Istio's own table says in each mode", arguments: golden)
    func goldenTable(_ c: Case) { c.check() }

    @Test("a path is canonical byte by byte", arguments: bytes)
    func byteTable(_ c: Case) { c.check() }

    @Test("every escaped byte decodes, stays or is refused")
    func everyByte() {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~.".utf8)
        for byte in UInt8.min...UInt8.max {
            for digits in ["0123456789ABCDEF", "0123456789abcdef"].map({ Array($0.utf8) }) {
                let escape = [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                var path = Array("/a".utf8) + escape + Array("b".utf8)
                let isPossible = PathNormalizer(mode: .base).normalize(&path)
                #expect(isPossible == (byte != 0))
                guard isPossible else { continue }
                let wanted = unreserved.contains(byte) ? [byte] : escape
                #expect(path == Array("/a".utf8) + wanted + Array("b".utf8), "%\(String(byte, radix: 16))")
            }
        }
    }

    @Test("normalizing twice changes a path only where a dot segment had been hidden")
    func twice() {
        var path = Array("/a/%2e%2e;/b".utf8)
        let normalizer = PathNormalizer(mode: .base)
        #expect(normalizer.normalize(&path))
        #expect(path == Array("/a/..;/b".utf8))
        #expect(normalizer.normalize(&path))
        #expect(path == Array("/b".utf8))
    }

    @Test("the longest paths cost no more than their bytes", .timeLimit(.minutes(1)))
    func long() {
        for piece in ["/..", "//", "%2e", "/a/../", "\\", "%%32f", "..;/"] {
            var path = Array("/".utf8) + Array(repeatElement(piece, count: 100_000).joined().utf8)
            _ = PathNormalizer(mode: .decodeAndMergeSlashes).normalize(&path)
            #expect(path.first == UInt8(ascii: "/"))
        }
    }
}

extension PathNormalizerTests.Case {
    func check(sourceLocation: SourceLocation = #_sourceLocation) {
        for (mode, wanted) in [
            (MeshSettings.PathNormalization.none, none), (.base, base), (.mergeSlashes, merge),
            (.decodeAndMergeSlashes, decode),
        ] {
            var bytes = Array(path.utf8)
            let isPossible = PathNormalizer(mode: mode).normalize(&bytes)
            let actual = isPossible ? String(decoding: bytes, as: UTF8.self) : nil
            #expect(actual == wanted, "under \(mode.rawValue)", sourceLocation: sourceLocation)
        }
    }
}
